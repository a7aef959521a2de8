"""Which matches to draw: few enough to be read, spread over all of the region."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]


def spread(points: Sequence[Point], most: int) -> list[int]:
    """Positions of at most ``most`` points, each as far as can be from those before (farthest-point choice).

    The first point given is chosen first; of equally far ones the earlier: the same matches give the same lines.

    Source:
        Gonzalez, "Clustering to minimize the maximum intercluster distance", Theoretical Computer Science 38 (1985).
    """
    if len(points) <= most:
        return list(range(len(points)))
    chosen = [0]
    away = [_squared(point, points[0]) for point in points]
    while len(chosen) < most:
        farthest = max(range(len(points)), key=away.__getitem__)
        if away[farthest] == 0:
            break
        chosen.append(farthest)
        away = [min(old, _squared(point, points[farthest])) for old, point in zip(away, points, strict=True)]
    return chosen


def _squared(one: Point, two: Point) -> float:
    return (one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2

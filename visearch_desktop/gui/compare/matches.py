"""The matches of a comparison: those that agree at one place, and those that agree nowhere; few enough to be read."""

from __future__ import annotations

from visearch_desktop.gui.compare.spread import Point, spread
from visearch_desktop.library.rows import Comparison, Instance

MOST_AGREEING, MOST_TENTATIVE = 40, 16

Pair = tuple[Point, Point]


class Matches:
    """What is drawn of one comparison, chosen once; and what of it is wanted.

    Attributes:
        agreeing, tentative: the chosen ones, as (query point, photo point) in full-size px.
        agreeing_total, tentative_total: how many there are.
        shows_agreeing, shows_tentative: which kinds are drawn.
        shows_lines: whether their lines are, too, or the points alone.
        pointed_at: the agreeing one that the pointer is on.
    """

    def __init__(self, comparison: Comparison | None = None, place: Instance | None = None) -> None:
        """None of a comparison without one; those of another place than the first by ``place``."""
        agreeing, tentative = _sorted(comparison, place)
        self.agreeing_total, self.tentative_total = len(agreeing), len(tentative)
        self.agreeing = [agreeing[i] for i in spread([q for q, _ in agreeing], MOST_AGREEING)]
        self.tentative = [tentative[i] for i in spread([q for q, _ in tentative], MOST_TENTATIVE)]
        self.shows_agreeing = self.shows_tentative = self.shows_lines = True
        self.pointed_at: Pair | None = None

    def show_like(self, other: Matches) -> None:
        """Want of these what was wanted of others."""
        self.shows_agreeing, self.shows_tentative = other.shows_agreeing, other.shows_tentative
        self.shows_lines = other.shows_lines


def places(comparison: Comparison | None) -> tuple[Instance, ...]:
    """Where the query was found, the first place first; none where nothing was verified."""
    if comparison is None or comparison.homography is None or comparison.quad is None:
        return ()
    if comparison.instances:
        return comparison.instances
    agreeing = tuple(i for i, agrees in enumerate(comparison.agrees) if agrees)
    return (Instance(comparison.homography, comparison.quad, comparison.inliers, agreeing),)


def _sorted(comparison: Comparison | None, place: Instance | None) -> tuple[list[Pair], list[Pair]]:
    if comparison is None:
        return [], []
    pairs = list(zip(comparison.query_points, comparison.photo_points, strict=True))
    others = [pair for pair, agrees in zip(pairs, comparison.agrees, strict=True) if not agrees]
    if place is not None:
        return [pairs[i] for i in place.matches], others
    return [pair for pair, agrees in zip(pairs, comparison.agrees, strict=True) if agrees], others

"""The thing inside a box: its outline in the query, from which details in the box are seen again in other photos.

A box is upright and the thing in it often is not: it is turned, or seen from aside. Projected into the hits, the box is
then much larger than the thing. The outline is a quad in the box, with a corner on each of its sides (who draws a box
draws it round the thing, so that it touches all four), such that it holds what is seen again and little of what is not.
Of all such quads on a grid the best one is taken: what each corner of the box loses is a table of two numbers, so that
all quads are judged at once. The box stays where nothing speaks against it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import as_quad, quad_area
from visearch_desktop.core.region import Quad, Region

STEPS = 16
"""Into so many parts a side of the box is cut."""
AREA_WORTH = 4.0
"""What the whole box is worth for its area, in the unit of the evidence: without any details, nothing is cut off."""
SKEW_WORTH = 42.0
"""What is lost where opposite sides differ by the box's side: things are rectangles, mostly seen without much slant."""
SLANT_WORTH = 30.0
"""What is lost by the squared logarithm of the ratio of the squared diagonals."""
LEAST_GAIN = 1.5
LEAST_AREA, MOST_AREA = 0.33, 0.93
"""Of the box. A turned rectangle of sides 1 : 3 has 3/8 of its box; above, the box is as good."""
LEAST_SEEN = 12
LEAST_COVERED = 0.25
"""Of the outline, by the details that are seen again: one corner of a thing says nothing of the rest."""
ROOM = 0.02
"""By so much of its sides the outline is larger than the thing: boxes are drawn with a little room. With it 117 of the
147 located things of ``objects-develop`` have an IoU of 0.8, without 115 (``tests/benchmarks/retrieval.py``)."""

Table = NDArray[np.float64]  # (STEPS + 1, STEPS + 1)


def tight_outline(points: NDArray[np.floating], evidence: NDArray[np.float64], region: Region) -> Quad:
    """The outline of the thing, clockwise from the corner that is nearest to the box's top left one.

    Args:
        points: (N, 2) of the query's features in px.
        evidence: (N,) above 0 for what is seen again, below 0 for what is not, 0 for what nobody can tell.
        region: the box.
    Returns:
        A convex quad in the box; the box's own corners where the evidence does not say otherwise.
    """
    told = (evidence != 0) & region.contains(points)
    places = (points[told].astype(np.float64) - (region.x, region.y)) / (region.width, region.height)
    worth = evidence[told]
    if np.count_nonzero(worth > 0) < LEAST_SEEN:
        return region.quad()
    quad, gain = _best(places, worth, region.width / region.height)
    area = quad_area(as_quad(quad))
    if gain < LEAST_GAIN or not LEAST_AREA < area < MOST_AREA:
        return region.quad()
    if _covered(quad, places[worth > 0]) < LEAST_COVERED * area:
        return region.quad()
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    turns = [float(np.hypot(*(np.roll(quad, turn, axis=0) - corners).T).sum()) for turn in range(4)]
    quad = np.roll(quad, int(np.argmin(turns)), axis=0)
    quad += ROOM * (quad.mean(axis=0) - quad)
    return as_quad(quad * (region.width, region.height) + (region.x, region.y))


def _best(places: NDArray[np.float64], worth: NDArray[np.float64], aspect: float) -> tuple[NDArray[np.float64], float]:
    """The best quad in the unit square, a corner on its top, right, bottom, left; and how much better than the square.

    Args:
        places: (N, 2) in the unit square.
        worth: (N,) what is lost if they are cut off.
        aspect: width over height of the box.
    """
    x, y = places[:, 0], places[:, 1]
    tables = [_cut(1 - x, y, worth), _cut(1 - y, 1 - x, worth), _cut(x, 1 - y, worth), _cut(y, x, worth)]
    steps = np.linspace(0, 1, STEPS + 1)
    top, right = steps[:, None, None, None], steps[:, None, None]
    bottom, left = steps[:, None], steps  # each clockwise: bottom from the right, left from below
    skew = (top - bottom) ** 2 + (left - right) ** 2
    diagonals = np.log1p(((1 - bottom - top) * aspect) ** 2) - np.log(aspect**2 + (1 - left - right) ** 2)
    loss = (
        tables[0][:, :, None, None] + tables[1][:, :, None] + tables[2] + tables[3].T[:, None, None]
        + SKEW_WORTH * skew + SLANT_WORTH * diagonals**2
    )  # fmt: skip
    loss -= loss[0, 0, 0, 0]  # the box itself
    best = np.unravel_index(int(loss.argmin()), loss.shape)
    a, b, c, d = (float(steps[place]) for place in best)
    return np.array([[a, 0], [1, b], [1 - c, 1], [0, 1 - d]]), -float(loss[best])


def _cut(along: NDArray[np.float64], across: NDArray[np.float64], worth: NDArray[np.float64]) -> Table:
    """What is lost by cutting off one corner of the unit square, for each line that does it.

    Args:
        along: (N,) distance from the corner, measured along the side before it.
        across: (N,) along the side after it.
        worth: (N,) of the points.
    Returns:
        By how far along the side before it the line begins, from that side's start, and how far along the side after
        it the line ends.
    """
    steps = np.linspace(0, 1, STEPS + 1)
    table = AREA_WORTH * np.outer(1 - steps, steps) / 2
    for place, start in enumerate(steps[:-1]):
        some = along < 1 - start
        least = across[some] / (1 - along[some] / (1 - start))  # the line must end beyond it for the point to be cut
        ends = np.searchsorted(steps, least, side="right")
        table[place] += np.cumsum(np.bincount(ends, worth[some], minlength=STEPS + 2)[: STEPS + 1])
    return table


def _covered(quad: NDArray[np.float64], places: NDArray[np.float64]) -> float:
    """Area of the convex hull of those places that lie in the quad."""
    import cv2

    sides, there = np.roll(quad, -1, axis=0) - quad, places[:, None] - quad
    inside = places[np.all(sides[:, 0] * there[..., 1] - sides[:, 1] * there[..., 0] >= 0, axis=1)]
    return float(cv2.contourArea(cv2.convexHull(inside.astype(np.float32)))) if len(inside) > 2 else 0.0

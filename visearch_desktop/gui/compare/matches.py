"""The matches of a comparison: those that agree at one place, and those that agree nowhere; few enough to be read."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF

from visearch_desktop.core.region import Quad
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


def places(comparison: Comparison | None, outline: Quad | None = None) -> tuple[Instance, ...]:
    """Where the query was found, the first place first; none where nothing was verified.

    Args:
        comparison: of query and photo.
        outline: where the search found it; shown for the place it is of, for it may be of the thing, not of the box.
    """
    if comparison is None or comparison.homography is None or comparison.quad is None:
        return ()
    found = comparison.instances
    if not found:
        agreeing = tuple(i for i, agrees in enumerate(comparison.agrees) if agrees)
        found = (Instance(comparison.homography, comparison.quad, comparison.inliers, agreeing),)
    of = next((one for one in found if outline is not None and _are_of_one_place(one.quad, outline)), None)
    return tuple(replace(one, quad=outline) if one is of and outline is not None else one for one in found)


def _are_of_one_place(one: tuple[Point, ...], other: Quad) -> bool:
    """Whether two outlines are turned over alike, and have a third of what they cover in common."""
    first, second = (QPolygonF([QPointF(x, y) for x, y in quad]) for quad in (one, other))
    common = abs(_area(first.intersected(second)))
    is_alike = (_area(first) > 0) == (_area(second) > 0)
    return is_alike and common > (abs(_area(first)) + abs(_area(second)) - common) / 3


def _area(outline: QPolygonF) -> float:
    """In px², below 0 where the corners go round the other way."""
    corners = outline.toList()
    return sum(a.x() * b.y() - b.x() * a.y() for a, b in zip(corners, corners[1:] + corners[:1], strict=True)) / 2


def _sorted(comparison: Comparison | None, place: Instance | None) -> tuple[list[Pair], list[Pair]]:
    if comparison is None:
        return [], []
    pairs = list(zip(comparison.query_points, comparison.photo_points, strict=True))
    if place is None and sum(comparison.agrees) < 2:  # one alone has nothing to agree with
        return [], pairs
    others = [pair for pair, agrees in zip(pairs, comparison.agrees, strict=True) if not agrees]
    if place is not None:
        return [pairs[i] for i in place.matches], others
    return [pair for pair, agrees in zip(pairs, comparison.agrees, strict=True) if agrees], others

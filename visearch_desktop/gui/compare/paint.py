"""Painting of a comparison: pictures, match lines, and the query warped over the hit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QTransform

from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.pane import Pane
from visearch_desktop.gui.compare.spread import Point, spread
from visearch_desktop.gui.photo.paint import cased
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.tokens import Tokens

MOST_AGREEING, MOST_TENTATIVE = 40, 16
DOT = 5.0
TENTATIVE_OPACITY = 0.5


class Matches:
    """The matches of a comparison, with the few that are drawn chosen once.

    Attributes:
        agreeing, tentative: the chosen ones, as (query point, photo point) in full-size px.
        agreeing_total, tentative_total: how many there are.
    """

    def __init__(self, query: Sequence[Point], photo: Sequence[Point], agrees: Sequence[bool]) -> None:
        pairs = list(zip(query, photo, agrees, strict=True))
        inliers = [(q, p) for q, p, agree in pairs if agree]
        others = [(q, p) for q, p, agree in pairs if not agree]
        self.agreeing_total, self.tentative_total = len(inliers), len(others)
        self.agreeing = [inliers[i] for i in spread([q for q, _ in inliers], MOST_AGREEING)]
        self.tentative = [others[i] for i in spread([q for q, _ in others], MOST_TENTATIVE)]
        self.shows_agreeing, self.shows_tentative = True, True


def draw_picture(painter: QPainter, pane: Pane) -> None:
    """Draw a pane's picture, clipped to its frame."""
    painter.save()
    painter.setClipRect(pane.frame)
    shown = pane.view().mapRect(QRectF(QPointF(0, 0), pane.full))
    painter.drawPixmap(shown, pane.pixmap, QRectF(pane.pixmap.rect()))
    painter.restore()


def draw_overlay(
    painter: QPainter,
    query: Pane,
    region: Region | None,
    warp: QTransform,
    clip: QRectF,
    mode: QPainter.CompositionMode = QPainter.CompositionMode.CompositionMode_SourceOver,
) -> None:
    """Draw the query picture, or its region, through a perspective.

    Args:
        warp: from the query's full-size px to the painter's px.
        clip: what may be painted on, in the painter's px.
    """
    box = QRectF(*region.as_tuple()) if region is not None else QRectF(QPointF(0, 0), query.full)
    to_pixmap = QTransform.fromScale(
        query.pixmap.width() / query.full.width(), query.pixmap.height() / query.full.height()
    )
    painter.save()
    painter.setClipRect(clip)
    painter.setTransform(warp, combine=True)
    painter.setCompositionMode(mode)
    painter.drawPixmap(box, query.pixmap, to_pixmap.mapRect(box))
    painter.restore()


def draw_swipe_handle(painter: QPainter, x: float, frame: QRectF, colours: Tokens) -> None:
    """The upright line that the pointer moves, with a knob in its middle."""
    painter.save()
    line = QLineF(x, frame.top(), x, frame.bottom())
    for pen in (
        cased(colours.casing, metrics.PREVIEW_CASING),
        cased(colours.region, metrics.PREVIEW_OUTLINE),
    ):
        painter.setPen(pen)
        painter.drawLine(line)
    painter.setBrush(colours.region)
    painter.setPen(cased(colours.casing, 1))
    painter.drawEllipse(QPointF(x, frame.center().y()), 9, 9)
    painter.restore()


def draw_matches(painter: QPainter, matches: Matches, left: Pane, right: Pane, colours: Tokens) -> None:
    """Draw lines between matched points that are in view: agreeing solid, tentative dashed and faint."""
    painter.save()
    if matches.shows_tentative:
        lines = _lines(matches.tentative, left, right)
        faint = QColor(colours.region)
        faint.setAlphaF(TENTATIVE_OPACITY)
        pen = cased(faint, metrics.MATCH_LINE)
        pen.setDashPattern([3, 4])
        painter.setPen(pen)
        painter.drawLines(lines)
    if matches.shows_agreeing:
        lines = _lines(matches.agreeing, left, right)
        for pen in (cased(colours.casing, metrics.MATCH_CASING), cased(colours.found, metrics.MATCH_LINE)):
            painter.setPen(pen)
            painter.drawLines(lines)
        _draw_dots(painter, lines, colours)
    painter.restore()


def _lines(pairs: Sequence[tuple[Point, Point]], left: Pane, right: Pane) -> list[QLineF]:
    views = (left.view(), right.view())
    ends = [(views[0].map(QPointF(*q)), views[1].map(QPointF(*p))) for q, p in pairs]
    return [QLineF(q, p) for q, p in ends if left.frame.contains(q) and right.frame.contains(p)]


def _draw_dots(painter: QPainter, lines: Sequence[QLineF], colours: Tokens) -> None:
    dots = QPolygonF([point for line in lines for point in (line.p1(), line.p2())])
    for colour, size in ((colours.casing, DOT + 1.6), (colours.found, DOT)):
        pen = cased(colour, size)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(dots)

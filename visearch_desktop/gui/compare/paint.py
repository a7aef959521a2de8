"""Painting of a comparison: pictures, match lines, the query warped over the hit, heat, and labels on photos."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QLinearGradient, QPainter, QPolygonF, QTransform

from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.matches import Matches, Pair
from visearch_desktop.gui.compare.pane import Pane
from visearch_desktop.gui.photo.paint import cased
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.tokens import Tokens
from visearch_desktop.library.rows import HeatMap

DOT = 5.0
TENTATIVE_OPACITY = 0.5
HEAT_OPACITY, COLD_OPACITY = 0.85, 0.4
HEAT_PX = 16
"""Each place of a heat map is made so many pixels wide, so that it has no steps."""
LABEL_HEIGHT, LEGEND_WIDTH = 24.0, 72.0


def draw_picture(painter: QPainter, pane: Pane) -> None:
    """Draw a pane's picture, clipped to its frame."""
    painter.save()
    painter.setClipRect(pane.frame)
    painter.setTransform(pane.view(), combine=True)
    painter.drawPixmap(QRectF(QPointF(0, 0), pane.full), pane.pixmap, QRectF(pane.pixmap.rect()))
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


# --- matches ----------------------------------------------------------------------------------------------------------


def draw_matches(painter: QPainter, matches: Matches, left: Pane, right: Pane, colours: Tokens) -> None:
    """Draw matched points that are in view: agreeing solid, tentative hollow and faint; and lines between them."""
    painter.save()
    faint = QColor(colours.region)
    faint.setAlphaF(TENTATIVE_OPACITY)
    if matches.shows_tentative:
        lines = _lines(matches.tentative, left, right)
        if matches.shows_lines:
            pen = cased(faint, metrics.MATCH_LINE)
            pen.setDashPattern([3, 4])
            painter.setPen(pen)
            painter.drawLines(lines)
        else:
            _draw_rings(painter, lines, colours)
    if matches.shows_agreeing:
        lines = _lines(matches.agreeing, left, right)
        if matches.shows_lines:
            for pen in (cased(colours.casing, metrics.MATCH_CASING), cased(colours.found, metrics.MATCH_LINE)):
                painter.setPen(pen)
                painter.drawLines(lines)
        _draw_dots(painter, lines, colours)
    if matches.pointed_at is not None:
        lines = _lines([matches.pointed_at], left, right)
        for pen in (cased(colours.casing, metrics.PREVIEW_CASING), cased(colours.found, metrics.PREVIEW_OUTLINE)):
            painter.setPen(pen)
            painter.drawLines(lines)
        _draw_dots(painter, lines, colours, DOT + 3)
    painter.restore()


def pair_at(place: QPointF, matches: Matches, left: Pane, right: Pane, within: float) -> Pair | None:
    """The agreeing match that has a point in view nearest to a place, at most ``within`` logical px away."""
    if not matches.shows_agreeing:
        return None
    views, nearest, chosen = (left.view(), right.view()), within, None
    for pair in matches.agreeing:
        ends = [view.map(QPointF(*point)) for view, point in zip(views, pair, strict=True)]
        if left.frame.contains(ends[0]) and right.frame.contains(ends[1]):
            away = min(QLineF(place, end).length() for end in ends)
            if away < nearest:
                nearest, chosen = away, pair
    return chosen


def _lines(pairs: Sequence[Pair], left: Pane, right: Pane) -> list[QLineF]:
    views = (left.view(), right.view())
    ends = [(views[0].map(QPointF(*q)), views[1].map(QPointF(*p))) for q, p in pairs]
    return [QLineF(q, p) for q, p in ends if left.frame.contains(q) and right.frame.contains(p)]


def _draw_dots(painter: QPainter, lines: Sequence[QLineF], colours: Tokens, size: float = DOT) -> None:
    dots = QPolygonF([point for line in lines for point in (line.p1(), line.p2())])
    for colour, across in ((colours.casing, size + 1.6), (colours.found, size)):
        pen = cased(colour, across)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(dots)


def _draw_rings(painter: QPainter, lines: Sequence[QLineF], colours: Tokens) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((colours.casing, metrics.MATCH_CASING), (colours.region, metrics.MATCH_LINE)):
        painter.setPen(cased(colour, width))
        for line in lines:
            for point in (line.p1(), line.p2()):
                painter.drawEllipse(point, DOT / 2 + 1, DOT / 2 + 1)


# --- heat -------------------------------------------------------------------------------------------------------------


def heat_image(heat: HeatMap, colours: Tokens) -> QImage:
    """A heat map as a picture: transparent where it is cold, mint where it is hot."""
    hot = QColor(colours.found)
    hot.setAlphaF(HEAT_OPACITY)
    alpha = QImage(heat.heat, heat.width, heat.height, heat.width, QImage.Format.Format_Alpha8).copy()
    smooth = alpha.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied).scaled(
        heat.width * HEAT_PX,
        heat.height * HEAT_PX,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    painter = QPainter(smooth)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(smooth.rect(), hot)
    painter.end()
    return smooth


def draw_heat(painter: QPainter, pane: Pane, heat: QImage, colours: Tokens, words: tuple[str, str]) -> None:
    """Lay a heat map over a darkened picture, with a legend in words."""
    painter.save()
    painter.setClipRect(pane.frame)
    veil = QColor(colours.casing)
    veil.setAlphaF(COLD_OPACITY)
    painter.fillRect(pane.frame, veil)
    painter.save()
    painter.setTransform(pane.view(), combine=True)
    painter.drawImage(QRectF(QPointF(0, 0), pane.full), heat, QRectF(heat.rect()))
    painter.restore()
    _draw_legend(painter, pane.frame, colours, words)
    painter.restore()


def _draw_legend(painter: QPainter, frame: QRectF, colours: Tokens, words: tuple[str, str]) -> None:
    painter.setFont(font(Type.SMALL))
    measured = QFontMetricsF(painter.font())
    little, much = (measured.horizontalAdvance(word) for word in words)
    width = little + much + LEGEND_WIDTH + 4 * metrics.SPACE_8
    box = QRectF(frame.left() + metrics.SPACE_8, frame.bottom() - metrics.SPACE_8 - LABEL_HEIGHT, width, LABEL_HEIGHT)
    _draw_box(painter, box, colours)
    bar = QRectF(box.left() + little + 2 * metrics.SPACE_8, box.center().y() - 4, LEGEND_WIDTH, 8)
    shades = QLinearGradient(bar.topLeft(), bar.topRight())
    cold = QColor(colours.found)
    cold.setAlphaF(0.0)
    shades.setColorAt(0, cold)
    shades.setColorAt(1, colours.found)
    painter.fillRect(bar, shades)
    painter.setPen(colours.region)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    centre = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box.adjusted(metrics.SPACE_8, 0, 0, 0), centre | Qt.AlignmentFlag.AlignLeft, words[0])
    painter.drawText(box.adjusted(0, 0, -metrics.SPACE_8, 0), centre | Qt.AlignmentFlag.AlignRight, words[1])


# --- labels on photos -------------------------------------------------------------------------------------------------


def draw_label(painter: QPainter, text: str, at: QPointF, colours: Tokens, clip: QRectF) -> None:
    """A few words on a dark ground, the top left corner at a place, moved into the photo where need be."""
    painter.save()
    painter.setFont(font(Type.SMALL_STRONG))
    width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2 * metrics.SPACE_8
    left = min(max(at.x(), clip.left() + metrics.SPACE_4), max(clip.right() - width - metrics.SPACE_4, clip.left()))
    top = min(max(at.y(), clip.top() + metrics.SPACE_4), clip.bottom() - LABEL_HEIGHT - metrics.SPACE_4)
    box = QRectF(left, top, width, LABEL_HEIGHT)
    _draw_box(painter, box, colours)
    painter.setPen(colours.region)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _draw_box(painter: QPainter, box: QRectF, colours: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.badge)
    painter.drawRoundedRect(box, metrics.RADIUS_BADGE, metrics.RADIUS_BADGE)

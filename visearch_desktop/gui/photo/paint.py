"""Painting on photos: what a person drew is white, what was found is mint, on a dark casing that shows both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from visearch_desktop.core.region import Quad, Region
from visearch_desktop.gui.photo.region_tool import HANDLES, handle_place
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.tokens import Tokens

HANDLE = 10
READOUT_GAP = 12


def cased(colour: QColor, width: float, *, dashed: bool = False) -> QPen:
    """A pen with round joins, ``width`` in logical px; dashes are 5 px with gaps of 4.

    It is not cosmetic, for that would be device px, half as wide on a screen of two: map the points, not the painter.
    """
    pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern([5 / width, 4 / width])
    return pen


def draw_outline(
    painter: QPainter, quad: Quad, view: QTransform, colours: Tokens, clip: QRectF, *, dashed: bool = False
) -> None:
    """Draw where something was found, clipped to the photo.

    Args:
        quad: corners in upright full-size px.
        view: from those px to the painter's.
        clip: the photo, in the painter's px.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(clip)
    outline = QPolygonF([view.map(QPointF(x, y)) for x, y in quad])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cased(colours.casing, metrics.PREVIEW_CASING))
    painter.drawPolygon(outline)
    painter.setPen(cased(colours.found, metrics.PREVIEW_OUTLINE, dashed=dashed))
    painter.drawPolygon(outline)
    painter.restore()


@dataclass(frozen=True, slots=True)
class Box:
    """A region on a photo, and whether photos are not to show what is in it."""

    region: Region
    is_minus: bool = False


def draw_regions(
    painter: QPainter,
    edited: Box,
    others: Sequence[Box],
    view: QTransform,
    colours: Tokens,
    photo: QRectF,
    *,
    with_handles: bool,
) -> None:
    """Draw the boxes a person drew: veil outside of all, white on a casing, eight handles on the one that is edited.

    Args:
        photo: the photo's rectangle in the painter's px.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outside = QPainterPath()
    outside.addRect(photo)
    for one in (edited, *others):
        inside = QPainterPath()
        inside.addRect(view.mapRect(QRectF(*one.region.as_tuple())))
        outside = outside.subtracted(inside)
    painter.fillPath(outside, colours.veil)
    for one in (*others, edited):
        box = view.mapRect(QRectF(*one.region.as_tuple()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(cased(colours.casing, metrics.OUTLINE_CASING))
        painter.drawRect(box)
        painter.setPen(cased(colours.region, metrics.OUTLINE))
        painter.drawRect(box)
        if one.is_minus:
            draw_not(painter, box.topLeft() + QPointF(HANDLE, HANDLE), colours)
    if with_handles:
        painter.setPen(cased(colours.casing, 1))
        painter.setBrush(colours.region)
        for grip in HANDLES:
            place = view.map(QPointF(*handle_place(edited.region, grip)))
            painter.drawRoundedRect(QRectF(place.x() - HANDLE / 2, place.y() - HANDLE / 2, HANDLE, HANDLE), 2, 2)
    painter.restore()


def draw_not(painter: QPainter, corner: QPointF, colours: Tokens, side: int = 20) -> None:
    """The struck-through circle of what is not looked for, on a dark disc that any photo shows."""
    place = QRectF(corner.x(), corner.y(), side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.badge)
    painter.drawEllipse(place)
    painter.restore()
    paint_icon(painter, "ban", colours.region, place.adjusted(3, 3, -3, -3))


def draw_readout(painter: QPainter, region: Region, view: QTransform, colours: Tokens, room: QRectF) -> None:
    """The box's size in full-size px: under the box, or above it where there is no room."""
    text = QCoreApplication.translate("PhotoCanvas", "%1 × %2 px")
    text = text.replace("%1", str(round(region.width))).replace("%2", str(round(region.height)))
    box = view.mapRect(QRectF(region.x, region.y, region.width, region.height))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(Type.NAME))
    measured = QFontMetricsF(painter.font())
    width, height = measured.horizontalAdvance(text) + 20, measured.height() + 8
    top = box.bottom() + READOUT_GAP
    if top + height > room.bottom():
        top = box.top() - READOUT_GAP - height
    top = min(max(top, room.top()), room.bottom() - height)
    left = min(max(box.center().x() - width / 2, room.left()), room.right() - width)
    label = QRectF(left, top, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.badge)
    painter.drawRoundedRect(label, metrics.RADIUS_BADGE, metrics.RADIUS_BADGE)
    painter.setPen(colours.region)
    painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()

"""Paints one cell: photo, hairline, outline, badge, ring, caption."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from visearch_desktop.core.region import Quad
from visearch_desktop.gui import dates, explain
from visearch_desktop.gui.grid.confidence_bars import WIDTH as BARS_WIDTH
from visearch_desktop.gui.grid.confidence_bars import paint_bars
from visearch_desktop.gui.grid.model import Role
from visearch_desktop.gui.grid.sizes import CAPTION_GAP, Caption, is_small
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.photo.paint import cased
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import icon_pixmap
from visearch_desktop.gui.theme.tokens import Tokens, tokens
from visearch_desktop.library.rows import PhotoRow
from visearch_desktop.search.hits import Hit

BADGE_HEIGHT, BADGE_INSET, BADGE_PADDING, BARS_HEIGHT = 18, 4, 6, 9
NARROW = 104
HALO = 4
RING = 2
RADIUS = metrics.RADIUS_PHOTO
STATE = QStyle.StateFlag


@dataclass(frozen=True, slots=True)
class CellShape:
    """What all cells of a grid have in common, in logical px.

    Attributes:
        smallest_width: as chosen by the person: says S, M or L.
        picture: the picture box.
        halo: around picture and caption.
        line_heights: of the caption's first line and of the others.
    """

    smallest_width: int
    picture: QSize
    halo: int
    caption: Caption
    line_heights: tuple[int, int]


def caption_lines() -> tuple[int, int]:
    """The heights of the first line of a caption and of the others."""
    return max(18, QFontMetrics(font()).height()), max(17, QFontMetrics(font(Type.SMALL)).height())


def photo_box(row: PhotoRow, box: QRectF) -> QRectF:
    """The photo contained in its picture box, centred, on whole px; a photo not larger than the box keeps its size."""
    if row.width <= 0 or row.height <= 0:
        return box
    size = QSizeF(row.width, row.height).scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    width, height = max(1, round(size.width())), max(1, round(size.height()))
    x, y = box.x() + (box.width() - width) // 2, box.y() + (box.height() - height) // 2
    return QRectF(x, y, width, height)


class CellDelegate(QStyledItemDelegate):
    """Draws the cells of a grid from ``Role.PHOTO`` and ``Role.HIT``.

    Attributes:
        shape: set by the grid at each layout.
        fading, opacity: these photos are drawn so faint, while a new ranking fades in.
    """

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.shape = CellShape(96, QSize(96, 72), 6, Caption.NONE, (18, 17))
        self.fading: frozenset[int] = frozenset()
        self.opacity = 1.0
        self._fonts = (font(), font(Type.SMALL), font(Type.BADGE))
        self._figures = [QFontMetrics(of) for of in self._fonts]

    def renew_fonts(self) -> None:
        """Take the application's font as it is now."""
        self._fonts = (font(), font(Type.SMALL), font(Type.BADGE))
        self._figures = [QFontMetrics(of) for of in self._fonts]

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return self.shape.picture

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, hit = index.data(Role.PHOTO), index.data(Role.HIT)
        colours = tokens(option.palette)
        halo, picture = self.shape.halo, self.shape.picture
        cell = QRectF(option.rect)
        box = QRectF(cell.x() + halo, cell.y() + halo, picture.width(), picture.height())
        photo = photo_box(row, box) if row is not None and row.has_thumbnail else box
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(self.opacity if row is not None and row.photo_id in self.fading else 1.0)
        ground = cell if self.shape.caption is not Caption.NONE else photo.adjusted(-halo, -halo, halo, halo)
        self._paint_ground(painter, ground, option.state, colours)
        self._paint_photo(painter, photo, row, colours)
        if row is not None:
            if hit is not None:
                self._paint_hit(painter, photo, row, hit, colours)
            if row.is_offline:
                self._paint_offline(painter, photo, colours)
            if self.shape.caption is not Caption.NONE:
                self._paint_caption(painter, box, row, hit, colours)
        self._paint_ring(painter, ground, photo, option.state, colours)
        painter.setOpacity(1.0)

    # --- ground and ring ----------------------------------------------------------------------------------------------

    def _paint_ground(self, painter: QPainter, ground: QRectF, state: QStyle.StateFlag, colours: Tokens) -> None:
        if state & STATE.State_Selected:
            colour = colours.soft
        elif state & STATE.State_MouseOver:
            colour = colours.hover
        else:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(ground, metrics.RADIUS_CARD, metrics.RADIUS_CARD)

    def _paint_ring(
        self, painter: QPainter, ground: QRectF, photo: QRectF, state: QStyle.StateFlag, colours: Tokens
    ) -> None:
        is_current = state & STATE.State_HasFocus
        if not state & STATE.State_Selected and not is_current:
            return
        painter.setPen(QPen(colours.accent, RING))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.shape.caption is Caption.NONE:
            painter.drawRoundedRect(photo.adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)
        else:
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), metrics.RADIUS_CARD - 1, metrics.RADIUS_CARD - 1)

    # --- the photo ----------------------------------------------------------------------------------------------------

    def _paint_photo(self, painter: QPainter, photo: QRectF, row: PhotoRow | None, colours: Tokens) -> None:
        pixmap = self._thumbnails.pixmap(row.photo_id) if row is not None and row.has_thumbnail else None
        if pixmap is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.window)
            painter.drawRoundedRect(photo, RADIUS, RADIUS)
            if row is not None and not row.has_thumbnail:
                self._paint_icon(painter, "image", photo.center(), colours.control)
            return
        draw_rounded(painter, pixmap, photo)
        ratio = painter.device().devicePixelRatioF()
        line = 1 / ratio if ratio <= 1.5 else 1.0
        painter.setPen(QPen(colours.hairline, line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(photo.adjusted(line / 2, line / 2, -line / 2, -line / 2), RADIUS, RADIUS)

    def _paint_icon(self, painter: QPainter, name: str, centre: QPointF, colour: object, side: int = 16) -> None:
        drawn = icon_pixmap(name, colour, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(round(centre.x() - side / 2), round(centre.y() - side / 2)), drawn)

    def _paint_offline(self, painter: QPainter, photo: QRectF, colours: Tokens) -> None:
        side = BADGE_HEIGHT + 2
        place = QRectF(photo.right() - BADGE_INSET - side, photo.top() + BADGE_INSET, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.badge)
        painter.drawRoundedRect(place, metrics.RADIUS_BADGE, metrics.RADIUS_BADGE)
        self._paint_icon(painter, "hard-drive", place.center(), colours.region, 14)

    # --- what a search found ------------------------------------------------------------------------------------------

    def _paint_hit(self, painter: QPainter, photo: QRectF, row: PhotoRow, hit: Hit, colours: Tokens) -> None:
        for quad, is_estimated in hit.outlines:
            paint_outline(painter, quad, row, photo, colours, dashed=is_estimated)
        text = "" if is_small(self.shape.smallest_width) else explain.badge(hit)[photo.width() < NARROW]
        width = self._figures[2].horizontalAdvance(text) + 5 if text else 0
        badge = QRectF(
            photo.x() + BADGE_INSET,
            photo.bottom() - BADGE_INSET - BADGE_HEIGHT,
            BARS_WIDTH + 2 * BADGE_PADDING + width,
            max(BADGE_HEIGHT, self._figures[2].height()),
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.badge)
        painter.drawRoundedRect(badge, metrics.RADIUS_BADGE, metrics.RADIUS_BADGE)
        bottom = badge.center().y() + BARS_HEIGHT / 2
        paint_bars(
            painter, badge.x() + BADGE_PADDING, bottom, BARS_HEIGHT, explain.BARS[hit.confidence], colours.region
        )
        if text:
            painter.setFont(self._fonts[2])
            painter.setPen(colours.region)
            words = badge.adjusted(BADGE_PADDING + BARS_WIDTH + 5, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    # --- the caption --------------------------------------------------------------------------------------------------

    def _paint_caption(self, painter: QPainter, box: QRectF, row: PhotoRow, hit: Hit | None, colours: Tokens) -> None:
        first, other = self.shape.line_heights
        lines = [(row.name, 0, colours.text, first), (dates.day(row.taken), 1, colours.text2, other)]
        if self.shape.caption is Caption.WITH_WHY and hit is not None:
            lines.append((explain.in_short(hit), 1, colours.text2, other))
        y = round(box.bottom()) + CAPTION_GAP
        for text, size, colour, height in lines:
            painter.setFont(self._fonts[size])
            painter.setPen(colour)
            shown = self._figures[size].elidedText(text, Qt.TextElideMode.ElideMiddle, int(box.width()))
            place = QRect(round(box.x()), y, round(box.width()), height)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)
            y += height


def paint_outline(
    painter: QPainter, quad: Quad, row: PhotoRow, photo: QRectF, colours: Tokens, *, dashed: bool = False
) -> None:
    """Draw where something was found on a photo as it is shown, clipped to it.

    Args:
        quad: in the photo's upright full-size px.
        photo: where the photo is painted.
        dashed: for a place that is only estimated.
    """
    view = QTransform.fromTranslate(photo.x(), photo.y())
    view.scale(photo.width() / max(1, row.width), photo.height() / max(1, row.height))
    outline = QPolygonF([view.map(QPointF(x, y)) for x, y in quad])
    painter.save()
    painter.setClipRect(photo, Qt.ClipOperation.IntersectClip)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(cased(colours.casing, metrics.OUTLINE_CASING))
    painter.drawPolygon(outline)
    painter.setPen(cased(colours.found, metrics.OUTLINE, dashed=dashed))
    painter.drawPolygon(outline)
    painter.restore()


def draw_rounded(painter: QPainter, pixmap: QPixmap, photo: QRectF) -> None:
    """Draw a photo into its rectangle with the corners of the design."""
    rounded = QPainterPath()
    rounded.addRoundedRect(photo, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(rounded, Qt.ClipOperation.IntersectClip)
    painter.drawPixmap(photo, pixmap, QRectF(pixmap.rect()))
    painter.restore()

"""A grid of near duplicates: what goes is dim, what stays has a ring, and a badge says which; the badge is pressed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from visearch_desktop.gui.grid.cell_delegate import BADGE_HEIGHT, BADGE_INSET, RADIUS, CellDelegate, photo_box
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.headings import STICKY_PAD, link_boxes
from visearch_desktop.gui.grid.sizes import CAPTION_GAP
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.groups.duplicates_model import FILE, change_words, facts_of, verdict_word
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.tokens import Tokens
from visearch_desktop.library.duplicate_rows import Change, DuplicateFile, Verdict
from visearch_desktop.library.rows import PhotoRow

DIM = 0.55
_ICONS = {Verdict.KEEP: "check", Verdict.TRASH: "trash-2", Verdict.DECIDE: "eye"}
_PADDING, _ICON, _WIDTH = 6, 12, 184


class DuplicateDelegate(CellDelegate):
    """Draws a file of a group."""

    _file: DuplicateFile | None = None

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._file = index.data(FILE)
        super().paint(painter, option, index)

    def badge_box(self, cell: QRect, file: DuplicateFile) -> QRectF:
        """Where the badge of a cell is."""
        halo, picture = self.shape.halo, self.shape.picture
        box = QRectF(cell.x() + halo, cell.y() + halo, picture.width(), picture.height())
        return self._badge(photo_box(file.row, box) if file.row.has_thumbnail else box, file)

    def _badge(self, photo: QRectF, file: DuplicateFile) -> QRectF:
        width = 3 * _PADDING - 2 + _ICON + self._figures[2].horizontalAdvance(verdict_word(file))
        height = max(BADGE_HEIGHT, self._figures[2].height())
        return QRectF(photo.x() + BADGE_INSET, photo.bottom() - BADGE_INSET - height, width, height)

    def _paint_photo(self, painter: QPainter, photo: QRectF, row: PhotoRow | None, colours: Tokens) -> None:
        file = self._file
        goes = file is not None and file.verdict is Verdict.TRASH
        painter.setOpacity(DIM if goes else 1.0)
        super()._paint_photo(painter, photo, row, colours)
        painter.setOpacity(1.0)
        if file is None:
            return
        keeps = file.verdict is Verdict.KEEP
        if keeps:
            painter.setPen(QPen(colours.ok, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(photo.adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)
        badge, ink = self._badge(photo, file), colours.base if keeps else colours.region
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.ok if keeps else colours.badge)
        painter.drawRoundedRect(badge, metrics.RADIUS_BADGE, metrics.RADIUS_BADGE)
        at = badge.adjusted(_PADDING, 0, 0, 0)
        at.setWidth(_ICON)
        self._paint_icon(painter, _ICONS[file.verdict], at.center(), ink, _ICON)
        painter.setFont(self._fonts[2])
        painter.setPen(ink)
        words = badge.adjusted(2 * _PADDING - 2 + _ICON, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, verdict_word(file))

    def _paint_caption(self, painter: QPainter, box: QRectF, row: PhotoRow, hit: object, colours: Tokens) -> None:
        file = self._file
        if file is None:
            return
        first, other = self.shape.line_heights
        title = font(Type.STRONG) if file.change is Change.BEST else self._fonts[0]
        lines = [
            (change_words(file), title, colours.text, first),
            (facts_of(file), self._fonts[1], colours.text2, other),
        ]
        y = round(box.bottom()) + CAPTION_GAP
        for text, of, colour, height in lines:
            painter.setFont(of)
            painter.setPen(colour)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(QRect(round(box.x()), y, round(box.width()), height), Qt.AlignmentFlag.AlignCenter, shown)
            y += height


class DuplicatesView(GridView):
    """The files of the groups.

    Signals:
        badge_pressed: the row of the file whose badge was pressed.
        link_pressed: the section, and which link of its heading was pressed.
    """

    badge_pressed = Signal(int)
    link_pressed = Signal(int, int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, with_hits=True, parent=parent)
        self._delegate = DuplicateDelegate(thumbnails, self)
        self.setItemDelegate(self._delegate)
        self._width = _WIDTH

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        section, link = self._link_at(place)
        if event.button() == Qt.MouseButton.LeftButton and link >= 0:
            self.link_pressed.emit(section, link)
            event.accept()
            return
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            delegate = self._delegate
            assert isinstance(delegate, DuplicateDelegate)
            if delegate.badge_box(self.visualRect(index), index.data(FILE)).contains(event.position()):
                self.badge_pressed.emit(index.row())
                event.accept()
                return
        super().mousePressEvent(event)

    def _link_at(self, place: QPoint) -> tuple[int, int]:
        """The section and the number of the link of its heading there; -1 where there is none."""
        top = self.verticalOffset()
        is_stuck = 0 <= place.y() < self._covered
        section = self._grid.section_at(top + STICKY_PAD if is_stuck else top + place.y())
        if section < 0:
            return -1, -1
        box = self._in_view(self._grid.heading(section))
        if is_stuck:
            box.moveBottom(self._covered - 1)
        boxes = link_boxes(box, self._headings[section])
        return section, next((number for number, link in enumerate(boxes) if link.contains(place)), -1)

"""The grid a person uses: zoom, staying in place, pressing and dragging, typing a name."""

from __future__ import annotations

from itertools import islice
from time import monotonic

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from visearch_desktop.gui.grid import sizes
from visearch_desktop.gui.grid.held_place import FOLLOWED, HeldPlace, select_photos
from visearch_desktop.gui.grid.layout import NO_CELL
from visearch_desktop.gui.grid.painted_view import PaintedView
from visearch_desktop.gui.grid.thumbnails import Thumbnails

WHEEL_STEP = 1.12
TYPING_S = 1.0


class GridView(PaintedView):
    """Photos that are chosen, zoomed, found by name and dragged out.

    Signals:
        zoomed: the smallest picture's width, px.
        chosen: the current photo was double-clicked.
        key_pressed: a QKeyEvent that may be one of the actions on photos; accepted if it was.
    """

    zoomed = Signal(int)
    chosen = Signal()
    key_pressed = Signal(object)

    # Qt calls overridden methods while the base class is still setting itself up.
    _is_pressed = False
    _typed, _typed_at = "", 0.0

    def __init__(self, thumbnails: Thumbnails, *, with_hits: bool, parent: QWidget | None = None) -> None:
        super().__init__(thumbnails, with_hits=with_hits, parent=parent)
        self._pressed = QPoint()
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    # --- size ---------------------------------------------------------------------------------------------------------

    def set_picture_size(self, width: int) -> None:
        """Make all pictures larger or smaller; the photo under the pointer, or else the current one, stays in place."""
        width = sizes.clamped(width)
        if width == self._width:
            return
        place = self.hold_place()
        self._width = width
        self._lay_out()
        self.restore_place(place)
        self.zoomed.emit(width)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            wanted = self._width * WHEEL_STEP ** (event.angleDelta().y() / 120)
            step = 4 if wanted > self._width else -4
            self.set_picture_size(self._width + step if abs(wanted - self._width) < 4 else round(wanted))
            event.accept()
            return
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        is_other_width = event.oldSize().width() > 0 and event.size().width() != event.oldSize().width()
        place = self.hold_place() if is_other_width and self._delegate and self._grid.count else None
        super().resizeEvent(event)
        if place is not None:
            self.restore_place(place)

    # --- staying in place ---------------------------------------------------------------------------------------------

    def hold_place(self) -> HeldPlace:
        """Remember where the person is, to ``restore_place`` it when cells have moved."""
        model, current, in_view = self.photos(), self.currentIndex(), list(self.visible())
        first = [self._hovered] if self._hovered != NO_CELL and self._hovered in in_view else []
        if self.selectionModel().isSelected(current) and current.row() in in_view:
            first.append(current.row())
        anchors = []
        for index in [*first, *islice(in_view, 60)]:
            row = model.photo_at(index) if index < model.rowCount() else None
            if row is not None:
                anchors.append((row.photo_id, self._grid.cell(index).y - self.verticalOffset()))
        row = model.photo_at(current.row()) if current.isValid() else None
        chosen = [model.photo_at(index) for index in islice(self.selected_indexes(), FOLLOWED)]
        return HeldPlace(
            anchors=tuple(anchors) if first or self.verticalOffset() else (),
            current=row.photo_id if row else None,
            selected=tuple(row.photo_id for row in chosen if row is not None),
            scroll=self.verticalOffset(),
        )

    def restore_place(self, place: HeldPlace) -> None:
        """Select the same photos, and scroll so that the first of them that is still there has the height it had."""
        select_photos(self.selectionModel(), self.photos(), place)
        for photo_id, height in place.anchors:
            index = self.photos().index_of(photo_id)
            if index is not None:
                self.verticalScrollBar().setValue(self._grid.cell(index).y - height)
                return
        self.verticalScrollBar().setValue(place.scroll)

    # --- the pointer --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        self._is_pressed = False  # who was hidden while a button was down never heard of its release
        super().showEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.state() == QAbstractItemView.State.DragSelectingState:
            here = event.position().toPoint() + QPoint(0, self.verticalOffset())
            self._band = QRect(self._pressed, here).normalized()
            self.viewport().update()

    @property
    def is_pressed(self) -> bool:
        """Whether the left mouse button is down on the photos: then nothing may move."""
        return self._is_pressed

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = event.button() == Qt.MouseButton.LeftButton  # of others a menu may take the release
        self._pressed = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_pressed = False
        super().mouseReleaseEvent(event)
        if not self._band.isNull():
            self._band = QRect()
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.chosen.emit()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        is_letter = event.type() == QEvent.Type.ShortcutOverride and _is_plain_letter(event)
        if is_letter and self._typed and monotonic() - self._typed_at < TYPING_S:
            event.accept()  # in the middle of a name, a letter is no shortcut
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_typing = _is_plain_letter(event) and self._typed and monotonic() - self._typed_at < TYPING_S
        if not is_typing:
            event.ignore()
            self.key_pressed.emit(event)
            if event.isAccepted():
                return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        now = monotonic()
        self._typed = self._typed + search if now - self._typed_at < TYPING_S else search
        self._typed_at = now
        begin = self.currentIndex().row() + (1 if len(self._typed) == 1 else 0)
        found = self.photos().find_name(self._typed, max(0, begin))
        if found is not None:
            self.setCurrentIndex(self.model().index(found, 0))

    # --- dragging hits out --------------------------------------------------------------------------------------------

    def startDrag(self, actions: Qt.DropAction) -> None:
        mime = self.dragged()
        if not mime.hasUrls():
            return
        drag = QDrag(self)
        drag.setMimeData(mime)
        row = self.photos().photo_at(self.currentIndex().row())
        pixmap = self._thumbnails.pixmap(row.photo_id) if row else None
        if pixmap is not None:
            drag.setPixmap(pixmap)
            drag.setHotSpot(QPoint(12, 12))
        drag.exec(Qt.DropAction.CopyAction)
        self._is_pressed = False

    def dragged(self) -> QMimeData:
        """The files of the selected photos, as a drag carries them."""
        model = self.photos()
        return model.mimeData([model.index(index) for index in self.selected_indexes()])


def _is_plain_letter(event: QKeyEvent) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
    return bool(event.text()) and event.text().isprintable() and modifiers == Qt.KeyboardModifier.NoModifier

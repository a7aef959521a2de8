"""The grid a person sees: painting, hover, sticky heading, thumbnails of what is in view, zoom, fades, drags."""

from __future__ import annotations

from itertools import islice
from time import monotonic

from PySide6.QtCore import (
    QEvent,
    QMimeData,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QDrag,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from visearch_desktop.gui.grid import sizes
from visearch_desktop.gui.grid.arranged_view import ArrangedView
from visearch_desktop.gui.grid.cell_delegate import CellDelegate, CellShape, caption_lines
from visearch_desktop.gui.grid.headings import STICKY_PAD, StickyHeading, paint_heading
from visearch_desktop.gui.grid.held_place import FOLLOWED, HeldPlace, select_photos
from visearch_desktop.gui.grid.layout import NO_CELL
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.theme.metrics import FADE_MS, RADIUS_BADGE, motion_ms
from visearch_desktop.gui.theme.tokens import tokens

MARGIN_LINES = 2  # so many lines of thumbnails are got ready below and above what is in view
WHEEL_STEP = 1.12
TYPING_S = 1.0
STATE = QStyle.StateFlag


class GridView(ArrangedView):
    """Photos in sections with headings that stick to the top.

    Signals:
        zoomed: the smallest picture's width, px.
        chosen: the current photo was double-clicked.
        key_pressed: a QKeyEvent that may be one of the actions on photos; accepted if it was.
    """

    zoomed = Signal(int)
    chosen = Signal()
    key_pressed = Signal(object)

    # Qt calls overridden methods while the base class is still setting itself up.
    _hovered = NO_CELL
    _covered = 0
    _is_pressed = False
    _typed, _typed_at = "", 0.0
    _delegate: CellDelegate | None = None

    def __init__(self, thumbnails: Thumbnails, *, with_hits: bool, parent: QWidget | None = None) -> None:
        super().__init__(with_hits=with_hits, parent=parent)
        self._thumbnails = thumbnails
        self._pressed, self._band = QPoint(), QRect()
        self._sticky = StickyHeading(self)
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._on_fade)
        self._look = QTimer(self, singleShot=True, interval=0)
        self._look.timeout.connect(self._want_visible)
        thumbnails.arrived.connect(self._on_arrived)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._delegate = CellDelegate(thumbnails, self)
        self.setItemDelegate(self._delegate)

    # --- what is in view ----------------------------------------------------------------------------------------------

    @Slot()
    def _on_moved(self) -> None:
        super()._on_moved()
        if self._delegate is None:
            return
        self._place_sticky()
        self._look.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._is_pressed = False  # who was hidden while a button was down never heard of its release
        self._on_moved()

    def reset(self) -> None:
        self._hovered = NO_CELL
        super().reset()

    def dataChanged(self, first: QModelIndex, last: QModelIndex, roles: list[int] = ()) -> None:
        self.viewport().update()
        self._look.start()

    @Slot()
    def _want_visible(self) -> None:
        """Get the rows in view and some around them, then their thumbnails, the ones in view first."""
        model = self.photos()
        if model is None or not self.isVisible() or not self._grid.count:
            return
        near = list(self.visible(MARGIN_LINES))
        if not near:
            return
        model.want(near[0], near[-1])
        in_view = list(self.visible())
        rows = [model.photo_at(index) for index in [*in_view, *sorted(set(near) - set(in_view))]]
        ids = [row.photo_id for row in rows if row is not None and row.has_thumbnail]
        self._thumbnails.want(ids, self._delegate.shape.picture, self.devicePixelRatioF())

    @Slot(object)
    def _on_arrived(self, photo_ids: frozenset[int]) -> None:
        if not self.isVisible():
            return
        model = self.photos()
        for index in self.visible():
            row = model.photo_at(index)
            if row is not None and row.photo_id in photo_ids:
                self.viewport().update(self._in_view(self._grid.cell(index)))

    def _place_sticky(self) -> None:
        height, top = self._grid.metrics.heading_height, self.verticalOffset()
        section = self._grid.section_at(top + STICKY_PAD)
        is_in_place = section < 0 or self._grid.heading(section).y >= top + STICKY_PAD
        if not height or not self._grid.count or is_in_place:
            self._covered = 0
            self._sticky.show_heading(None, QRect(), 0, 0)
            return
        height += STICKY_PAD
        shift = min(max(0, height - (self._grid.section_bottom(section) - top)), height)
        box = QRect(self.viewport().x(), self.viewport().y(), self.viewport().width(), height)
        self._covered = height - shift
        self._sticky.show_heading(self._headings[section] if shift < height else None, box, shift, self._grid.width)

    def indexAt(self, point: QPoint) -> QModelIndex:
        return QModelIndex() if 0 <= point.y() < self._covered else super().indexAt(point)

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

    def _lay_out(self) -> None:
        super()._lay_out()
        if self._delegate is None:
            return
        self._delegate.shape = CellShape(
            self._width,
            QSize(self._grid.picture_width, self._grid.picture_height),
            self._grid.metrics.halo,
            sizes.caption_of(self._width, with_hits=self.with_hits),
            self._lines,
        )

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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and self._delegate is not None:
            self._lines = caption_lines()
            self._delegate.renew_fonts()
            self._lay_out()

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

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        colours, area, dirty = tokens(self), event.rect(), event.region()
        painter.fillRect(area, colours.base)
        top, bottom = area.top() + self.verticalOffset(), area.bottom() + 1 + self.verticalOffset()
        if self._grid.metrics.heading_height:
            for section in self._grid.sections_between(top, bottom):
                box = self._in_view(self._grid.heading(section))
                if dirty.intersects(box):
                    box.setWidth(self._grid.width)
                    paint_heading(painter, box, self._headings[section], colours)
        self._paint_cells(painter, dirty, top, bottom)
        if not self._band.isNull():
            painter.setOpacity(0.4)
            painter.setPen(colours.accent)
            painter.setBrush(colours.soft)
            painter.drawRoundedRect(self._band.translated(0, -self.verticalOffset()), RADIUS_BADGE, RADIUS_BADGE)

    def _paint_cells(self, painter: QPainter, dirty: QRegion, top: int, bottom: int) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        model, selection, plain = self.model(), self.selectionModel(), STATE.State_Enabled
        focused = self.currentIndex().row() if self.hasFocus() else NO_CELL
        for index in self._grid.indexes_between(top, bottom):
            option.rect = self._in_view(self._grid.cell(index))
            if not dirty.intersects(option.rect):
                continue
            place = model.index(index, 0)
            state = plain
            if selection.isSelected(place):
                state |= STATE.State_Selected
            if index == focused:
                state |= STATE.State_HasFocus
            if index == self._hovered:
                state |= STATE.State_MouseOver
            option.state = state
            self._delegate.paint(painter, option, place)

    def fade_in(self, photo_ids: frozenset[int]) -> None:
        """Let these photos appear in 120 ms; at once where less motion is asked for."""
        self._fade.stop()
        self._delegate.fading = photo_ids
        duration = motion_ms(FADE_MS)
        if not duration:
            self._on_fade(1.0)
            return
        self._fade.setDuration(duration)
        self._fade.start()

    @Slot(object)
    def _on_fade(self, opacity: float) -> None:
        self._delegate.opacity = opacity
        self.viewport().update()

    # --- the pointer --------------------------------------------------------------------------------------------------

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.HoverMove, QEvent.Type.HoverEnter}:
            self._hover(self.indexAt(event.position().toPoint()).row())
        elif event.type() in {QEvent.Type.HoverLeave, QEvent.Type.Leave}:
            self._hover(NO_CELL)
        return super().viewportEvent(event)

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            for changed in (self._hovered, index):
                if 0 <= changed < self._grid.count:
                    self.viewport().update(self._in_view(self._grid.cell(changed)))
            self._hovered = index

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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.chosen.emit()

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

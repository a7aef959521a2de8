"""The grid a person sees: cells, hover, sticky heading, fades, and the thumbnails of what is in view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, QVariantAnimation, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QShowEvent
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from visearch_desktop.gui.grid import sizes
from visearch_desktop.gui.grid.arranged_view import ArrangedView
from visearch_desktop.gui.grid.cell_delegate import CellDelegate, CellShape, caption_lines
from visearch_desktop.gui.grid.headings import STICKY_PAD, StickyHeading, paint_heading
from visearch_desktop.gui.grid.layout import NO_CELL
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.theme.metrics import FADE_MS, RADIUS_BADGE, motion_ms
from visearch_desktop.gui.theme.tokens import tokens

MARGIN_LINES = 2  # so many lines of thumbnails are got ready below and above what is in view
STATE = QStyle.StateFlag


class PaintedView(ArrangedView):
    """Photos in sections with headings that stick to the top; subclasses say where the band of a selection is."""

    # Qt calls overridden methods while the base class is still setting itself up.
    _hovered = NO_CELL
    _covered = 0
    _delegate: CellDelegate | None = None

    def __init__(self, thumbnails: Thumbnails, *, with_hits: bool, parent: QWidget | None = None) -> None:
        super().__init__(with_hits=with_hits, parent=parent)
        self._thumbnails = thumbnails
        self._band = QRect()
        self._sticky = StickyHeading(self)
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._on_fade)
        self._look = QTimer(self, singleShot=True, interval=0)
        self._look.timeout.connect(self._want_visible)
        thumbnails.arrived.connect(self._on_arrived)
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

    # --- the layout ---------------------------------------------------------------------------------------------------

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

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange} and self._delegate is not None:
            self._lines = caption_lines()
            self._delegate.renew_fonts()
            self._lay_out()

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

    # --- what the pointer is on ---------------------------------------------------------------------------------------

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

"""A QListView whose geometry is arithmetic, so that a hundred thousand photos cost no more than forty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QWidget,
)

from visearch_desktop.gui.grid import sizes
from visearch_desktop.gui.grid.cell_delegate import caption_lines
from visearch_desktop.gui.grid.headings import STICKY_PAD, heading_height
from visearch_desktop.gui.grid.layout import NO_CELL, Box, GridLayout
from visearch_desktop.gui.grid.model import Heading, PhotoListModel
from visearch_desktop.gui.theme.metrics import SPACE_8

Move = QAbstractItemView.CursorAction


class ArrangedView(QListView):
    """Photos in sections with headings that stick to the top.

    It is a QListView and not a QAbstractItemView of its own because screen readers see the cells of the former only.

    Attributes:
        with_hits: captions and gaps of the results page instead of the library's.

    Signals:
        moved: what is in view changed (scrolled, resized, new photos).
    """

    moved = Signal()

    def __init__(self, *, with_hits: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.with_hits = with_hits
        self._width = sizes.RESULTS_MEDIUM if with_hits else sizes.LIBRARY_MEDIUM
        self._lines = caption_lines()
        self._grid = GridLayout((), sizes.metrics(self._width, with_hits=with_hits, line_heights=self._lines), 0)
        self._headings: tuple[Heading, ...] = ()
        self._footer: QWidget | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().valueChanged.connect(self._on_moved)

    # --- the model ----------------------------------------------------------------------------------------------------

    def setModel(self, model: PhotoListModel) -> None:
        super().setModel(model)
        self._lay_out()

    def photos(self) -> PhotoListModel:
        """The model."""
        return self.model()

    def reset(self) -> None:
        super().reset()
        self._lay_out()

    def rowsInserted(self, parent: QModelIndex, start: int, end: int) -> None:
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self._lay_out()

    # --- the layout ---------------------------------------------------------------------------------------------------

    @property
    def picture_size(self) -> int:
        """The smallest picture's width in px, as the person chose it."""
        return self._width

    @property
    def layout_of_cells(self) -> GridLayout:
        """Where everything lies."""
        return self._grid

    def _lay_out(self) -> None:
        model = self.photos()
        self._headings = model.headings() if model else ()
        has_titles = any(heading.title for heading in self._headings)
        height = heading_height() if has_titles else 0
        of = sizes.metrics(self._width, with_hits=self.with_hits, line_heights=self._lines, heading_height=height)
        if self._footer is not None:
            of = replace(of, margin_bottom=of.margin_bottom + self._footer.sizeHint().height())
        counts = [heading.count for heading in self._headings]
        self._grid = GridLayout(counts, of, self._room())
        self.updateGeometries()
        self.viewport().update()
        self._on_moved()

    @Slot()
    def _on_moved(self) -> None:
        """Something else is in view now; subclasses do more."""
        self._place_footer()
        self.moved.emit()

    def renew_headings(self) -> None:
        """The headings have other words; everything stays in place."""
        self._headings = self.photos().headings()
        self.viewport().update()
        self._on_moved()

    def set_footer(self, footer: QWidget | None) -> None:
        """Show a widget below the last photo; None takes it away."""
        if self._footer is not None and self._footer is not footer:
            self._footer.hide()
        self._footer = footer
        if footer is not None:
            footer.setParent(self.viewport())
        self._lay_out()

    def _place_footer(self) -> None:
        if self._footer is not None:
            height = self._footer.sizeHint().height()
            y = self._grid.height - self._grid.metrics.margin_bottom + SPACE_8 - self.verticalOffset()
            self._footer.setGeometry(0, y, self.viewport().width(), height)
            self._footer.setVisible(self._grid.count > 0)

    def _room(self) -> int:
        """The width to lay out in: the scroll bar stands in the right margin, so that both margins look alike."""
        beside = self.width() - self.viewport().width()
        return self.viewport().width() + min(beside, self._grid.metrics.margin_right)

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(20, self._grid.line_pitch // 3))
        bar.setRange(0, max(0, self._grid.height - self.viewport().height()))
        self.horizontalScrollBar().setRange(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        self._lay_out()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:
        return 0

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    def isIndexHidden(self, index: QModelIndex) -> bool:
        return False

    # --- places -------------------------------------------------------------------------------------------------------

    def _in_view(self, box: Box) -> QRect:
        return QRect(box.x, box.y - self.verticalOffset(), box.width, box.height)

    def visualRect(self, index: QModelIndex) -> QRect:
        if not index.isValid() or index.row() >= self._grid.count:
            return QRect()
        return self._in_view(self._grid.cell(index.row()))

    def indexAt(self, point: QPoint) -> QModelIndex:
        index = self._grid.index_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if index == NO_CELL else self.model().index(index, 0)

    def scrollTo(self, index: QModelIndex, hint: QAbstractItemView.ScrollHint = Move) -> None:
        if not index.isValid() or index.row() >= self._grid.count:
            return
        box, bar = self._grid.cell(index.row()), self.verticalScrollBar()
        head = self._grid.metrics.heading_height + STICKY_PAD if self._grid.metrics.heading_height else 0
        top, bottom = bar.value() + head, bar.value() + self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(box.y + box.height // 2 - self.viewport().height() // 2)
        elif hint == QAbstractItemView.ScrollHint.PositionAtTop or box.y < top:
            bar.setValue(box.y - head)
        elif hint == QAbstractItemView.ScrollHint.PositionAtBottom or box.bottom > bottom:
            bar.setValue(box.bottom - self.viewport().height())

    def visible(self, margin_lines: int = 0) -> Iterator[int]:
        """The photos in view, top to bottom, and so many lines around them."""
        top = self.verticalOffset() - margin_lines * self._grid.line_pitch
        bottom = self.verticalOffset() + self.viewport().height() + margin_lines * self._grid.line_pitch
        return self._grid.indexes_between(top, bottom)

    # --- the keyboard and selecting -----------------------------------------------------------------------------------

    def moveCursor(self, action: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        count, current = self._grid.count, self.currentIndex().row()
        if not count:
            return QModelIndex()
        if current < 0:
            return self.model().index(next(self.visible(), 0), 0)
        lines = max(1, self.viewport().height() // max(1, self._grid.line_pitch))
        mirrored = self.isRightToLeft()
        moves = {
            Move.MoveLeft: current + (1 if mirrored else -1),
            Move.MoveRight: current + (-1 if mirrored else 1),
            Move.MovePrevious: current - 1,
            Move.MoveNext: current + 1,
            Move.MoveHome: 0,
            Move.MoveEnd: count - 1,
        }
        if action in moves:
            target = moves[action]
        elif action in {Move.MoveUp, Move.MovePageUp}:
            target = self._grid.above(current, 1 if action == Move.MoveUp else lines)
        else:
            target = self._grid.below(current, 1 if action == Move.MoveDown else lines)
        return self.model().index(min(max(0, target), count - 1), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        chosen = QItemSelection()
        model, offset = self.model(), self.verticalOffset()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            for first, last in self._runs_in(rect.normalized().translated(0, offset)):
                chosen.select(model.index(first, 0), model.index(last, 0))
        else:
            a = self._grid.nearest(rect.left(), rect.top() + offset)
            b = self._grid.nearest(rect.right(), rect.bottom() + offset)
            is_on_a_cell = self._grid.index_at(rect.right(), rect.bottom() + offset) != NO_CELL
            if is_on_a_cell or rect.width() > 1 or rect.height() > 1:
                chosen.select(model.index(min(a, b), 0), model.index(max(a, b), 0))
        self.selectionModel().select(chosen, command)

    def selectAll(self) -> None:
        if self._grid.count:
            model = self.model()
            everything = QItemSelection(model.index(0, 0), model.index(self._grid.count - 1, 0))
            self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _runs_in(self, box: QRect) -> Iterator[tuple[int, int]]:
        """Runs of neighbouring photos whose cells touch a box of the content."""
        run: list[int] = []
        for index in self._grid.indexes_between(box.top(), box.bottom() + 1):
            cell = self._grid.picture(index)
            if cell.x <= box.right() and box.left() < cell.x + cell.width:
                if run and index != run[-1] + 1:
                    yield run[0], run[-1]
                    run = []
                run.append(index)
        if run:
            yield run[0], run[-1]

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        in_view = list(self.visible())
        if in_view:
            for chosen in selection:
                first, last = max(chosen.top(), in_view[0]), min(chosen.bottom(), in_view[-1])
                for index in range(first, last + 1):
                    region += self._in_view(self._grid.cell(index))
        return region

    def selected_indexes(self) -> Iterator[int]:
        """The selected photos, in order; cheap even if all are selected."""
        ranges = sorted((chosen.top(), chosen.bottom()) for chosen in self.selectionModel().selection())
        for first, last in ranges:
            yield from range(first, last + 1)

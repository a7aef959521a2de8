"""The table of methods: sorted by any column, walked by arrows, checked with Space."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from visearch_desktop.gui.evaluation.columns import COLUMNS
from visearch_desktop.gui.evaluation.delegate import LINE_HEIGHT, LineDelegate, toggle
from visearch_desktop.gui.evaluation.lines import Line
from visearch_desktop.gui.evaluation.model import LINE, LinesModel, SortedLines
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.tokens import tokens

LEAST_METHOD_WIDTH = 220
HEADER_HEIGHT = 32
LEFT_OUT_FIRST = (2, 5, 3)  # recall@1, ms a search, recall@10


class Header(QHeaderView):
    """Quiet titles over a rule; the column that the table is sorted by says so with an arrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(HEADER_HEIGHT)
        self.setFont(font(Type.SMALL))

    def paintSection(self, painter: QPainter, box: object, section: int) -> None:
        of, model = tokens(self), self.model()
        across = Qt.Orientation.Horizontal
        painter.save()
        painter.fillRect(box, of.base)
        painter.fillRect(box.left(), box.bottom(), box.width(), 1, of.line)
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        painter.setFont(font(Type.SMALL_STRONG if is_sorted else Type.SMALL))
        painter.setPen(of.text if is_sorted else of.text2)
        title = model.headerData(section, across)
        inside = box.adjusted(8, 0, -8, 0)
        painter.drawText(inside, model.headerData(section, across, Qt.ItemDataRole.TextAlignmentRole), title)
        if is_sorted:
            wide = painter.fontMetrics().horizontalAdvance(title)
            left = inside.left() + wide + 4 if section == 0 else inside.right() - wide - 16
            is_up = self.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            arrow = inside.adjusted(0, 0, 0, 0)
            arrow.setLeft(left)
            arrow.setWidth(12)
            paint_icon(painter, "chevron-up" if is_up else "chevron-down", of.text2, arrow)
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), tokens(self).base)
        painter.end()
        super().paintEvent(event)


class MethodsTable(QTableView):
    """Shows a :class:`LinesModel`.

    Attributes:
        lines: the model.

    Signals:
        line_changed: another line is current.
    """

    line_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines = LinesModel(self)
        self._sorted = SortedLines(self)
        self._sorted.setSourceModel(self.lines)
        self._delegate = LineDelegate(self)
        self._by = 1
        self.setHorizontalHeader(Header(self))
        self.setModel(self._sorted)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Methods"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(LINE_HEIGHT, 2 * self.fontMetrics().height() + 8))
        self.setSortingEnabled(True)
        self._size_columns()
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)
        self.horizontalHeader().sortIndicatorChanged.connect(self._on_sorted)
        self.selectionModel().currentRowChanged.connect(self._on_current)

    def _size_columns(self) -> None:
        header = self.horizontalHeader()
        header.setMinimumSectionSize(LEAST_METHOD_WIDTH // 3)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section, column in enumerate(COLUMNS, start=1):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(section, column.width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow table leaves out what can be done without, so that names of methods can be read."""
        room = self.width() - LEAST_METHOD_WIDTH - sum(column.width for column in COLUMNS)
        for section in LEFT_OUT_FIRST:
            self.setColumnHidden(section, room < 0)
            room += COLUMNS[section - 1].width
        super().resizeEvent(event)

    def show_boxes(self, has_boxes: bool) -> None:
        """Whether there is room for check boxes."""
        self._delegate.has_boxes = has_boxes
        self.viewport().update()

    def current_line(self) -> Line | None:
        """The selected line."""
        return self.currentIndex().data(LINE) if self.selectionModel().hasSelection() else None

    def select(self, name: str) -> None:
        """Select the line of a method by itself."""
        for row in range(self._sorted.rowCount()):
            line = self._sorted.index(row, 0).data(LINE)
            if line.name == name and line.is_method:
                self.selectRow(row)
                return

    def _on_current(self, now: QModelIndex, before: QModelIndex) -> None:
        self.line_changed.emit()

    def _on_sorted(self, section: int, order: Qt.SortOrder) -> None:
        """The first click on a figure brings the best up: high quality, low cost."""
        is_first, self._by = section != self._by, section
        if section and is_first:
            best = Qt.SortOrder.AscendingOrder if COLUMNS[section - 1].is_cost else Qt.SortOrder.DescendingOrder
            if order != best:
                self.sortByColumn(section, best)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            index = self.currentIndex().siblingAtColumn(0)
            if not (index.isValid() and toggle(self._sorted, index)):
                event.ignore()
        else:
            super().keyPressEvent(event)

"""The library's parts on the left: all photos, the newest, the folders, the groups, what could not be read."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QMenu, QTreeView, QWidget

from visearch_desktop.gui.groups.headings import ICONS, title_of
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.gui.window.sidebar_rows import ROW, Row, RowDelegate
from visearch_desktop.library.rows import FolderRow, Overview, PhotoView

_OPEN_UP_TO = 8
_CHEVRON_WIDTH = 24


class Sidebar(QTreeView):
    """208 px wide, or a rail of 48 with icons alone.

    Signals:
        folder_removed: the person wants a folder out of the library.
        folder_shown: the person wants to see a folder in the file manager.
        looked_again: the person wants new files looked for.
    """

    folder_removed = Signal(object)
    folder_shown = Signal(object)
    looked_again = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._is_rail = False
        self._known: tuple[object, ...] | None = None
        self._closed: set[tuple[int, str]] = set()
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName(self.tr("Library"))
        self.setHeaderHidden(True)
        self.header().setMinimumSectionSize(1)
        self.header().setStretchLastSection(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformRowHeights(False)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setViewportMargins(0, 8, 1, 8)
        self.viewport().setAutoFillBackground(False)
        self.customContextMenuRequested.connect(self._on_menu)
        self.set_rail(False)
        session.overview_changed.connect(self.fill)
        session.page_changed.connect(self._on_place)
        self.fill()

    @property
    def is_rail(self) -> bool:
        """Whether it shows icons alone."""
        return self._is_rail

    def set_rail(self, is_rail: bool) -> None:
        """Icons alone, or with names and counts."""
        self._is_rail = is_rail
        self.setFixedWidth(metrics.RAIL_WIDTH if is_rail else metrics.SIDEBAR_WIDTH)
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff if is_rail else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        self._known = None
        self.fill()

    # --- contents -----------------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Show the library as it is now; keeps the current row and what is folded."""
        overview = self._session.overview or Overview(0, 0, 0, 0, 0, (), "")
        known = (self._is_rail, overview.photos, overview.recent, overview.problems, overview.folders, overview.groups)
        if known == self._known:
            return
        self._known = known
        current = self._row(self.currentIndex())
        self._model.clear()
        self._head(self.tr("Library"))
        self._add(Row("images", self.tr("All photos"), overview.photos, PhotoView()))
        self._add(Row("history", self.tr("Recently added"), overview.recent, PhotoView(recent=True)))
        if overview.folders:
            self._head(self.tr("Folders"))
            for folder in overview.folders:
                self._add_folder(folder)
        if overview.groups:
            self._head(self.tr("Groups"))
            for kind, drawing in ICONS.items():
                if count := overview.groups.get(kind, 0):
                    self._add(Row(drawing, title_of(kind), count, PhotoView(groups=kind)))
        self._head(self.tr("Care"))
        self._add(Row("triangle-alert", self.tr("Problems"), overview.problems, page=Page.PROBLEMS))
        self._make_current(current)
        self.viewport().update()

    def _head(self, title: str) -> None:
        if not self._is_rail:
            self._add(Row("", title))

    def _add(self, row: Row, below: QStandardItem | None = None) -> QStandardItem:
        item = QStandardItem()
        item.setData(row, ROW)
        item.setData(row.spoken(), Qt.ItemDataRole.AccessibleTextRole)
        if self._is_rail or row.note:
            item.setData(row.spoken(), Qt.ItemDataRole.ToolTipRole)
        item.setFlags(Qt.ItemFlag.NoItemFlags if row.is_heading else Qt.ItemFlag.ItemIsEnabled)
        (below or self._model.invisibleRootItem()).appendRow(item)
        return item

    def _add_folder(self, folder: FolderRow) -> None:
        note = self.tr("not connected") if folder.is_offline else ""
        drawing = "hard-drive" if folder.is_offline else "folder"
        view = PhotoView(folder_id=folder.folder_id)
        parents = {"": self._add(Row(drawing, folder.name, folder.count, view, note=note, folder=folder))}
        if self._is_rail:
            return
        first = sum("/" not in sub.below for sub in folder.subfolders)
        for sub in folder.subfolders:
            above, _, name = sub.below.rpartition("/")
            parent = parents.get(above, parents[""])
            depth = 1 + sub.below.count("/")
            view = PhotoView(folder_id=folder.folder_id, below=sub.below)
            parents[sub.below] = self._add(Row("", name, sub.count, view, depth=depth, folder=folder), parent)
        for below, item in parents.items():
            is_open = not below and first <= _OPEN_UP_TO
            key = (folder.folder_id, below)
            self.setExpanded(item.index(), is_open != (key in self._closed))

    def rows(self) -> list[Row]:
        """All rows from top to bottom, folded ones too."""
        return [self._row(index) for index in _walk(self._model, QModelIndex())]

    def _row(self, index: QModelIndex) -> Row | None:
        return index.data(ROW) if index.isValid() else None

    def is_shown(self, row: Row) -> bool:
        """Whether the window shows what this row stands for."""
        if row.page is not None:
            return self._session.page == row.page
        shown, here = row.view, self._session.view
        if shown is None or self._session.page != Page.LIBRARY:
            return False
        return replace(shown, order=here.order, group_id=here.group_id) == here

    def _make_current(self, row: Row | None) -> None:
        for index in _walk(self._model, QModelIndex()):
            other = self._row(index)
            if other and not other.is_heading and (other.same_place(row) if row else self.is_shown(other)):
                self.setCurrentIndex(index)
                return

    def _on_place(self) -> None:
        self.viewport().update()

    # --- hands --------------------------------------------------------------------------------------------------------

    def go_to(self, index: QModelIndex) -> None:
        """Show what a row stands for."""
        row = self._row(index)
        if row is None or row.is_heading:
            return
        if row.page is not None:
            self._session.show_page(row.page)
        elif row.view is not None:
            self._session.show_view(row.view)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        if self._model.hasChildren(index) and event.position().x() > self.viewport().width() - _CHEVRON_WIDTH:
            self._toggle(index)
        else:
            self.go_to(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.go_to(index)
        elif event.key() == Qt.Key.Key_Delete and (row := self._row(index)) and row.folder and not row.depth:
            self.folder_removed.emit(row.folder)
        else:
            super().keyPressEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        row = self._row(index)
        self.setExpanded(index, not self.isExpanded(index))
        if row and row.view and row.folder:
            self._closed ^= {(row.folder.folder_id, row.view.below)}

    def _on_menu(self, at: QPoint) -> None:
        row = self._row(self.indexAt(at))
        if row is not None and row.folder is not None:
            menu = self.folder_menu(row.folder)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.viewport().mapToGlobal(at))

    def folder_menu(self, folder: FolderRow) -> QMenu:
        """What can be done with a folder."""
        menu = QMenu(self)
        menu.addAction(self.tr("Show in the file manager")).triggered.connect(lambda: self.folder_shown.emit(folder))
        menu.addAction(self.tr("Look for new files")).triggered.connect(self.looked_again)
        menu.addSeparator()
        gone = menu.addAction(self.tr("Remove “{name}” from the library").format(name=folder.name))
        gone.triggered.connect(lambda: self.folder_removed.emit(folder))
        return menu

    # --- looks --------------------------------------------------------------------------------------------------------

    def drawRow(self, painter: QPainter, option: object, index: QModelIndex) -> None:
        """Without the branch lines of the base class."""
        line = self.visualRect(index)
        option.rect = QRect(0, line.top(), self.viewport().width(), line.height())
        self.itemDelegate().paint(painter, option, index)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), tokens(self).window)
        painter.end()
        super().paintEvent(event)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.width(), 100)


def _walk(model: QAbstractItemModel, below: QModelIndex) -> list[QModelIndex]:
    found = []
    for row in range(model.rowCount(below)):
        index = model.index(row, 0, below)
        found += [index, *_walk(model, index)]
    return found

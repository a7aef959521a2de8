"""What can be done with the photos of a grid: by key, by double click, and from the context menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from visearch_desktop.gui.grid.file_manager import show_in_file_manager
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.groups.popover import GroupPopover
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import PhotoRow
from visearch_desktop.search.query import QueryPicture


class PhotoActions(QObject):
    """Acts on the current and the selected photos of a grid.

    Keys are read in the grid itself, so that a letter in the middle of typing a name stays a letter.

    Signals:
        said: a sentence for the toast ("Path copied.").

    Attributes:
        add_to_menu: adds what the page can do besides to the context menu.
    """

    said = Signal(str)

    def __init__(self, session: Session, grid: GridView) -> None:
        super().__init__(grid)
        self._session, self._grid = session, grid
        self.add_to_menu: Callable[[QMenu], None] = lambda menu: None
        grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        grid.customContextMenuRequested.connect(self._on_menu)
        grid.chosen.connect(self._on_chosen)
        grid.key_pressed.connect(self._on_key)

    # --- what is acted on ---------------------------------------------------------------------------------------------

    def current(self) -> PhotoRow | None:
        """The current photo, if its row is known."""
        index = self._grid.currentIndex()
        return self._grid.photos().photo_at(index.row()) if index.isValid() else None

    def selected(self) -> list[PhotoRow]:
        """The selected photos whose rows are known; the current one if none is selected."""
        model = self._grid.photos()
        rows = [model.photo_at(index) for index in self._grid.selected_indexes()]
        known = [row for row in rows if row is not None]
        row = self.current()
        return known or ([row] if row else [])

    # --- what is done -------------------------------------------------------------------------------------------------

    @Slot()
    def more_like_this(self) -> None:
        """Search for the current photo."""
        row = self.current()
        if row:
            self._session.ask(QueryPicture(photo_id=row.photo_id, name=row.name))

    def can_compare(self) -> bool:
        """Whether there is something to compare with."""
        return bool(self._session.query.pictures)

    @Slot()
    def also_this(self) -> None:
        """Search for the current photo, too."""
        self._add(minus=False)

    @Slot()
    def not_this(self) -> None:
        """Leave out photos that show the same as the current one."""
        self._add(minus=True)

    def _add(self, *, minus: bool) -> None:
        row = self.current()
        if row and self._session.query.pictures:
            self._session.add(QueryPicture(photo_id=row.photo_id, name=row.name, minus=minus))

    @Slot()
    def compare(self) -> None:
        """Show the current photo beside the query, if there is one."""
        row = self.current()
        if row and self._session.query.pictures:
            self._session.compare(row.photo_id)

    @Slot()
    def open(self) -> None:
        """Show the current photo large."""
        row = self.current()
        if row:
            self._session.open_photo(row.photo_id)

    @Slot()
    def open_outside(self) -> None:
        """Open the selected files in the program the system has for them."""
        for row in self.selected()[:20]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.path)))

    @Slot()
    def show_in_folder(self) -> None:
        """Show the current file in the file manager."""
        row = self.current()
        if row:
            show_in_file_manager(row.path)

    @Slot()
    def copy(self) -> None:
        """Put the selected files on the clipboard, to be pasted as copies."""
        rows = self.selected()
        if rows:
            mime = QMimeData()
            mime.setUrls([QUrl.fromLocalFile(str(row.path)) for row in rows])
            mime.setText(_lines(row.path for row in rows))
            QGuiApplication.clipboard().setMimeData(mime)
            self.said.emit(self.tr("Copied.") if len(rows) == 1 else self.tr("{} photos copied.").format(len(rows)))

    @Slot()
    def copy_path(self) -> None:
        """Put the paths of the selected files on the clipboard, one a line."""
        rows = self.selected()
        if rows:
            QGuiApplication.clipboard().setText(_lines(row.path for row in rows))
            self.said.emit(self.tr("Path copied.") if len(rows) == 1 else self.tr("Paths copied."))

    @Slot()
    def group(self) -> None:
        """Ask for the name of what the selected photos show, below the current one."""
        ids = self._selected_ids()
        if ids:
            cell = self._grid.visualRect(self._grid.currentIndex())
            popover = GroupPopover(self._session.groups, ids, self._grid)
            popover.open_at(self._grid.viewport().mapToGlobal(cell.center()))

    @Slot()
    def ungroup(self) -> None:
        """Take the selected photos out of their groups."""
        ids = [photo_id for photo_id in self._selected_ids() if self._session.groups.of([photo_id])]
        if ids:
            self._session.groups.unlabel(ids)

    def _selected_ids(self) -> list[int]:
        return list(dict.fromkeys(row.photo_id for row in self.selected()))

    # --- how it is asked for ------------------------------------------------------------------------------------------

    @Slot()
    def _on_chosen(self) -> None:
        """A double click: compares a hit, opens a photo of the library."""
        if self._grid.with_hits and self._session.query.pictures:
            self.compare()
        else:
            self.open()

    @Slot(object)
    def _on_key(self, event: QEvent) -> None:
        plain = {
            Qt.Key.Key_S: self.more_like_this,
            Qt.Key.Key_C: self.compare,
            Qt.Key.Key_G: self.group,
            Qt.Key.Key_Space: self.open,
            Qt.Key.Key_Return: self.open,
            Qt.Key.Key_Enter: self.open,
        }
        with_shift = {Qt.Key.Key_G: self.ungroup, Qt.Key.Key_S: self.also_this, Qt.Key.Key_N: self.not_this}
        with_shift_and_control = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            act = plain.get(event.key())
        elif event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            act = with_shift.get(event.key())
        elif event.key() == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            act = self.copy
        elif event.key() == Qt.Key.Key_C and event.modifiers() == with_shift_and_control:
            act = self.copy_path
        else:
            act = None
        if act is not None and self.current() is not None:
            act()
            event.accept()

    def menu(self) -> QMenu:
        """The context menu for the current and the selected photos."""
        menu = QMenu(self._grid)
        menu.addAction(icon("scan-search"), self.tr("More like this") + "\tS", self.more_like_this)
        if self._session.query.pictures:
            menu.addAction(icon("plus"), self.tr("Search for this, too") + "\tShift+S", self.also_this)
            menu.addAction(icon("ban"), self.tr("Not this") + "\tShift+N", self.not_this)
        compare = menu.addAction(icon("columns-2"), self.tr("Compare") + "\tC", self.compare)
        compare.setEnabled(self.can_compare())
        menu.addAction(icon("maximize"), self.tr("Open") + "\t" + self.tr("Return"), self.open)
        menu.addSeparator()
        self._add_groups(menu)
        self.add_to_menu(menu)
        menu.addSeparator()
        row = self.current()
        is_here = row is not None and not row.is_offline
        outside = menu.addAction(icon("external-link"), self.tr("Open in another program"), self.open_outside)
        folder = menu.addAction(icon("folder-open"), self.tr("Show in folder"), self.show_in_folder)
        menu.addSeparator()
        copy = menu.addAction(icon("copy"), self.tr("Copy") + "\tCtrl+C", self.copy)
        for action in (outside, folder, copy):
            action.setEnabled(is_here)
        menu.addAction(icon("link"), self.tr("Copy path") + "\tCtrl+Shift+C", self.copy_path)
        return menu

    def _add_groups(self, menu: QMenu) -> None:
        menu.addAction(icon("layers"), self.tr("These show the same…") + "\tG", self.group)
        names = self._session.groups.of(self._selected_ids())
        text = (
            self.tr("Take out of “{name}”").format(name=names[0])
            if len(names) == 1
            else self.tr("Take out of its group")
        )
        out = menu.addAction(text.replace("&", "&&") + "\tShift+G", self.ungroup)
        out.setEnabled(bool(names))

    @Slot(QPoint)
    def _on_menu(self, at: QPoint) -> None:
        if self.current() is None:
            return
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._grid.viewport().mapToGlobal(at))


def _lines(paths: object) -> str:
    return "\n".join(str(path) for path in map(Path, paths))

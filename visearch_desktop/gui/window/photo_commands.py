"""What the menus' actions do with photos: those selected in a grid, or the one that the page is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import PhotoRow
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.grid.photo_actions import PhotoActions
    from visearch_desktop.gui.groups.group_actions import GroupActions
    from visearch_desktop.gui.library.page import LibraryPage
    from visearch_desktop.gui.window.main_window import MainWindow


class PhotoCommands(QObject):
    """Carries out actions on a window's photos."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._client = window.client
        self._then: dict[int, Callable[[PhotoRow], None]] = {}

    def _photo_id(self) -> int | None:
        if self._session.page == Page.COMPARE:
            return self._session.compared
        return self._session.selected

    def _photos_of_page(self) -> PhotoActions | None:
        """What acts on all the photos selected in a grid, where the page has one."""
        return getattr(self._window.pages.currentWidget(), "actions_on_photos", None)

    # --- looking at them, and for them --------------------------------------------------------------------------------

    def do_open(self) -> None:
        """Show the selected photo large."""
        if (photo_id := self._photo_id()) is not None:
            self._session.open_photo(photo_id)

    def do_more_like_this(self) -> None:
        """Search for the selected photo."""
        if (picture := self._picture()) is not None:
            self._session.ask(picture)

    def do_also_this(self) -> None:
        """Search for the selected photo, too."""
        if (picture := self._picture()) is not None:
            self._session.add(picture)

    def do_not_this(self) -> None:
        """Leave out photos that show the same as the selected one."""
        if (picture := self._picture()) is not None:
            self._session.add(replace(picture, minus=True))

    def _picture(self) -> QueryPicture | None:
        photo_id = self._photo_id()
        if photo_id is None:
            return None
        name = next((row.name for row in self._session.rows if row.photo_id == photo_id), "")
        return QueryPicture(photo_id=photo_id, name=name)

    def do_compare(self) -> None:
        """Show the query beside the selected photo."""
        if (photo_id := self._photo_id()) is not None:
            self._session.compare(photo_id)

    # --- their groups -------------------------------------------------------------------------------------------------

    def do_group(self) -> None:
        """Say what the selected photos show."""
        grid = self._photos_of_page()
        if grid is not None:
            grid.group()
        elif (photo_id := self._photo_id()) is not None:
            from visearch_desktop.gui.groups.popover import GroupPopover

            page = self._window.pages
            GroupPopover(self._session.groups, [photo_id], page).open_at(page.mapToGlobal(page.rect().center()))

    def do_ungroup(self) -> None:
        """Take the selected photos out of their groups."""
        grid = self._photos_of_page()
        if grid is not None:
            grid.ungroup()
        elif (photo_id := self._photo_id()) is not None:
            self._session.groups.unlabel([photo_id])

    def do_whole_group(self) -> None:
        """Show all photos of the visual group of the current one."""
        self._visual_groups().show_all()

    def do_name_group(self) -> None:
        """Say what a visual group shows."""
        self._visual_groups().name()

    def _visual_groups(self) -> GroupActions:
        page: LibraryPage = self._window.pages.page(Page.LIBRARY)
        return page.group_actions

    # --- their files --------------------------------------------------------------------------------------------------

    def do_show_in_folder(self) -> None:
        """The selected photo in the system's file manager."""
        self._with_row(_show_in_folder)

    def do_open_with(self) -> None:
        """The selected photo in the system's viewer."""
        self._with_row(_open)

    def do_copy(self) -> None:
        """The selected photos' files to the clipboard."""
        grid = self._photos_of_page()
        if grid is not None:
            grid.copy()
        else:
            self._with_row(self._copy)

    def do_copy_path(self) -> None:
        """The selected photos' paths to the clipboard."""
        grid = self._photos_of_page()
        if grid is not None:
            grid.copy_path()
        else:
            self._with_row(self._copy_path)

    def _copy(self, row: PhotoRow) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(row.path))])
        mime.setText(str(row.path))
        QGuiApplication.clipboard().setMimeData(mime)
        self._window.toast.say(self.tr("{name} copied.").format(name=row.name))

    def _copy_path(self, row: PhotoRow) -> None:
        QGuiApplication.clipboard().setText(str(row.path))
        self._window.toast.say(self.tr("Path copied."))

    def _with_row(self, then: Callable[[PhotoRow], None]) -> None:
        photo_id = self._photo_id()
        for row in self._session.rows:
            if row.photo_id == photo_id:
                then(row)
                return
        if photo_id is not None:
            number = self._client.send(lambda job: protocol.GetRows(job, (photo_id,)), self._on_rows)
            self._then[number] = then

    def _on_rows(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.RowsReady) and report.rows:
            self._then[report.job](report.rows[0])
        elif isinstance(report, protocol.Finished):
            self._then.pop(report.job, None)


def _show_in_folder(row: PhotoRow) -> None:
    from visearch_desktop.gui.grid.file_manager import show_in_file_manager

    show_in_file_manager(row.path)


def _open(row: PhotoRow) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.path)))

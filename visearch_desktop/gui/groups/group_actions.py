"""What can be done with the visual group of a photo: show all of it, and say what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.groups.popover import GroupPopover
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import Order
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.library.model import LibraryModel


class GroupActions(QObject):
    """Acts on the group of the current photo, while a grid shows visual groups or one of them."""

    def __init__(self, client: LibraryClient, session: Session, grid: GridView, model: LibraryModel) -> None:
        super().__init__(grid)
        self._client, self._session, self._grid, self._model = client, session, grid, model

    def group_id(self) -> int | None:
        """The group of the current photo, or the one that is shown; None where there are no groups."""
        view, current = self._model.view, self._grid.currentIndex()
        if view.group_id is not None or not view.is_of_groups or not current.isValid():
            return view.group_id
        return int(self._model.sections[self._grid.layout_of_cells.section_of(current.row())].key)

    def show_all(self) -> None:
        """Show all photos of the group."""
        group_id = self.group_id()
        if group_id is not None:
            self._session.show_view(replace(self._model.view, group_id=group_id, order=Order.NEWEST))

    def name(self) -> None:
        """Ask what the group shows; all its photos are labelled so."""
        kind, group_id = self._model.view.groups, self.group_id()
        if kind is not None and group_id is not None:
            self._client.send(lambda job: protocol.GetGroupPhotos(job, kind, group_id), self._on_report)

    def _on_report(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.GroupPhotosReady) and report.photo_ids:
            cell = self._grid.visualRect(self._grid.currentIndex())
            popover = GroupPopover(self._session.groups, report.photo_ids, self._grid)
            popover.open_at(self._grid.viewport().mapToGlobal(cell.center()))

    def add_to(self, menu: QMenu) -> None:
        """Add the actions to a context menu, where there are groups."""
        if self.group_id() is None:
            return
        if self._model.view.is_of_groups:
            menu.addAction(icon("layout-grid"), self.tr("Show the whole group") + "\tShift+Return", self.show_all)
        menu.addAction(self.tr("Name the whole group…") + "\tCtrl+G", self.name)

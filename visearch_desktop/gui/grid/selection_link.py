"""Keeps a grid and the session of one mind about the selected photo and how far the page is scrolled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from PySide6.QtCore import QItemSelectionModel, QObject, Slot

from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.held_place import FOLLOWED
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session


class SelectionLink(QObject):
    """Tells the session what is current in the grid, and the grid what the session has selected.

    Args:
        page: only while the session is there does the grid change it.
    """

    def __init__(self, session: Session, grid: GridView, page: Page) -> None:
        super().__init__(grid)
        self._session, self._grid, self._page = session, grid, page
        self._is_silent = False
        grid.selectionModel().currentChanged.connect(self._on_current)
        grid.selectionModel().selectionChanged.connect(self._on_current)
        grid.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        session.selection_changed.connect(self.follow_session)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """While the grid is put back in place, the session hears nothing of it."""
        before, self._is_silent = self._is_silent, True
        try:
            yield
        finally:
            self._is_silent = before

    def selected(self) -> list[int]:
        """The first of the selected photos' indexes."""
        return list(islice(self._grid.selected_indexes(), FOLLOWED))

    @Slot()
    def _on_current(self) -> None:
        """Tell the session; a photo that is current alone, because the focus came to the grid, is not selected."""
        if self._is_silent or self._session.page != self._page:
            return
        current = self._grid.currentIndex()
        if self._grid.selectionModel().isSelected(current):
            row = self._grid.photos().photo_at(current.row())
            self._session.select(row.photo_id if row else None)

    @Slot()
    def follow_session(self) -> None:
        """Make the session's selected photo the current one, if the grid has it and its page is the one shown."""
        if self._session.page != self._page:
            return
        photo_id, grid = self._session.selected, self._grid
        row = grid.photos().photo_at(grid.currentIndex().row()) if grid.currentIndex().isValid() else None
        if photo_id is None or (row is not None and row.photo_id == photo_id):
            return
        index = grid.photos().index_of(photo_id)
        if index is None:
            return
        with self.silent():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            grid.selectionModel().setCurrentIndex(grid.photos().index(index), flag)

    def follow_in_place(self) -> None:
        """Do the same without scrolling to it: the page has just been put where it was."""
        bar = self._grid.verticalScrollBar()
        before = bar.value()
        self.follow_session()
        with self.silent():
            bar.setValue(before)

    @Slot()
    def _on_scrolled(self) -> None:
        if not self._is_silent and self._session.page == self._page:
            self._session.remember_scroll(float(self._grid.verticalOffset()))

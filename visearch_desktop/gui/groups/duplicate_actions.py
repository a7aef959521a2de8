"""What can be done with near duplicates besides what can be done with any photo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.photo_actions import PhotoActions
from visearch_desktop.gui.groups.duplicates_model import DuplicatesModel
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.duplicate_rows import Verdict
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


class DuplicateActions(PhotoActions):
    """Keeps files or lets them go, compares one with the best of its group, says that a group is none.

    Signals:
        told: a sentence and how to undo what it tells, for the toast.
    """

    told = Signal(str, object)

    def __init__(self, client: LibraryClient, session: Session, grid: GridView, model: DuplicatesModel) -> None:
        super().__init__(session, grid)
        self._client, self._model = client, model
        self.add_to_menu = self._add_to
        grid.key_pressed.connect(self._on_other_key)

    def can_compare(self) -> bool:
        """With the best one of its group."""
        return self._best() is not None

    @Slot()
    def compare(self) -> None:
        """Show the best one of the group beside the current one."""
        row, best = self.current(), self._best()
        if row is not None and best is not None:
            self._session.ask(best, stay=True)
            self._session.compare(row.photo_id)

    def _best(self) -> QueryPicture | None:
        """The best one of the current one's group; of it itself: none."""
        index = self._grid.currentIndex()
        if not index.isValid():
            return None
        group = self._model.group(self._model.group_of(index.row()))
        best, row = group[0].row, self._model.file_at(index.row()).row
        return QueryPicture(photo_id=best.photo_id, name=best.name) if best.photo_id != row.photo_id else None

    @Slot(int, int)
    def follow_link(self, group: int, link: int) -> None:
        """The links of a heading: compare (the current one, if it is of that group, else the second), no duplicates."""
        start, index = self._grid.layout_of_cells.start_of(group), self._grid.currentIndex()
        is_there = index.isValid() and index.row() != start and self._model.group_of(index.row()) == group
        if not is_there:
            self._grid.setCurrentIndex(self._model.index(start + 1))
        (self.compare, self.refuse)[link]()

    # --- deciding -----------------------------------------------------------------------------------------------------

    @Slot(int)
    def toggle(self, index: int) -> None:
        """Keep what would go, let go what would stay."""
        goes = self._model.file_at(index).verdict is Verdict.TRASH
        self._decide([index], Verdict.KEEP if goes else Verdict.TRASH)

    def keep(self) -> None:
        """The selected files stay."""
        self._decide(list(self._grid.selected_indexes()), Verdict.KEEP)

    def let_go(self) -> None:
        """The selected files are to go to the trash."""
        self._decide(list(self._grid.selected_indexes()), Verdict.TRASH)

    def _decide(self, indexes: Sequence[int], verdict: Verdict) -> None:
        refused = [index for index in indexes if not self._model.decide(index, verdict)]
        if refused:
            self.said.emit(self.tr("One photo of each group stays."))

    def refuse(self) -> None:
        """The photos of the current one's group are no duplicates."""
        index = self._grid.currentIndex()
        if not index.isValid():
            return
        files = self._model.group(self._model.group_of(index.row()))
        photo_ids = tuple(dict.fromkeys(file.row.photo_id for file in files))
        if len(photo_ids) < 2:
            self.said.emit(self.tr("These files are the same, byte for byte."))
            return
        self._client.send(lambda job: p.RefuseDuplicates(job, photo_ids))
        text = self.tr("{name} and the others are no duplicates.").format(name=files[0].row.name)
        self.told.emit(text, partial(self._take_back, photo_ids))

    def _take_back(self, photo_ids: tuple[int, ...]) -> None:
        self._client.send(lambda job: p.RefuseDuplicates(job, photo_ids, refused=False))

    # --- how it is asked for ------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_other_key(self, event: QKeyEvent) -> None:
        if event.isAccepted() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return
        act = {Qt.Key.Key_K: self.keep, Qt.Key.Key_Delete: self.let_go, Qt.Key.Key_N: self.refuse}.get(event.key())
        if act is not None and self.current() is not None:
            act()
            event.accept()

    def _add_to(self, menu: QMenu) -> None:
        menu.addAction(icon("check"), self.tr("Keep") + "\tK", self.keep)
        menu.addAction(icon("trash-2"), self.tr("To the trash") + "\t" + self.tr("Del"), self.let_go)
        menu.addAction(self.tr("No duplicates") + "\tN", self.refuse)

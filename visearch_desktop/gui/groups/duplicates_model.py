"""Groups of near duplicates in the window: what is proposed, and what the person decided otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt, Signal

from visearch_desktop.gui import dates, explain
from visearch_desktop.gui.grid.model import Heading, Index, PhotoListModel
from visearch_desktop.library.duplicate_rows import Change, DuplicateFile, DuplicateGroup, Duplicates, Verdict
from visearch_desktop.library.rows import PhotoRow

FILE = Qt.ItemDataRole.UserRole + 11
"""What the delegate reads besides: a ``DuplicateFile``."""


@dataclass(frozen=True, slots=True)
class Going:
    """A file that is to go to the trash, and one of its group that stays."""

    file: DuplicateFile
    stays: DuplicateFile


class DuplicatesModel(PhotoListModel):
    """All files of the groups that are listed.

    Signals:
        decided: the person wants something else for a file than before.
    """

    decided = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.duplicates = Duplicates((), 0, 0)
        self._decisions: dict[int, Verdict] = {}
        self._groups: list[list[DuplicateFile]] = []
        self._starts: list[int] = [0]

    # --- contents -----------------------------------------------------------------------------------------------------

    def show_duplicates(self, duplicates: Duplicates) -> None:
        """Show these; what the person decided on files that are still there stays."""
        self.beginResetModel()
        self.duplicates = duplicates
        known = {file.file_id for group in duplicates.groups for file in group.files}
        self._decisions = {file_id: verdict for file_id, verdict in self._decisions.items() if file_id in known}
        self._groups = [self._decided(group) for group in duplicates.groups]
        self._starts = [0, *accumulate(len(group) for group in self._groups)]
        self.endResetModel()

    def _decided(self, group: DuplicateGroup) -> list[DuplicateFile]:
        files = [replace(one, verdict=self._decisions.get(one.file_id, one.verdict)) for one in group.files]
        if all(one.verdict is Verdict.TRASH for one in files):  # what was decided to stay has gone meanwhile
            return list(group.files)
        return files

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 as Qt declares it
        return 0 if parent.isValid() else self._starts[-1]

    def headings(self) -> tuple[Heading, ...]:
        return tuple(map(_heading, self._groups))

    def file_at(self, index: int) -> DuplicateFile:
        """A file, as it is decided on now."""
        group = self.group_of(index)
        return self._groups[group][index - self._starts[group]]

    def group_of(self, index: int) -> int:
        """The place of the group that a file is in."""
        return bisect_right(self._starts, index) - 1

    def group(self, place: int) -> tuple[DuplicateFile, ...]:
        """The files of a group."""
        return tuple(self._groups[place])

    def photo_at(self, index: int) -> PhotoRow | None:
        return self.file_at(index).row if 0 <= index < self.rowCount() else None

    def index_of(self, photo_id: int) -> int | None:
        return next((at for at, file in enumerate(self._files()) if file.row.photo_id == photo_id), None)

    def find_name(self, start: str, begin: int) -> int | None:
        start = start.casefold()
        found = [at for at, file in enumerate(self._files()) if file.row.name.casefold().startswith(start)]
        return min(found, key=lambda at: (at < begin, at), default=None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        file = self.file_at(index.row())
        match role:
            case _ if role == FILE:
                return file
            case Qt.ItemDataRole.ToolTipRole:
                return f"{file.row.path}\n{said_of(file)}"
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{verdict_word(file)}: {explain.spoken(file.row)}, {said_of(file)}"
        return super().data(index, role)

    # --- deciding -----------------------------------------------------------------------------------------------------

    def decide(self, index: int, verdict: Verdict) -> bool:
        """Keep a file or let it go; False where it is the last one of its group that stays."""
        place = self.group_of(index)
        group = self._groups[place]
        at = index - self._starts[place]
        others = [one for one in group if one is not group[at]]
        if verdict is Verdict.TRASH and all(one.verdict is Verdict.TRASH for one in others):
            return False
        self._decisions[group[at].file_id] = verdict
        group[at] = replace(group[at], verdict=verdict)
        self.dataChanged.emit(self.index(self._starts[place]), self.index(self._starts[place + 1] - 1))
        self.decided.emit()
        return True

    def going(self) -> list[Going]:
        """All that would go to the trash."""
        return [
            Going(file, next(one for one in group if one.verdict is not Verdict.TRASH))
            for group in self._groups
            for file in group
            if file.verdict is Verdict.TRASH
        ]

    def _files(self) -> Iterator[DuplicateFile]:
        return (file for group in self._groups for file in group)


def _heading(group: list[DuplicateFile]) -> Heading:
    going = [file for file in group if file.verdict is Verdict.TRASH]
    if not going:
        note = _tr("all stay")
    else:
        freed = dates.size(sum(file.size_bytes for file in going))
        note = _tr("{n} stay, {m} to the trash · frees {size}")
        note = note.format(n=dates.number(len(group) - len(going)), m=dates.number(len(going)), size=freed)
    return Heading(group[0].row.name, len(group), note, links=(_tr("Compare"), _tr("Not duplicates")))


def verdict_word(file: DuplicateFile) -> str:
    """Keep, Trash or Kept."""
    return {Verdict.KEEP: _tr("Keep"), Verdict.TRASH: _tr("Trash"), Verdict.DECIDE: _tr("Kept")}[file.verdict]


def change_words(file: DuplicateFile) -> str:
    """What a file is, in two or three words."""
    turned = _tr("Turned by {n}°").format(n=dates.number(round(file.turned_deg)))
    return {
        Change.BEST: _tr("The best one"),
        Change.SAME_FILE: _tr("The same file"),
        Change.SAVED_AGAIN: _tr("Saved again"),
        Change.SMALLER: _tr("Smaller"),
        Change.LARGER: _tr("Larger"),
        Change.TURNED: turned,
        Change.CROPPED: _tr("Cropped"),
        Change.WIDER: _tr("Shows more"),
        Change.MIRRORED: _tr("Mirrored"),
        Change.ALIKE: _tr("Alike"),
    }[file.change]


def facts_of(file: DuplicateFile) -> str:
    """Its size in pixels and in bytes."""
    return f"{explain.pixels(file.row.width, file.row.height)} · {dates.size(file.size_bytes)}"


def said_of(file: DuplicateFile) -> str:
    """What it is and how large; of what is kept for the person to decide, that it is so."""
    said = f"{change_words(file)}, {facts_of(file)}"
    return said + (" · " + _tr("kept, you decide") if file.verdict is Verdict.DECIDE else "")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Duplicates", text)

"""Moves photos to the system's trash, off the window's thread, and back again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QFile, QObject, QThreadPool, Signal

from visearch_desktop.gui.groups.duplicates_model import Going
from visearch_desktop.library.duplicate_rows import DuplicateFile


@dataclass(frozen=True, slots=True)
class Trashed:
    """Where a file was, and where it is in the trash; None where the system does not say."""

    path: Path
    in_trash: Path | None


@dataclass(frozen=True, slots=True)
class TrashReport:
    """What was moved, and what could not be."""

    moved: tuple[Trashed, ...]
    failed: tuple[Path, ...]


class Trash(QObject):
    """One batch at a time; a second one waits for the first.

    Signals:
        trashed: a :class:`TrashReport` of files that were moved to the trash.
        restored: one of files that were moved back.
    """

    trashed = Signal(object)
    restored = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self, maxThreadCount=1)

    def move(self, going: Sequence[Going]) -> None:
        """Move files to the trash, each only if one of its group is still there."""
        self._pool.start(lambda: self.trashed.emit(_each(going, _to_trash, lambda one: one.file.row.path)))

    def restore(self, moved: Sequence[Trashed]) -> None:
        """Move files back where they were."""
        self._pool.start(lambda: self.restored.emit(_each(moved, _back, lambda one: one.path)))

    def stop(self) -> None:
        """Wait for what is under way."""
        self._pool.waitForDone()


_T = TypeVar("_T")


def _each(items: Sequence[_T], move: Callable[[_T], Trashed | None], path_of: Callable[[_T], Path]) -> TrashReport:
    moved, failed = [], []
    for item in items:
        try:
            done = move(item)
        except OSError:
            done = None
        if done is None:
            failed.append(path_of(item))
        else:
            moved.append(done)
    return TrashReport(tuple(moved), tuple(failed))


def _to_trash(going: Going) -> Trashed | None:
    """None where the file, or the one that stays for it, is not what the library saw, or both are one file."""
    path, stays = going.file.row.path, going.stays.row.path
    if not _is_as_seen(going.file) or not _is_as_seen(going.stays) or path.samefile(stays):
        return None
    moved = QFile(str(path))
    if not moved.moveToTrash():
        return None
    return Trashed(path, Path(moved.fileName()) if moved.fileName() else None)  # its name is now that in the trash


def _is_as_seen(file: DuplicateFile) -> bool:
    return file.row.path.is_file() and file.row.path.stat().st_size == file.size_bytes


def _back(moved: Trashed) -> Trashed | None:
    """None where it is not in the trash any more, or another file has its place."""
    if moved.in_trash is None or moved.path.exists() or not moved.in_trash.exists():
        return None
    if not QFile.rename(str(moved.in_trash), str(moved.path)):
        return None
    note = moved.in_trash.parents[1] / "info" / f"{moved.in_trash.name}.trashinfo"  # where freedesktop.org keeps it
    note.unlink(missing_ok=True)
    return moved

"""Adding and removing folders.

A file belongs to one added folder only. Adding a folder that lies inside another one, which is walked anyway, changes
nothing and answers with that one; adding a folder above others takes them in: files, vectors, exclude patterns.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from visearch_desktop.catalogue import files, folders, shown, views
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import Folder, FolderState
from visearch_desktop.catalogue.names import to_stored
from visearch_desktop.core.errors import FolderError, UsageError
from visearch_desktop.library.rows import FolderRow, SubfolderRow
from visearch_desktop.photos.walk import is_excluded


def add_folder(catalogue: Catalogue, root: Path, path: Path, excludes: Sequence[str] = ()) -> FolderRow:
    """Add a folder; one that was added before, or removed, is the same folder again.

    Args:
        catalogue: the open catalogue.
        root: the library's own folder, whose files are no photos of anybody.
        path: of the folder.
        excludes: patterns as for ``photos.walk.is_excluded``.
    Returns:
        The folder, or the added folder above it that already holds its photos.
    Raises:
        FolderError: it is missing, no folder, may not be read, or lies inside the library.
    """
    path = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - "..", too, but links stay as they are
    _require_usable(path, root)
    with catalogue.transaction():
        same = [other for other in folders.list_folders(catalogue, removed=True) if _real(other.path) == _real(path)]
        folder_id = same[0].folder_id if same else folders.insert_folder(catalogue, path, excludes)
        if same and (excludes or same[0].state is FolderState.REMOVED):
            folders.set_excludes(catalogue, folder_id, excludes)
        if same and same[0].state is not FolderState.ONLINE:
            folders.set_state(catalogue, folder_id, FolderState.ONLINE)
        return folder_row(catalogue, _settle(catalogue, folder_id))


def remove_folder(catalogue: Catalogue, folder_id: int) -> None:
    """Take a folder's photos out of the results; everything known about them stays, until purged."""
    with catalogue.transaction():
        _require(catalogue, folder_id)
        folders.set_state(catalogue, folder_id, FolderState.REMOVED)
        shown.refresh_folder(catalogue, folder_id)


def restore_folder(catalogue: Catalogue, folder_id: int) -> FolderRow:
    """Undo :func:`remove_folder`.

    Returns:
        The folder, or one that was added above it meanwhile.
    """
    with catalogue.transaction():
        folder = _require(catalogue, folder_id)
        state = FolderState.ONLINE if folder.path.is_dir() else FolderState.OFFLINE
        folders.set_state(catalogue, folder_id, state)
        return folder_row(catalogue, _settle(catalogue, folder_id))


def folder_rows(catalogue: Catalogue) -> tuple[FolderRow, ...]:
    """All folders that were not removed, in the order they were added."""
    return tuple(_row(catalogue, folder) for folder in folders.list_folders(catalogue))


def folder_row(catalogue: Catalogue, folder_id: int) -> FolderRow:
    """Raises: UsageError: there is no such folder."""
    return _row(catalogue, _require(catalogue, folder_id))


def folder_name(path: Path) -> str:
    """What a folder is called: its last part, or for the top of a drive the drive."""
    return path.name or str(path)


def _row(catalogue: Catalogue, folder: Folder) -> FolderRow:
    counts = views.count_by_directory(catalogue, folder.folder_id)
    return FolderRow(
        folder_id=folder.folder_id,
        path=folder.path,
        name=folder_name(folder.path),
        count=counts.pop("", 0),
        is_offline=folder.state is FolderState.OFFLINE,
        excludes=folder.excludes,
        subfolders=tuple(SubfolderRow(below, count) for below, count in counts.items()),
    )


def _require(catalogue: Catalogue, folder_id: int) -> Folder:
    folder = folders.get_folder(catalogue, folder_id)
    if folder is None:
        raise UsageError("This folder is not in the library any more.")
    return folder


def _require_usable(path: Path, root: Path) -> None:
    if _real(path).is_relative_to(_real(root)):
        raise FolderError(path, "inside_library")
    try:
        with os.scandir(path):
            return
    except NotADirectoryError:
        raise FolderError(path, "not_a_folder") from None
    except PermissionError:
        raise FolderError(path, "no_permission") from None
    except (OSError, ValueError):
        raise FolderError(path, "missing") from None


def _real(path: Path) -> Path:
    """The path without links, in the case that the system compares by."""
    return Path(os.path.normcase(os.path.realpath(path)))


def _settle(catalogue: Catalogue, folder_id: int) -> int:
    """Unite a folder with those above and below it; returns the number of the one that holds its photos then."""
    folder = _require(catalogue, folder_id)
    others = [other for other in folders.list_folders(catalogue) if other.folder_id != folder_id]
    for other in others:
        if _covers(other, folder.path):
            _absorb(catalogue, other, folder)
            return other.folder_id
    for other in others:
        if other.state is FolderState.ONLINE and _covers(folder, other.path):
            _absorb(catalogue, folder, other)
    shown.refresh_folder(catalogue, folder_id)
    return folder_id


def _covers(folder: Folder, path: Path) -> bool:
    """Whether walking a folder would come past a path: it lies below, not hidden, and is not excluded."""
    try:
        relative = _real(path).relative_to(_real(folder.path))
    except ValueError:
        return False
    is_hidden = any(part.startswith(".") for part in relative.parts)
    return not is_hidden and not is_excluded(PurePath(relative), folder.excludes)


def _absorb(catalogue: Catalogue, above: Folder, below: Folder) -> None:
    """Make a folder part of one above it."""
    way = Path(os.path.relpath(os.path.realpath(below.path), os.path.realpath(above.path)))
    prefix = glob.escape(way.as_posix())
    patterns = [f"{prefix}/{between}{pattern}" for pattern in below.excludes for between in ("", "*/")]
    above_now = _require(catalogue, above.folder_id)
    folders.set_excludes(catalogue, above.folder_id, [*above_now.excludes, *patterns])
    files.move_rows(catalogue, below.folder_id, above.folder_id, to_stored(way))
    folders.delete_folder(catalogue, below.folder_id)
    shown.refresh_folder(catalogue, above.folder_id)

"""What changed in a folder since it was last looked at, told by names, sizes and times alone: no file is opened.

A scan compares the walk of a folder with the catalogue in memory and writes the differences in one transaction. What
must be read comes back as a list; reading, and ``catalogue.files.record_reads`` or ``record_problems`` for each file
read, is the business of indexing. A scan that is cancelled, and a missing drive, change only the folder's state.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from visearch_desktop.catalogue import files, folders, shown
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import KnownFile, SeenFile
from visearch_desktop.catalogue.folders import Folder, FolderState
from visearch_desktop.catalogue.keys import newest_directories_first
from visearch_desktop.catalogue.names import directory_of, to_path, to_stored
from visearch_desktop.core.errors import FolderError, PhotoError, Problem
from visearch_desktop.photos.walk import FoundFile, walk

REPORT_EVERY = 500


@dataclass(frozen=True, slots=True)
class Unread:
    """A file whose content must be read.

    Attributes:
        known: hashes of contents of this size that the catalogue knows; a file with one of them need not be decoded.
    """

    file_id: int
    path: Path
    size_bytes: int
    mtime_ns: int
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan of one folder found.

    Attributes:
        unread: files to read, newest folders first: new, changed, asked for again, or left over from a stopped run.
        found: files with the name of a photo.
        new, changed, back, gone: files; "back" are missing ones that are there again, unchanged, and shown again.
        problems: the numbers of files that cannot be read, told without opening them.
        is_offline: the drive is missing; nothing else was changed.
        is_cancelled: nothing was changed.
    """

    folder_id: int
    unread: tuple[Unread, ...] = ()
    found: int = 0
    new: int = 0
    changed: int = 0
    back: int = 0
    gone: int = 0
    problems: tuple[int, ...] = ()
    is_offline: bool = False
    is_cancelled: bool = False


@dataclass(slots=True)
class _Differences:
    """What is to be written; the lists hold numbers of files, or files as seen."""

    seen: dict[bytes, SeenFile] = field(default_factory=dict)
    errors: dict[bytes, PhotoError] = field(default_factory=dict)
    new: list[SeenFile] = field(default_factory=list)
    changed: list[tuple[int, int, int]] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def scan(
    catalogue: Catalogue,
    folder_id: int,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    on_found: Callable[[int], None] = lambda found: None,
) -> Scan:
    """Bring the rows of one folder in line with the disk.

    Args:
        catalogue: the open catalogue.
        folder_id: one that was not removed.
        cancelled: asked while walking; a scan that is cancelled changes nothing.
        on_found: told now and then how many files the walk has seen.
    Raises:
        FolderError: the folder's path is no folder any more, or may not be read.
    """
    folder = folders.get_folder(catalogue, folder_id)
    if folder is None or folder.state is FolderState.REMOVED:
        return Scan(folder_id)
    differences = _Differences()
    top = os.path.join(folder.path, "")  # noqa: PTH118 - ends in a separator
    try:
        for count, found in enumerate(_walk(folder), 1):
            if cancelled():
                return Scan(folder_id, is_cancelled=True)
            if count % REPORT_EVERY == 0:
                on_found(count)
            if isinstance(found, PhotoError) and found.path == folder.path:
                return _offline(catalogue, folder)
            _note(differences, top, found)
    except FolderError as error:
        if error.reason == "missing":
            return _offline(catalogue, folder)
        raise
    on_found(len(differences.seen))
    known = files.known_files(catalogue, folder_id)
    if _drive_is_missing(folder, differences, known):
        return _offline(catalogue, folder)
    _compare(differences, known, folder.path)
    return _write(catalogue, folder, differences)


def mount_point(path: Path) -> Path:
    """The mount point, or drive, that a path lies on."""
    path = Path(os.path.realpath(path))
    while not os.path.ismount(path) and path != path.parent:  # Path.is_mount knows no drives
        path = path.parent
    return path


def _walk(folder: Folder) -> Iterator[FoundFile | PhotoError]:
    return walk(folder.path, folder.excludes)


def _note(differences: _Differences, top: str, found: FoundFile | PhotoError) -> None:
    relative = to_stored(str(found.path).removeprefix(top))
    if isinstance(found, PhotoError):
        differences.errors[relative] = found
    else:
        differences.seen[relative] = SeenFile(relative, found.size_bytes, found.mtime_ns)


def _offline(catalogue: Catalogue, folder: Folder) -> Scan:
    if folder.state is not FolderState.OFFLINE:
        with catalogue.transaction():
            folders.set_state(catalogue, folder.folder_id, FolderState.OFFLINE)
            shown.refresh_folder(catalogue, folder.folder_id)
    return Scan(folder.folder_id, is_offline=True)


def _drive_is_missing(folder: Folder, differences: _Differences, known: dict[bytes, KnownFile]) -> bool:
    """Whether an empty mount point is all that is left: none of the known files is there, and another drive answers.

    A drive that is pulled out while the walk goes on looks the same: the folder itself is gone afterwards.
    """
    if not folder.path.is_dir():
        return True
    had_photos = any(row.state == "present" for row in known.values())
    if not had_photos or folder.mount is None or not known.keys().isdisjoint(differences.seen):
        return False
    return mount_point(folder.path) != folder.mount


def _compare(differences: _Differences, known: dict[bytes, KnownFile], root: Path) -> None:
    """Sort what was seen into new, changed and back, and what was not seen into gone."""
    for relative, seen in differences.seen.items():
        row = known.get(relative)
        if row is None:
            differences.new.append(seen)
        elif (row.size_bytes, row.mtime_ns) != (seen.size_bytes, seen.mtime_ns) or _can_be_read_now(row, root):
            differences.changed.append((row.file_id, seen.size_bytes, seen.mtime_ns))
        elif row.state == "missing" and not row.is_unread:
            differences.back.append(row.file_id)
    unreadable = [relative + os.fsencode(os.sep) for relative in differences.errors]
    for relative, row in known.items():
        if row.state == "missing" or relative in differences.seen or relative in differences.errors:
            continue
        if not any(relative.startswith(folder) for folder in unreadable):
            differences.gone.append(row.file_id)


def _can_be_read_now(row: KnownFile, root: Path) -> bool:
    """Whether a problem went away without a change of the file: it is there again, or may be read now."""
    if row.state != "problem" or row.is_ignored:
        return False
    return row.problem == Problem.VANISHED or (
        row.problem == Problem.NO_PERMISSION and os.access(to_path(to_stored(root), row.relative), os.R_OK)
    )


def _write(catalogue: Catalogue, folder: Folder, differences: _Differences) -> Scan:
    folder_id = folder.folder_id
    with catalogue.transaction():
        if differences.new:
            files.insert_new(catalogue, folder_id, differences.new)
        if differences.changed:
            files.mark_unread(catalogue, differences.changed)
        if differences.back:
            files.mark_back(catalogue, differences.back)
        if differences.gone:
            files.mark_gone(catalogue, differences.gone)
        problems = _record_errors(catalogue, folder_id, differences.errors)
        if folder.state is FolderState.OFFLINE:
            folders.set_state(catalogue, folder_id, FolderState.ONLINE)
            shown.refresh_folder(catalogue, folder_id)
        folders.set_scanned(catalogue, folder_id, mount_point(folder.path))
    return Scan(
        folder_id,
        unread=tuple(list_unread(catalogue, folder_id)),
        found=len(differences.seen) + len(differences.errors),
        new=len(differences.new),
        changed=len(differences.changed),
        back=len(differences.back),
        gone=len(differences.gone),
        problems=problems,
    )


def _record_errors(catalogue: Catalogue, folder_id: int, errors: dict[bytes, PhotoError]) -> tuple[int, ...]:
    if not errors:
        return ()
    known = files.known_files(catalogue, folder_id)
    missing = [SeenFile(relative, 0, 0) for relative in errors if relative not in known]
    files.insert_new(catalogue, folder_id, missing)
    known = files.known_files(catalogue, folder_id) if missing else known
    numbered = [(known[relative].file_id, error) for relative, error in errors.items()]
    files.record_problems(catalogue, numbered)
    return tuple(file_id for file_id, _ in numbered)


def list_unread(catalogue: Catalogue, folder_id: int) -> list[Unread]:
    """The files of a folder whose content must be read, newest directories first, by name within each."""
    folder = folders.get_folder(catalogue, folder_id)
    if folder is None or folder.state is not FolderState.ONLINE:
        return []
    rows = files.unread_files(catalogue, folder_id)
    known = files.hashes_by_size(catalogue, (row.size_bytes for row in rows))
    stored = to_stored(folder.path)
    items = [
        (
            Unread(
                row.file_id, to_path(stored, row.relative), row.size_bytes, row.mtime_ns, known.get(row.size_bytes, ())
            ),
            (folder_id, directory_of(row.relative)),
            row.mtime_ns,
        )
        for row in rows
    ]
    return newest_directories_first(items)

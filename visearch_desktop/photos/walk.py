"""Which files of a folder are photos: by name here, by content when they are opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from visearch_desktop.core.errors import FolderError, PhotoError, Problem
from visearch_desktop.photos.opening import problem_of

RAW_SUFFIXES = frozenset(
    (
        *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dng", ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw"),
        *(".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"),
    )
)
PHOTO_SUFFIXES = RAW_SUFFIXES | frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".tif", ".tiff", ".bmp", ".dib", ".gif"),
        *(".heic", ".heif", ".hif", ".avif"),
    )
)

_SYSTEM_FOLDERS = frozenset({"@eadir", "$recycle.bin", "system volume information", "lost+found"})
"""Where drives and network storage keep their own small copies and their waste."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file with the name of a photo."""

    path: Path
    size_bytes: int
    mtime_ns: int


def is_photo_name(path: PurePath) -> bool:
    """Whether a file of this name is looked at: the name ends like a photo's and is not hidden."""
    return not path.name.startswith(".") and path.suffix.lower() in PHOTO_SUFFIXES


def is_excluded(relative: PurePath, excludes: Sequence[str]) -> bool:
    """Whether a path, relative to the folder that was added, or a folder above it, matches an exclude pattern.

    Args:
        relative: the path.
        excludes: shell patterns as in ``fnmatch``, without regard to case, tried on the whole relative path (with
            ``/``) and on the name; a pattern for a folder may end in ``/``.
    """
    patterns = _patterns(excludes)
    return any(_matches(part.as_posix(), part.name, patterns) for part in (relative, *relative.parents) if part.name)


def _patterns(excludes: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, (pattern.strip().rstrip("/").casefold() for pattern in excludes)))


def _matches(relative: str, name: str, patterns: tuple[str, ...]) -> bool:
    relative, name = relative.casefold(), name.casefold()
    return any(fnmatchcase(relative, pattern) or fnmatchcase(name, pattern) for pattern in patterns)


def walk(folder: Path, excludes: Sequence[str] = ()) -> Iterator[FoundFile | PhotoError]:
    """Find the photos in a folder and all folders below it, in the order of their names.

    Hidden and ``._`` files and folders are passed over. Linked files count as files; linked folders outside of
    ``folder`` are entered once, those inside of it are not: their photos are found where they really lie. Nothing is
    opened.

    Args:
        folder: where to begin.
        excludes: patterns for :func:`is_excluded`.

    Yields:
        Files with the name of a photo, and a ``PhotoError`` for each that cannot be one (a broken link, a pipe) and for
        each folder below that cannot be read.

    Raises:
        FolderError: ``folder`` itself is missing, not a folder, or may not be read.
    """
    try:
        with os.scandir(folder):
            root = Path(os.path.realpath(folder))
            entered = {_identity(folder)}
    except OSError as error:
        raise FolderError(folder, _why(error)) from error
    yield from _Walk(root, _patterns(excludes), entered).below(folder)


def _why(error: OSError) -> str:
    if isinstance(error, NotADirectoryError):
        return "not_a_folder"
    return "no_permission" if isinstance(error, PermissionError) else "missing"


def _identity(folder: str | Path) -> tuple[int, int]:
    """What tells a folder from any other, whatever path leads to it: device and inode."""
    status = os.stat(folder)  # noqa: PTH116 - takes the plain names of a directory listing, too
    return status.st_dev, status.st_ino


@dataclass(frozen=True, slots=True)
class _Walk:
    """One walk.

    Attributes:
        root: the real path of the folder it began at.
        patterns: what to pass over.
        entered: the identities of the folders it has been in.
    """

    root: Path
    patterns: tuple[str, ...]
    entered: set[tuple[int, int]]

    def below(self, folder: Path) -> Iterator[FoundFile | PhotoError]:
        """Depth first; with a stack of its own, for a tree may be deeper than Python lets functions call themselves."""
        stack = [self._entries(str(folder), "")]
        while stack:
            found = next(stack[-1], None)
            match found:
                case None:
                    stack.pop()
                case (path, relative):
                    stack.append(self._entries(path, relative))
                case FoundFile() | PhotoError():
                    yield found

    def _entries(self, folder: str, relative: str) -> Iterator[FoundFile | PhotoError | tuple[str, str]]:
        """What lies in one folder, in order; folders to go into as (path, path from the root)."""
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield problem_of(Path(folder), error)
            return
        for entry in entries:
            below = f"{relative}/{entry.name}" if relative else entry.name
            if entry.name.startswith(".") or _matches(below, entry.name, self.patterns):
                continue
            try:
                if entry.is_dir():
                    if self._is_new(entry):
                        yield entry.path, below
                elif is_photo_name(PurePath(entry.name)):
                    yield _file(entry)
            except OSError as error:
                if is_photo_name(PurePath(entry.name)):
                    yield problem_of(Path(entry.path), error)

    def _is_new(self, folder: os.DirEntry[str]) -> bool:
        """Whether to go into a folder: it is not the system's, and was not and will not be met by another path."""
        if folder.name.casefold() in _SYSTEM_FOLDERS:
            return False
        if folder.is_symlink() and Path(os.path.realpath(folder.path)).is_relative_to(self.root):
            return False
        identity = _identity(folder.path)
        if identity in self.entered:
            return False
        self.entered.add(identity)
        return True


def _file(entry: os.DirEntry[str]) -> FoundFile | PhotoError:
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        return PhotoError(Path(entry.path), Problem.NOT_A_FILE)
    return FoundFile(Path(entry.path), status.st_size, status.st_mtime_ns)

"""Files, opened for reading only: never blocked by a pipe, and every refusal of the system a :class:`PhotoError`."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from visearch_desktop.core.errors import PhotoError, Problem

_BY_ERRNO = {
    errno.ENOENT: Problem.VANISHED,
    errno.ENOTDIR: Problem.VANISHED,
    errno.ELOOP: Problem.BROKEN_LINK,
    errno.EACCES: Problem.NO_PERMISSION,
    errno.EPERM: Problem.NO_PERMISSION,
    errno.EISDIR: Problem.NOT_A_FILE,
    errno.ENXIO: Problem.NOT_A_FILE,
}


def problem_of(path: Path, error: OSError) -> PhotoError:
    """What the system's refusal to touch ``path`` means to a person."""
    problem = _BY_ERRNO.get(error.errno or 0, Problem.READ_FAILED)
    if problem is Problem.VANISHED and path.is_symlink():
        problem = Problem.BROKEN_LINK
    facts: dict[str, str | int | float] = {"detail": error.strerror or str(error)}
    return PhotoError(path, problem, facts if problem is Problem.READ_FAILED else None)


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe, nor taking over a terminal, where the system has these."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


@contextmanager
def open_photo(path: Path) -> Iterator[BinaryIO]:
    """The regular file at ``path``, open for reading.

    Raises:
        PhotoError: it is gone, may not be read, is a pipe, a device or a folder, or the drive failed while it was read.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise PhotoError(path, Problem.NOT_A_FILE)
            yield file
    except OSError as error:
        raise problem_of(path, error) from error

"""One library has one writer: a lock file that the system frees even if the process is killed."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from visearch_desktop.core.errors import LibraryInUseError, LibraryNotWritableError


class LibraryLock:
    """The right to write a library, held from the constructor to :meth:`release`."""

    def __init__(self, path: Path) -> None:
        """Take the lock or fail at once.

        Args:
            path: the lock file; the process id goes into a file beside it, for a locked file cannot be read everywhere.
        Raises:
            LibraryInUseError: another process, or another library object of this one, holds it.
            LibraryNotWritableError: the lock file cannot be made.
        """
        self._pid_file = path.with_name(f"{path.name}.pid")
        self._lock = FileLock(path, thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise LibraryInUseError(path.parent, _holder(self._pid_file)) from None
        except (OSError, NotImplementedError) as error:
            raise LibraryNotWritableError(path.parent, getattr(error, "strerror", None) or str(error)) from error
        try:
            self._pid_file.write_text(str(os.getpid()), encoding="ascii")
        except OSError as error:
            self._lock.release()
            raise LibraryNotWritableError(path.parent, error.strerror or str(error)) from error

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._lock.is_locked:
            self._pid_file.unlink(missing_ok=True)
            self._lock.release()


def _holder(pid_file: Path) -> int:
    """The process that holds the lock, 0 where it cannot be told."""
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
    return pid if psutil.pid_exists(pid) else 0

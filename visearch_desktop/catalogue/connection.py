"""Connections to SQLite files as the program uses them, and what their failures mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visearch_desktop.core.errors import CatalogueDamagedError, LibraryNotWritableError

BUSY_TIMEOUT_S = 30.0

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_NOT_WRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, with a write-ahead log, foreign keys on, and patience with other writers."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def typed_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into errors a person can meet; what is left is a bug of ours.

    Raises:
        CatalogueDamagedError: SQLite met damaged pages.
        LibraryNotWritableError: the disk is full, or the file cannot be opened for writing.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            raise CatalogueDamagedError(path, str(error)) from error
        if code in _NOT_WRITABLE:
            raise LibraryNotWritableError(path.parent, str(error)) from error
        raise

"""Thumbnails in a SQLite file of their own: they can all be made again, so a damaged file is simply replaced."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path

from visearch_desktop.catalogue.connection import connect, typed_errors
from visearch_desktop.core.errors import CatalogueDamagedError, LibraryNotWritableError

FULL_CHECK_BYTES = 64 * 1024 * 1024
"""A larger file is not read from end to end when it is opened; damage in it shows as thumbnails that are missing."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS thumbnails (content_hash TEXT PRIMARY KEY, encoded BLOB NOT NULL)"


class Thumbnails:
    """Encoded thumbnails by content; safe to use from any thread.

    Attributes:
        path: the SQLite file.
        note: a sentence, if the file was damaged and an empty one took its place; else "".
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.note = ""
        self._lock = threading.Lock()
        self._connection = self._open()

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._connection.close()

    def put_many(self, thumbnails: Iterable[tuple[str, bytes]]) -> None:
        """Store thumbnails, (content hash, encoded picture), in one transaction.

        Raises:
            LibraryNotWritableError: the disk is full.
        """
        with self._lock, typed_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT OR REPLACE INTO thumbnails VALUES (?, ?)", thumbnails)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def get(self, content_hash: str) -> bytes:
        """One thumbnail; empty where there is none, or where the file got damaged and must be looked after."""
        try:
            with self._lock:
                row = self._connection.execute(
                    "SELECT encoded FROM thumbnails WHERE content_hash = ?", (content_hash,)
                ).fetchone()
        except sqlite3.DatabaseError:
            return b""
        return bytes(row[0]) if row else b""

    def having(self, content_hashes: Iterable[str]) -> set[str]:
        """Those of the contents that have a thumbnail."""
        listed = json.dumps(list(content_hashes))
        try:
            with self._lock:
                rows = self._connection.execute(
                    "SELECT content_hash FROM thumbnails WHERE content_hash IN (SELECT value FROM json_each(?))",
                    (listed,),
                ).fetchall()
        except sqlite3.DatabaseError:
            return set()
        return {content_hash for (content_hash,) in rows}

    def size_bytes(self, content_hashes: Iterable[str]) -> int:
        """How much the thumbnails of these contents hold."""
        try:
            with self._lock:
                (total,) = self._connection.execute(
                    "SELECT TOTAL(LENGTH(encoded)) FROM thumbnails"
                    " WHERE content_hash IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(content_hashes)),),
                ).fetchone()
        except sqlite3.DatabaseError:
            return 0
        return int(total)

    def keep_only(self, content_hashes: Iterable[str]) -> int:
        """Delete the thumbnails of all other contents; returns how many went."""
        with self._lock, typed_errors(self.path):
            return self._connection.execute(
                "DELETE FROM thumbnails WHERE content_hash NOT IN (SELECT value FROM json_each(?))",
                (json.dumps(list(content_hashes)),),
            ).rowcount

    def _open(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except (CatalogueDamagedError, sqlite3.DatabaseError):
            for name in (self.path, Path(f"{self.path}-wal"), Path(f"{self.path}-shm")):
                name.unlink(missing_ok=True)
            self.note = "The file of thumbnails was damaged. The thumbnails are made again."
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        """Raises: LibraryNotWritableError: the folder cannot be written to."""
        try:
            with typed_errors(self.path):
                connection = connect(self.path)
                try:
                    connection.execute(_SCHEMA)
                    if self.path.stat().st_size <= FULL_CHECK_BYTES:
                        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
                        if found != "ok":
                            raise CatalogueDamagedError(self.path, str(found))
                except BaseException:
                    connection.close()
                    raise
                return connection
        except OSError as error:
            raise LibraryNotWritableError(self.path.parent, str(error)) from error

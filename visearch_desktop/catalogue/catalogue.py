"""One open catalogue: its connections, its transactions, its health."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visearch_desktop.catalogue.connection import connect, typed_errors
from visearch_desktop.catalogue.opening import prepare


class Catalogue:
    """A catalogue file that passed its checks and has the newest schema; safe to use from any thread.

    Each thread gets a connection of its own. Reading needs nothing more; writing goes through :meth:`transaction`.

    Attributes:
        path: the SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[tuple[weakref.ref[threading.Thread], sqlite3.Connection]] = []
        self._is_closed = False

    @classmethod
    def open(cls, path: Path, backups: Path) -> Catalogue:
        """Check a catalogue, or make an empty one, and bring it to the newest schema.

        Args:
            path: the SQLite file.
            backups: where a copy is put before the schema of an existing catalogue changes.
        Raises:
            CatalogueDamagedError: the file is no sound catalogue; it was not touched.
            CatalogueTooNewError: a newer version of the program wrote it; it was not touched.
            LibraryNotWritableError: its folder, or the file, cannot be written to.
        """
        prepare(path, backups)
        return cls(path)

    def close(self) -> None:
        """Close the connections of all threads; a second call does nothing."""
        with self._lock:
            self._is_closed = True
            connections, self._connections = self._connections, []
        for _, connection in connections:
            connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None or self._is_closed:
            found = self._local.connection = self._connect()
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything written inside is there after it, or nothing of it; inside another one it is a savepoint of that.

        Raises:
            LibraryNotWritableError: the disk is full, or the file cannot be written to.
            CatalogueDamagedError: SQLite met damaged pages.
        """
        connection = self.connection
        nested = connection.in_transaction
        with typed_errors(self.path):
            connection.execute("SAVEPOINT inner_step" if nested else "BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("RELEASE inner_step" if nested else "COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK TO inner_step" if nested else "ROLLBACK")
                    if nested:
                        connection.execute("RELEASE inner_step")
                raise

    def check_integrity(self) -> list[str]:
        """What SQLite finds wrong with the file, every page of it; empty where it is sound."""
        try:
            found = [str(row[0]) for row in self.connection.execute("PRAGMA integrity_check(20)")]
            found = [] if found == ["ok"] else found
            for table, row_id, parent, _ in self.connection.execute("PRAGMA foreign_key_check"):
                found.append(f"{table} row {row_id} refers to a row of {parent} that is not there")
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return found

    def _connect(self) -> sqlite3.Connection:
        if self._is_closed:
            raise ValueError("the catalogue is closed")
        connection = connect(self.path)
        with self._lock:
            alive = [(thread, other) for thread, other in self._connections if _is_running(thread)]
            ended = [other for thread, other in self._connections if not _is_running(thread)]
            self._connections = [*alive, (weakref.ref(threading.current_thread()), connection)]
        for other in ended:
            other.close()
        return connection


def _is_running(thread: weakref.ref[threading.Thread]) -> bool:
    there = thread()
    return there is not None and there.is_alive()

"""Before a catalogue is opened: is it sound, is it ours, is it of our time; then a copy, then the newest schema."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from visearch_desktop.catalogue.connection import connect, typed_errors
from visearch_desktop.core.errors import CatalogueDamagedError, CatalogueTooNewError, LibraryNotWritableError

BACKUPS_KEPT = 3
FULL_CHECK_BYTES = 512 * 1024 * 1024
"""Above this size the table of local features, nearly all of the file, is left to ``check_integrity``."""

_MAGIC = b"SQLite format 3\0"


def prepare(path: Path, backups: Path) -> None:
    """Check the file at ``path``, or start an empty one, and bring it to the newest schema.

    Raises:
        CatalogueDamagedError, CatalogueTooNewError: the file was left untouched.
        LibraryNotWritableError: the folder or the file cannot be written to.
    """
    _require_writable(path)
    applied = _inspect(path) if path.exists() and path.stat().st_size else ()
    try:
        with typed_errors(path):
            _migrate(path, backups, applied)
    except OSError as error:
        raise LibraryNotWritableError(path.parent, error.strerror or str(error)) from error


def _require_writable(path: Path) -> None:
    """Raise LibraryNotWritableError unless the folder can be made and written to, and the file, if any, too."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise LibraryNotWritableError(path.parent, error.strerror or str(error)) from error
    if path.exists() and not os.access(path, os.W_OK):
        raise LibraryNotWritableError(path, "the file is read-only")


def _inspect(path: Path) -> tuple[str, ...]:
    """The names of the steps applied to an existing catalogue, after it passed its checks, read-only."""
    from visearch_desktop.catalogue.migrations import known_migrations

    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise CatalogueDamagedError(path, "it is not a SQLite file")
        with _read_only(path) as connection:
            _require_sound(connection, path)
            tables = {
                str(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            applied = _applied(connection) if "_sqlite_migrations" in tables else ()
    except OSError as error:
        raise LibraryNotWritableError(path, error.strerror or str(error)) from error
    except sqlite3.DatabaseError as error:
        raise CatalogueDamagedError(path, str(error)) from error
    known = known_migrations()
    for name in applied:
        if name not in known:
            raise CatalogueTooNewError(path, name)
    if not applied and tables - {"_sqlite_migrations", "sqlite_sequence"}:
        raise CatalogueDamagedError(path, "it is the database of another program")
    return applied


@contextlib.contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that leaves no trace: neither the file nor files beside it are changed or made.

    After a crash there is a write-ahead log that must be read as well; SQLite then needs its shared-memory file, which
    is taken away again if it was not there before.
    """
    log, shared = Path(f"{path}-wal"), Path(f"{path}-shm")
    has_log = log.exists() and log.stat().st_size > 0
    had_shared = shared.exists()
    name = quote(str(path.absolute()).replace("\\", "/").encode(errors="surrogateescape"))
    uri = f"file:{name}?mode=ro" + ("" if has_log else "&immutable=1")
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)
    try:
        yield connection
    finally:
        connection.close()
        if has_log and not had_shared:
            shared.unlink(missing_ok=True)


def _require_sound(connection: sqlite3.Connection, path: Path) -> None:
    checks = ["PRAGMA quick_check(1)"]
    if path.stat().st_size > FULL_CHECK_BYTES:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'features'")
        checks = [f"PRAGMA quick_check('{name}')" for (name,) in names.fetchall()]
    for check in checks:
        (found,) = connection.execute(check).fetchone()
        if found != "ok":
            raise CatalogueDamagedError(path, str(found).splitlines()[-1])


def _applied(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'visearch' ORDER BY id")
    return tuple(str(name) for (name,) in rows)


def _migrate(path: Path, backups: Path, applied: tuple[str, ...]) -> None:
    from sqlite_utils import Database

    from visearch_desktop.catalogue.migrations import MIGRATIONS

    connection = connect(path)
    with contextlib.closing(connection):
        db = Database(connection)
        pending = MIGRATIONS.pending(db)
        if pending and applied:
            _back_up(connection, backups, pending[0].name)
        if pending:
            MIGRATIONS.apply(db)


def _back_up(connection: sqlite3.Connection, backups: Path, before: str) -> None:
    """Copy the whole catalogue to a file that is complete or not there; keep the newest few."""
    backups.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = backups / f"catalogue-{stamp}-before-{before}.sqlite"
    half = target.with_suffix(".part")
    with contextlib.closing(sqlite3.connect(half, isolation_level=None)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    half.replace(target)
    for old in sorted(backups.glob("catalogue-*.sqlite"))[:-BACKUPS_KEPT]:
        old.unlink()

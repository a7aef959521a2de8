"""The schema of the catalogue as numbered steps; a released step is never changed, a new one is added below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

MIGRATIONS = Migrations("visearch")


def known_migrations() -> tuple[str, ...]:
    """The names of all steps this version of the program knows, oldest first."""
    import sqlite_utils

    with sqlite_utils.Database(memory=True) as empty:
        return tuple(step.name for step in MIGRATIONS.pending(empty))


@MIGRATIONS(name="0001_first_light")
def _first_light(db: Database) -> None:
    for statement in (*_LIBRARY, *_SHOWN, *_DESCRIBED, *_PROGRAM):
        db.execute(statement)


@MIGRATIONS(name="0002_labels")
def _labels(db: Database) -> None:
    # What a person says a photo shows; photos of one label are a group that searches are measured by.
    db.execute(
        """CREATE TABLE labels (
            photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
            label TEXT NOT NULL CHECK (label <> ''))"""
    )
    db.execute("CREATE INDEX labels_by_label ON labels (label)")


@MIGRATIONS(name="0003_visual_groups")
def _visual_groups(db: Database) -> None:
    for statement in _GROUPS:
        db.execute(statement)


@MIGRATIONS(name="0004_near_duplicates")
def _near_duplicates(db: Database) -> None:
    for statement in _COPIES:
        db.execute(statement)


_LIBRARY = (
    # Paths are bytes (os.fsencode): a file name need not be text. `mount` is the mount point the folder was seen on.
    """CREATE TABLE folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL UNIQUE,
        excludes TEXT NOT NULL DEFAULT '[]',
        state TEXT NOT NULL DEFAULT 'online' CHECK (state IN ('online', 'offline', 'removed')),
        mount BLOB,
        added INTEGER NOT NULL,
        scanned INTEGER)""",
    # A photo is a content; ids are never used again, because index files hold them.
    """CREATE TABLE photos (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        content_hash TEXT NOT NULL UNIQUE,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        orientation INTEGER NOT NULL,
        taken TEXT NOT NULL,
        camera TEXT NOT NULL,
        lens TEXT NOT NULL,
        exposure TEXT NOT NULL,
        latitude REAL,
        longitude REAL,
        altitude_m REAL,
        added INTEGER NOT NULL,
        is_present INTEGER NOT NULL DEFAULT 0)""",
    "CREATE INDEX photos_gone ON photos (id) WHERE is_present = 0",
    # `is_unread`: size or time say that the content must be read (again). The columns from `shown_time` on follow from
    # the others (catalogue/shown.py) and are there so that a view of any size is one walk along one index.
    """CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder_id INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
        relative BLOB NOT NULL,
        directory BLOB NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('new', 'present', 'problem', 'missing')),
        is_unread INTEGER NOT NULL DEFAULT 0,
        is_ignored INTEGER NOT NULL DEFAULT 0,
        photo_id INTEGER REFERENCES photos (id),
        problem TEXT,
        facts TEXT,
        since TEXT,
        found INTEGER NOT NULL,
        shown_time TEXT NOT NULL DEFAULT '',
        added INTEGER NOT NULL DEFAULT 0,
        is_first INTEGER NOT NULL DEFAULT 0,
        is_first_in_folder INTEGER NOT NULL DEFAULT 0,
        UNIQUE (folder_id, relative),
        CHECK (state <> 'present' OR photo_id IS NOT NULL))""",
    "CREATE INDEX files_of_photo ON files (photo_id, state)",
    "CREATE INDEX files_by_directory ON files (folder_id, directory, state, photo_id)",
    "CREATE INDEX files_with_problem ON files (folder_id, is_ignored) WHERE state = 'problem'",
    "CREATE INDEX files_unread ON files (folder_id, relative) WHERE is_unread = 1",
    """CREATE INDEX files_of_copies ON files (folder_id, photo_id, directory)
        WHERE state = 'present' AND is_first_in_folder = 0""",
)

_SHOWN = (
    "CREATE INDEX files_by_time ON files (shown_time, name_key, added) WHERE is_first = 1",
    "CREATE INDEX files_by_name ON files (name_key, shown_time, added) WHERE is_first = 1",
    "CREATE INDEX files_by_added ON files (added, shown_time, name_key) WHERE is_first = 1",
    """CREATE INDEX files_in_folder_by_time ON files (folder_id, shown_time, name_key, added)
        WHERE is_first_in_folder = 1""",
    """CREATE INDEX files_in_folder_by_name ON files (folder_id, name_key, shown_time, added)
        WHERE is_first_in_folder = 1""",
    """CREATE INDEX files_in_folder_by_added ON files (folder_id, added, shown_time, name_key)
        WHERE is_first_in_folder = 1""",
)

_DESCRIBED = (
    "CREATE TABLE keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE)",
    """CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        key_id INTEGER NOT NULL REFERENCES keys (id),
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        vector BLOB NOT NULL,
        UNIQUE (key_id, photo_id))""",
    """CREATE TABLE features (
        id INTEGER PRIMARY KEY,
        key_id INTEGER NOT NULL REFERENCES keys (id),
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        count INTEGER NOT NULL,
        packed BLOB NOT NULL,
        UNIQUE (key_id, photo_id))""",
    "CREATE INDEX vectors_of_photo ON vectors (photo_id)",
    "CREATE INDEX features_of_photo ON features (photo_id)",
    """CREATE TABLE models (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        arrays BLOB NOT NULL,
        stored TEXT NOT NULL,
        UNIQUE (name, key))""",
)

_GROUPS = (
    # Photos whose links to all others are known under a key, and these links; the groups follow from them.
    """CREATE TABLE linked (
        key_id INTEGER NOT NULL REFERENCES keys (id),
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        PRIMARY KEY (key_id, photo_id)) WITHOUT ROWID""",
    """CREATE TABLE links (
        key_id INTEGER NOT NULL REFERENCES keys (id),
        kind TEXT NOT NULL,
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        other_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        strength REAL NOT NULL,
        PRIMARY KEY (key_id, kind, photo_id, other_id),
        CHECK (photo_id < other_id)) WITHOUT ROWID""",
    """CREATE TABLE visual_groups (
        kind TEXT NOT NULL,
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        group_id INTEGER NOT NULL,
        PRIMARY KEY (kind, photo_id)) WITHOUT ROWID""",
    "CREATE INDEX linked_photos ON linked (photo_id)",
    "CREATE INDEX links_of_photo ON links (photo_id)",
    "CREATE INDEX links_of_other ON links (other_id)",
    "CREATE INDEX visual_groups_of_photo ON visual_groups (photo_id)",
    "CREATE INDEX visual_groups_by_group ON visual_groups (kind, group_id, photo_id)",
)

_COPIES = (
    # How two linked near duplicates differ; and the pairs that a person says are none, whatever is found.
    """CREATE TABLE copies (
        key_id INTEGER NOT NULL REFERENCES keys (id),
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        other_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        is_mirrored INTEGER NOT NULL,
        turned_deg REAL NOT NULL,
        again REAL NOT NULL,
        shown REAL NOT NULL,
        other_shown REAL NOT NULL,
        PRIMARY KEY (key_id, photo_id, other_id),
        CHECK (photo_id < other_id)) WITHOUT ROWID""",
    """CREATE TABLE no_copies (
        photo_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        other_id INTEGER NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
        PRIMARY KEY (photo_id, other_id),
        CHECK (photo_id < other_id)) WITHOUT ROWID""",
    "CREATE INDEX copies_of_photo ON copies (photo_id)",
    "CREATE INDEX copies_of_other ON copies (other_id)",
    "CREATE INDEX no_copies_of_other ON no_copies (other_id)",
)

_PROGRAM = (
    """CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'cancelled', 'failed')),
        facts TEXT NOT NULL DEFAULT '{}',
        started TEXT NOT NULL,
        ended TEXT)""",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

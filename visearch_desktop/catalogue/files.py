"""The table of files: where contents were last seen, and what became of each."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from visearch_desktop.catalogue import photos, shown
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.names import directory_of, printable, sort_key
from visearch_desktop.core.errors import PhotoError, Problem

if TYPE_CHECKING:
    from visearch_desktop.photos.metadata import Metadata

_NO_TIME_BEFORE_NS = 7 * 86_400 * 1_000_000_000
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A row as scanning compares it with the disk.

    Attributes:
        relative: the path below the folder, as bytes.
        state: "new" (never read), "present" (holds ``photo_id``), "problem", or "missing" (held it when last seen).
        is_unread: size and time are those of a content that was not read yet.
    """

    file_id: int
    relative: bytes
    size_bytes: int
    mtime_ns: int
    state: str
    is_unread: bool
    is_ignored: bool
    photo_id: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was seen on the disk."""

    relative: bytes
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file whose content was read.

    Attributes:
        content_hash: of the whole file.
        metadata: may be None where the content was known before it was read.
    """

    file_id: int
    content_hash: str
    metadata: Metadata | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch of read files came to.

    Attributes:
        photo_ids: by file; a file that left the catalogue meanwhile is not in it.
        added: files that are shown now and were not before.
        updated: files that were shown and hold another content now.
        moved: new files that took the place of one that is gone: moved, renamed, its name's case changed.
    """

    photo_ids: dict[int, int]
    added: int
    updated: int
    moved: int


def known_files(catalogue: Catalogue, folder_id: int) -> dict[bytes, KnownFile]:
    """All rows of a folder by relative path, in one SELECT."""
    rows = catalogue.connection.execute(
        """SELECT id, relative, size_bytes, mtime_ns, state, is_unread, is_ignored, photo_id, problem
           FROM files WHERE folder_id = ?""",
        (folder_id,),
    )
    return {row[1]: KnownFile(*row) for row in rows}


def unread_files(catalogue: Catalogue, folder_id: int) -> list[KnownFile]:
    """The rows of a folder whose content must be read, by relative path."""
    rows = catalogue.connection.execute(
        """SELECT id, relative, size_bytes, mtime_ns, state, is_unread, is_ignored, photo_id, problem
           FROM files WHERE folder_id = ? AND is_unread = 1 ORDER BY relative""",
        (folder_id,),
    )
    return [KnownFile(*row) for row in rows]


def hashes_by_size(catalogue: Catalogue, sizes: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Contents known by files of these sizes, present or missing: what a file of that size may turn out to be."""
    rows = catalogue.connection.execute(
        """SELECT DISTINCT files.size_bytes, photos.content_hash FROM files JOIN photos ON photos.id = files.photo_id
           WHERE files.size_bytes IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(set(sizes))),),
    )
    found: dict[int, tuple[str, ...]] = {}
    for size, content_hash in rows:
        found[size] = (*found.get(size, ()), content_hash)
    return found


def insert_new(catalogue: Catalogue, folder_id: int, seen: Sequence[SeenFile]) -> None:
    """Rows for files never seen before, to be read."""
    found = int(time.time())
    with catalogue.transaction() as connection:
        connection.executemany(
            """INSERT INTO files (folder_id, relative, directory, name, name_key, size_bytes, mtime_ns, state,
                is_unread, found) VALUES (?, ?, ?, ?, ?, ?, ?, 'new', 1, ?)""",
            (
                (folder_id, *_name_columns(file.relative), file.size_bytes, file.mtime_ns, found)
                for file in seen
            ),
        )  # fmt: skip


def mark_unread(catalogue: Catalogue, files: Iterable[tuple[int, int, int]]) -> None:
    """(file, size, mtime): the content must be read again; until then the file counts as what it was."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE files SET is_unread = 1, size_bytes = ?2, mtime_ns = ?3 WHERE id = ?1", files
        )  # fmt: skip


def mark_back(catalogue: Catalogue, file_ids: Iterable[int]) -> None:
    """Missing files are there again, unchanged: they are shown at once."""
    _set_state(catalogue, file_ids, "present")


def mark_gone(catalogue: Catalogue, file_ids: Iterable[int]) -> None:
    """Files are no longer there: they leave the results; those that never became a photo leave the table."""
    listed = list(file_ids)
    with catalogue.transaction() as connection:
        connection.executemany(
            "DELETE FROM files WHERE id = ? AND photo_id IS NULL", ((file_id,) for file_id in listed)
        )  # fmt: skip
        _set_state(catalogue, listed, "missing")


def record_reads(catalogue: Catalogue, reads: Sequence[FileRead]) -> Recorded:
    """One transaction for a batch of files that were read.

    A content keeps its photo, and with it its vectors, wherever it turns up. Where a new file holds the content of
    one that is gone, it takes that one's place.

    Raises:
        ValueError: a content is new and came without metadata.
    """
    ids: dict[int, int] = {}
    added = updated = moved = 0
    stale: set[int] = set()
    with catalogue.transaction():
        known = photos.find_photos(catalogue, {read.content_hash for read in reads})
        for read in reads:
            row = catalogue.connection.execute(
                "SELECT state, photo_id, found, mtime_ns FROM files WHERE id = ?", (read.file_id,)
            ).fetchone()
            if row is None:
                continue
            state, before, found, mtime_ns = row
            if read.content_hash not in known:
                if read.metadata is None:
                    raise ValueError(f"file {read.file_id} holds a new content but came without metadata")
                known[read.content_hash] = photos.add_photo(catalogue, read.content_hash, read.metadata, found)
            photo_id = ids[read.file_id] = known[read.content_hash]
            _set_photo(catalogue, read.file_id, photo_id, mtime_ns)
            stale |= {photo_id} if before is None else {photo_id, before}
            took_over = state == "new" and _take_over(catalogue, photo_id)
            moved += took_over
            added += state != "present" and not took_over
            updated += state == "present" and before != photo_id
        shown.refresh_photos(catalogue, stale)
    return Recorded(ids, added, updated, moved)


def record_problems(catalogue: Catalogue, problems: Sequence[tuple[int, PhotoError]]) -> None:
    """Files that could not be read, in one transaction.

    A file that vanished is gone, not a problem, if it was a photo before.
    """
    stale: set[int] = set()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with catalogue.transaction() as connection:
        for file_id, error in problems:
            row = connection.execute("SELECT photo_id, problem, since FROM files WHERE id = ?", (file_id,)).fetchone()
            if row is None:
                continue
            photo_id, problem, since = row
            if photo_id is not None:
                stale.add(photo_id)
                if error.problem is Problem.VANISHED:
                    _set_state(catalogue, [file_id], "missing")
                    continue
            connection.execute(
                """UPDATE files SET state = 'problem', is_unread = 0, photo_id = NULL, problem = ?, facts = ?,
                    since = ?, is_first = 0, is_first_in_folder = 0 WHERE id = ?""",
                (error.problem, json.dumps(error.facts), since if problem == error.problem else now, file_id),
            )
        shown.refresh_photos(catalogue, stale)


def count_present(catalogue: Catalogue) -> int:
    """How many files hold a photo that the library shows; copies count."""
    row = catalogue.connection.execute(
        """SELECT COUNT(*) FROM files JOIN folders ON folders.id = folder_id
           WHERE files.state = 'present' AND folders.state <> 'removed'"""
    ).fetchone()
    return int(row[0])


def move_rows(catalogue: Catalogue, from_folder: int, to_folder: int, prefix: bytes) -> None:
    """Give the rows of a folder to one above it; ``prefix`` is the way down from that one, without a "/" at its end."""
    with catalogue.transaction() as connection:
        rows = connection.execute("SELECT id, relative FROM files WHERE folder_id = ?", (from_folder,)).fetchall()
        for file_id, relative in rows:
            below = os.path.join(prefix, relative)  # noqa: PTH118 - bytes
            connection.execute("DELETE FROM files WHERE folder_id = ? AND relative = ?", (to_folder, below))
            connection.execute(
                "UPDATE files SET folder_id = ?, relative = ?, directory = ? WHERE id = ?",
                (to_folder, below, directory_of(below), file_id),
            )


def _name_columns(relative: bytes) -> tuple[bytes, bytes, str, str]:
    name = printable(os.path.basename(relative))  # noqa: PTH119 - bytes
    return relative, directory_of(relative), name, sort_key(name)


def _set_state(catalogue: Catalogue, file_ids: Iterable[int], state: str) -> None:
    listed = json.dumps(list(file_ids))
    chosen = "SELECT value FROM json_each(?)"
    with catalogue.transaction() as connection:
        rows = connection.execute(
            f"SELECT DISTINCT photo_id FROM files WHERE id IN ({chosen}) AND photo_id IS NOT NULL", (listed,)
        ).fetchall()
        connection.execute(f"UPDATE files SET state = ?2 WHERE id IN ({chosen.replace('?', '?1')})", (listed, state))
        shown.refresh_photos(catalogue, (photo_id for (photo_id,) in rows))


def _set_photo(catalogue: Catalogue, file_id: int, photo_id: int, mtime_ns: int) -> None:
    connection = catalogue.connection
    taken, added = connection.execute("SELECT taken, added FROM photos WHERE id = ?", (photo_id,)).fetchone()
    connection.execute(
        """UPDATE files SET photo_id = ?, state = 'present', is_unread = 0, problem = NULL, facts = NULL, since = NULL,
            is_ignored = 0, shown_time = ?, added = ? WHERE id = ?""",
        (photo_id, shown_time(taken, mtime_ns), added, file_id),
    )


def _take_over(catalogue: Catalogue, photo_id: int) -> bool:
    """Drop the row of one missing file of this photo, if there is one."""
    cursor = catalogue.connection.execute(
        """DELETE FROM files WHERE id = (
            SELECT MIN(id) FROM files WHERE photo_id = ? AND state = 'missing')""",
        (photo_id,),
    )
    return cursor.rowcount > 0


def shown_time(taken: str, mtime_ns: int) -> str:
    """The time a photo is sorted under: when it was taken, on the clock of that place, else when its file was changed.

    Args:
        taken: ISO 8601, with or without an offset, or "".
        mtime_ns: since 1970; within its first days it says only that nobody knew (as archives without times do).
    Returns:
        "2026-07-31T18:05:09", or "" where neither is a date.
    """
    found = _LOCAL_TIME.match(taken)
    if found:
        return found.group()
    if 0 <= mtime_ns < _NO_TIME_BEFORE_NS:
        return ""
    try:
        local = datetime.fromtimestamp(mtime_ns // 1_000_000_000)
        return local.isoformat(timespec="seconds")
    except (OverflowError, OSError, ValueError):
        return ""

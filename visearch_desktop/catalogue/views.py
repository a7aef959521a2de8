"""Selections of photos, sorted, sectioned and paged in SQL; the rows are those of files, one for each photo shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.names import to_path, to_stored

BY_TIME = ("shown_time", "name_key", "added", "id")
BY_NAME = ("name_key", "shown_time", "added", "id")
BY_ADDED = ("added", "shown_time", "name_key", "id")

RECENT_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Selection:
    """Which photos: all, those of a folder, those below a subfolder of it; of them, maybe only those added recently.

    Or those of a visual group, by its kind and number.
    """

    folder_id: int | None = None
    below: str = ""
    recent: bool = False
    group: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A photo as one of its files; ``folder`` is the added folder that it lies in."""

    file_id: int
    photo_id: int
    content_hash: str
    name: str
    path: Path
    shown_time: str
    width: int
    height: int
    size_bytes: int
    folder: Path
    is_offline: bool


def count(catalogue: Catalogue, selection: Selection) -> int:
    """How many photos."""
    where, values = _where(catalogue, selection)
    return int(catalogue.connection.execute(f"SELECT COUNT(*) FROM files WHERE {where}", values).fetchone()[0])


def count_by_month(catalogue: Catalogue, selection: Selection) -> list[tuple[str, int]]:
    """("2026-07", photos), newest month first; "" last, for photos without any date."""
    where, values = _where(catalogue, selection)
    rows = catalogue.connection.execute(
        f"""SELECT substr(shown_time, 1, 7) AS month, COUNT(*) FROM files WHERE {where}
            GROUP BY month ORDER BY month DESC""",
        values,
    )
    return rows.fetchall()


def page(
    catalogue: Catalogue, selection: Selection, order: Sequence[str], descending: bool, offset: int, limit: int
) -> list[int]:
    """The numbers of the files of one page, found by walking along an index."""
    where, values = _where(catalogue, selection)
    direction = " DESC" if descending else ""
    by = ", ".join(f"{column}{direction}" for column in order)
    rows = catalogue.connection.execute(
        f"SELECT id FROM files WHERE {where} ORDER BY {by} LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return [file_id for (file_id,) in rows]


def shown_files(catalogue: Catalogue, file_ids: Sequence[int]) -> list[ShownFile]:
    """Files by number, in the order asked for; unknown numbers are left out."""
    rows = catalogue.connection.execute(
        """SELECT files.id, photos.id, photos.content_hash, files.name, folders.path, files.relative, files.shown_time,
                  photos.width, photos.height, files.size_bytes, folders.state = 'offline'
           FROM files JOIN photos ON photos.id = files.photo_id JOIN folders ON folders.id = files.folder_id
           WHERE files.id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(file_ids)),),
    )
    found = {row[0]: _shown_file(row) for row in rows}
    return [found[file_id] for file_id in file_ids if file_id in found]


def _shown_file(row: tuple[int, int, str, str, bytes, bytes, str, int, int, int, int]) -> ShownFile:
    file_id, photo_id, content_hash, name, folder, relative, time, width, height, size_bytes, is_offline = row
    return ShownFile(
        file_id, photo_id, content_hash, name, to_path(folder, relative), time, width, height, size_bytes,
        to_path(folder), bool(is_offline),
    )  # fmt: skip


def standing_for(catalogue: Catalogue, photo_ids: Iterable[int]) -> dict[int, int]:
    """For each photo the file that stands for it; for one that is not present, where it was seen last."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, id FROM files WHERE photo_id IN (SELECT value FROM json_each(?))
           ORDER BY is_first, state = 'present', id""",
        (json.dumps([int(photo_id) for photo_id in photo_ids]),),
    )
    return dict(rows.fetchall())


def paths_of(catalogue: Catalogue, photo_id: int) -> list[Path]:
    """Where a photo lies, the file that stands for it first; of drives that are offline, too."""
    rows = catalogue.connection.execute(
        """SELECT folders.path, files.relative FROM files JOIN folders ON folders.id = files.folder_id
           WHERE files.photo_id = ? AND files.state = 'present' AND folders.state <> 'removed'
           ORDER BY files.is_first DESC, files.id""",
        (int(photo_id),),
    )
    return [to_path(folder, relative) for folder, relative in rows]


def photo_at(catalogue: Catalogue, path: Path, size_bytes: int, mtime_ns: int) -> int | None:
    """The photo that a file is, if it was read with this size and time; None where it is not in the catalogue so."""
    for parent in path.absolute().parents:
        relative = to_stored(path.absolute().relative_to(parent))
        row = catalogue.connection.execute(
            """SELECT files.photo_id FROM files JOIN folders ON folders.id = files.folder_id
               WHERE folders.path = ? AND files.relative = ? AND files.state = 'present' AND files.is_unread = 0
                 AND files.size_bytes = ? AND files.mtime_ns = ?""",
            (to_stored(parent), relative, size_bytes, mtime_ns),
        ).fetchone()
        if row is not None:
            return int(row[0])
    return None


def count_by_directory(catalogue: Catalogue, folder_id: int) -> dict[str, int]:
    """How many photos lie in and below each subfolder of a folder, "" being all of it.

    A photo with two files below the same subfolder counts once there.
    """
    counts: dict[bytes, int] = {}
    for directory, files in catalogue.connection.execute(
        "SELECT directory, COUNT(*) FROM files WHERE folder_id = ? AND state = 'present' GROUP BY directory",
        (folder_id,),
    ):
        for above in _lineage(directory):
            counts[above] = counts.get(above, 0) + files
    for directories in _directories_of_copies(catalogue, folder_id):
        for above in {above for directory in directories for above in _lineage(directory)}:
            inside = sum(above in _lineage(directory) for directory in directories)
            counts[above] -= inside - 1
    return {to_text(directory): counts[directory] for directory in sorted(counts)}


def to_text(directory: bytes) -> str:
    """A stored directory as it appears in a view: with "/", and such that it finds its way back."""
    return to_path(directory).as_posix() if directory else ""


def _directories_of_copies(catalogue: Catalogue, folder_id: int) -> Iterable[list[bytes]]:
    """For each photo with more than one file in the folder, their directories."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, directory FROM files WHERE folder_id = ?1 AND state = 'present' AND photo_id IN (
               SELECT photo_id FROM files WHERE folder_id = ?1 AND state = 'present' AND is_first_in_folder = 0)""",
        (folder_id,),
    )
    found: dict[int, list[bytes]] = {}
    for photo_id, directory in rows:
        found.setdefault(photo_id, []).append(directory)
    return found.values()


def _lineage(directory: bytes) -> set[bytes]:
    """b"a/b" -> {b"", b"a", b"a/b"}."""
    parts = directory.split(b"/") if directory else []
    return {b"/".join(parts[:depth]) for depth in range(len(parts) + 1)}


def _where(catalogue: Catalogue, selection: Selection) -> tuple[str, list[object]]:
    conditions, values = ["is_first = 1"], list[object]()
    if selection.folder_id is not None:
        conditions, values = ["folder_id = ?", "is_first_in_folder = 1"], [selection.folder_id]
    if selection.folder_id is not None and selection.below:
        directory = to_stored(selection.below)
        conditions = [
            """id IN (SELECT MIN(id) FROM files
                WHERE folder_id = ? AND state = 'present' AND (directory = ? OR directory >= ? AND directory < ?)
                GROUP BY photo_id)"""
        ]
        values += [directory, directory + b"/", directory + b"0"]  # "0" follows "/"
    if selection.group is not None:
        conditions.append("photo_id IN (SELECT photo_id FROM visual_groups WHERE kind = ? AND group_id = ?)")
        values += selection.group
    if selection.recent:
        newest = catalogue.connection.execute("SELECT MAX(added) FROM files WHERE is_first = 1").fetchone()[0]
        conditions.append("added >= ?")
        values.append((newest or 0) - RECENT_SECONDS)
    return " AND ".join(conditions), values

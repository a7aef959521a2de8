"""Descriptor and local-feature keys, each stored once; and what is still to be done under a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.names import to_path

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Undone:
    """A present photo that has nothing stored under a key yet, and a file that can be read for it."""

    photo_id: int
    content_hash: str
    file_id: int
    path: Path


def present(catalogue: Catalogue) -> list[Undone]:
    """All present photos on drives that are connected, newest folders first."""
    return undone(catalogue, "vectors", "")


def key_id(catalogue: Catalogue, key: str) -> int:
    """The number of a key; a new one is stored."""
    found = find_key(catalogue, key)
    if found is not None:
        return found
    with catalogue.transaction() as connection:
        connection.execute("INSERT OR IGNORE INTO keys (key) VALUES (?)", (key,))
    return int(catalogue.connection.execute("SELECT id FROM keys WHERE key = ?", (key,)).fetchone()[0])


def find_key(catalogue: Catalogue, key: str) -> int | None:
    """The number of a key, if anything was ever stored under it."""
    row = catalogue.connection.execute("SELECT id FROM keys WHERE key = ?", (key,)).fetchone()
    return int(row[0]) if row else None


def named(catalogue: Catalogue, name: str) -> list[str]:
    """All keys of a method, of whatever version and settings."""
    rows = catalogue.connection.execute("SELECT key FROM keys WHERE SUBSTR(key, 1, ?) = ?", (len(name) + 1, f"{name}@"))
    return [str(key) for (key,) in rows]


def undone(catalogue: Catalogue, table: str, key: str) -> list[Undone]:
    """Present photos, on drives that are connected, with no row of ``table`` under a key; newest folders first."""
    rows = catalogue.connection.execute(
        f"""SELECT photos.id, photos.content_hash, files.id, folders.path, files.relative, files.directory,
                   files.folder_id, files.mtime_ns
            {_UNDONE.format(table=table)} ORDER BY files.folder_id, files.relative""",
        (key,),
    )
    found = [
        (Undone(photo_id, content_hash, file_id, to_path(folder, relative)), (folder_id, directory), mtime_ns)
        for photo_id, content_hash, file_id, folder, relative, directory, folder_id, mtime_ns in rows
    ]
    return newest_directories_first(found)


_UNDONE = """FROM files JOIN photos ON photos.id = files.photo_id JOIN folders ON folders.id = files.folder_id
            WHERE files.is_first = 1 AND folders.state = 'online' AND NOT EXISTS (
                SELECT 1 FROM {table} AS done
                WHERE done.key_id = (SELECT id FROM keys WHERE key = ?) AND done.photo_id = photos.id)"""


def is_done(catalogue: Catalogue, table: str, key: str) -> bool:
    """Whether :func:`undone` finds nothing."""
    rows = catalogue.connection.execute(f"SELECT 1 {_UNDONE.format(table=table)} LIMIT 1", (key,))
    return rows.fetchone() is None


def done(catalogue: Catalogue, table: str, key: str) -> list[int]:
    """The numbers of present photos that have a row of ``table`` under a key, ascending."""
    rows = catalogue.connection.execute(
        f"""SELECT done.photo_id FROM {table} AS done JOIN photos ON photos.id = done.photo_id
            WHERE done.key_id = (SELECT id FROM keys WHERE key = ?)
              AND photos.is_present = 1 ORDER BY done.photo_id""",
        (key,),
    )
    return [photo_id for (photo_id,) in rows]


def newest_directories_first(items: Sequence[tuple[Item, tuple[int, bytes], int]]) -> list[Item]:
    """Put the directory with the newest file first, and leave the order within each as it is.

    Args:
        items: each with its directory and its time of change.
    """
    newest: dict[tuple[int, bytes], int] = {}
    for _, directory, mtime_ns in items:
        newest[directory] = max(mtime_ns, newest.get(directory, mtime_ns))
    ordered = sorted(items, key=lambda item: (-newest[item[1]], item[1]))
    return [item for item, _, _ in ordered]


def count_done(catalogue: Catalogue, table: str, key: str) -> int:
    """How many present photos have a row of ``table`` under a key: all rows, less those of photos that are gone."""
    number = find_key(catalogue, key)
    if number is None:
        return 0
    connection = catalogue.connection
    (stored,) = connection.execute(f"SELECT COUNT(*) FROM {table} WHERE key_id = ?", (number,)).fetchone()
    (gone,) = connection.execute(
        f"""SELECT COUNT(*) FROM photos JOIN {table} AS done ON done.photo_id = photos.id AND done.key_id = ?
            WHERE photos.is_present = 0""",
        (number,),
    ).fetchone()
    return int(stored - gone)


def mean_bytes(catalogue: Catalogue, table: str, column: str, key: str) -> float:
    """The mean size of what is stored under a key; 0 where nothing is."""
    (size,) = catalogue.connection.execute(
        f"SELECT AVG(LENGTH({column})) FROM {table} WHERE key_id = ?", (find_key(catalogue, key),)
    ).fetchone()
    return float(size or 0)

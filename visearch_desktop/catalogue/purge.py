"""Forgetting for good what no file refers to any more; only ever done when it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.thumbnails import Thumbnails


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was forgotten: rows of each table, thumbnails, and bytes of all these photos' data."""

    folders: int
    files: int
    photos: int
    thumbnails: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Gone:
    """How many photos have no file any more, and how many bytes are kept of them."""

    photos: int
    size_bytes: int


def nothing(_photo_ids: Sequence[int]) -> int:
    """Of photos that no index file holds."""
    return 0


def gone(catalogue: Catalogue, thumbnails: Thumbnails, in_indexes: Callable[[Sequence[int]], int] = nothing) -> Gone:
    """What :func:`purge` would forget.

    Args:
        catalogue: the open catalogue.
        thumbnails: of the library.
        in_indexes: of photos by number, how many bytes are kept of them in files that follow the catalogue.
    """
    connection = catalogue.connection
    rows = connection.execute(
        """SELECT id, content_hash,
               (SELECT TOTAL(LENGTH(vector)) FROM vectors WHERE photo_id = photos.id)
               + (SELECT TOTAL(LENGTH(packed)) FROM features WHERE photo_id = photos.id)
           FROM photos WHERE is_present = 0 AND NOT EXISTS (
               SELECT 1 FROM files JOIN folders ON folders.id = files.folder_id
               WHERE files.photo_id = photos.id AND files.state <> 'missing' AND folders.state <> 'removed')"""
    ).fetchall()
    stored = sum(int(size) for _, _, size in rows) + in_indexes([photo_id for photo_id, _, _ in rows])
    return Gone(len(rows), stored + thumbnails.size_bytes(content_hash for _, content_hash, _ in rows))


def purge(catalogue: Catalogue, thumbnails: Thumbnails, in_indexes: Callable[[Sequence[int]], int] = nothing) -> Purged:
    """Forget removed folders, missing files, and photos that are left without a file, with their vectors and features.

    Files of folders that are offline are not missing and stay. Arguments are those of :func:`gone`; the files that
    follow the catalogue are left to their owners.
    """
    size_bytes = gone(catalogue, thumbnails, in_indexes).size_bytes
    with catalogue.transaction() as connection:
        files = connection.execute(
            """DELETE FROM files WHERE state = 'missing'
               OR folder_id IN (SELECT id FROM folders WHERE state = 'removed')"""
        ).rowcount
        folders = connection.execute("DELETE FROM folders WHERE state = 'removed'").rowcount
        photos = connection.execute(
            "DELETE FROM photos WHERE id NOT IN (SELECT photo_id FROM files WHERE photo_id IS NOT NULL)"
        ).rowcount
    kept = catalogue.connection.execute("SELECT content_hash FROM photos").fetchall()
    dropped = thumbnails.keep_only(content_hash for (content_hash,) in kept)
    return Purged(folders, files, photos, dropped, size_bytes)


def delete_key(catalogue: Catalogue, key: str) -> None:
    """Forget all vectors and local features under one key."""
    with catalogue.transaction() as connection:
        for table in ("vectors", "features"):
            connection.execute(f"DELETE FROM {table} WHERE key_id = (SELECT id FROM keys WHERE key = ?)", (key,))
        connection.execute("DELETE FROM keys WHERE key = ?", (key,))

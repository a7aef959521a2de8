"""Descriptor vectors, float16 at rest, by content and descriptor key; a new key never erases an old one's vectors."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import keys, photos
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.keys import Undone

_TABLE = "vectors"


def put_many(catalogue: Catalogue, key: str, vectors: Iterable[tuple[str, bytes]]) -> int:
    """Store vectors in one transaction; one that is there already is replaced.

    Args:
        catalogue: the open catalogue.
        key: of the method.
        vectors: (content hash, little-endian float16 blob); contents without a photo are passed over.
    Returns:
        How many were stored.
    """
    listed = list(vectors)
    with catalogue.transaction() as connection:
        known = photos.find_photos(catalogue, (content_hash for content_hash, _ in listed))
        number = keys.key_id(catalogue, key)
        rows = [(number, known[content_hash], blob) for content_hash, blob in listed if content_hash in known]
        connection.executemany(
            """INSERT INTO vectors (key_id, photo_id, vector) VALUES (?, ?, ?)
               ON CONFLICT (key_id, photo_id) DO UPDATE SET vector = excluded.vector""",
            rows,
        )
    return len(rows)


def get(catalogue: Catalogue, key: str, photo_id: int) -> bytes | None:
    """One photo's vector as stored, present or not."""
    return get_many(catalogue, key, [photo_id]).get(photo_id)


def get_many(catalogue: Catalogue, key: str, photo_ids: Iterable[int]) -> dict[int, bytes]:
    """The vectors of those photos that have one under the key."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, vector FROM vectors
           WHERE key_id = (SELECT id FROM keys WHERE key = ?) AND photo_id IN (SELECT value FROM json_each(?))""",
        (key, json.dumps([int(photo_id) for photo_id in photo_ids])),
    )
    return dict(rows.fetchall())


def load(catalogue: Catalogue, key: str) -> tuple[NDArray[np.int64], list[bytes]]:
    """All present photos that have a vector under a key: their numbers, (N,) ascending, and N vectors as stored."""
    rows = catalogue.connection.execute(
        """SELECT vectors.photo_id, vectors.vector FROM vectors JOIN photos ON photos.id = vectors.photo_id
           WHERE vectors.key_id = (SELECT id FROM keys WHERE key = ?)
             AND photos.is_present = 1 ORDER BY vectors.photo_id""",
        (key,),
    ).fetchall()
    ids = np.fromiter((photo_id for photo_id, _ in rows), dtype=np.int64, count=len(rows))
    return ids, [blob for _, blob in rows]


def known(catalogue: Catalogue, key: str) -> list[int]:
    """The numbers of present photos that have a vector under a key, ascending."""
    return keys.done(catalogue, _TABLE, key)


def missing(catalogue: Catalogue, key: str) -> list[Undone]:
    """Present photos that have no vector under a key; newest folders first."""
    return keys.undone(catalogue, _TABLE, key)


def is_complete(catalogue: Catalogue, key: str) -> bool:
    """Whether :func:`missing` finds nothing."""
    return keys.is_done(catalogue, _TABLE, key)


def count(catalogue: Catalogue, key: str) -> int:
    """How many present photos have a vector under a key."""
    return keys.count_done(catalogue, _TABLE, key)


def mean_bytes(catalogue: Catalogue, key: str) -> float:
    """The mean size of the vectors under a key."""
    return keys.mean_bytes(catalogue, _TABLE, "vector", key)

"""Packed local features by content and key, so that verification never computes them again."""

from __future__ import annotations

import json
from collections.abc import Iterable

from visearch_desktop.catalogue import keys, photos
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.keys import Undone

_TABLE = "features"


def put_many(catalogue: Catalogue, key: str, features: Iterable[tuple[str, int, bytes]]) -> int:
    """Store local features in one transaction; those that are there already are replaced.

    Args:
        catalogue: the open catalogue.
        key: of the method.
        features: (content hash, number of local features, packed); contents without a photo are passed over.
    Returns:
        How many were stored.
    """
    listed = list(features)
    with catalogue.transaction() as connection:
        known = photos.find_photos(catalogue, (content_hash for content_hash, _, _ in listed))
        number = keys.key_id(catalogue, key)
        rows = [
            (number, known[content_hash], count, packed)
            for content_hash, count, packed in listed
            if content_hash in known
        ]
        connection.executemany(
            """INSERT INTO features (key_id, photo_id, count, packed) VALUES (?, ?, ?, ?)
               ON CONFLICT (key_id, photo_id) DO UPDATE SET count = excluded.count, packed = excluded.packed""",
            rows,
        )
    return len(rows)


def get(catalogue: Catalogue, key: str, photo_id: int) -> bytes | None:
    """One photo's packed local features; None where they are not known yet."""
    return get_many(catalogue, key, [photo_id]).get(photo_id)


def get_many(catalogue: Catalogue, key: str, photo_ids: Iterable[int]) -> dict[int, bytes]:
    """The packed local features of those photos that have them."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, packed FROM features
           WHERE key_id = (SELECT id FROM keys WHERE key = ?) AND photo_id IN (SELECT value FROM json_each(?))""",
        (key, json.dumps([int(photo_id) for photo_id in photo_ids])),
    )
    return dict(rows.fetchall())


def count_of(catalogue: Catalogue, key: str, photo_id: int) -> int | None:
    """How many local features one photo has; None where they are not known yet."""
    row = catalogue.connection.execute(
        "SELECT count FROM features WHERE key_id = (SELECT id FROM keys WHERE key = ?) AND photo_id = ?",
        (key, photo_id),
    ).fetchone()
    return int(row[0]) if row else None


def counts(catalogue: Catalogue, key: str, photo_ids: Iterable[int]) -> dict[int, int]:
    """How many local features those photos have of which they are known."""
    rows = catalogue.connection.execute(
        """SELECT photo_id, count FROM features
           WHERE key_id = (SELECT id FROM keys WHERE key = ?) AND photo_id IN (SELECT value FROM json_each(?))""",
        (key, json.dumps([int(photo_id) for photo_id in photo_ids])),
    )
    return dict(rows.fetchall())


def waiting(catalogue: Catalogue, key: str) -> dict[int, bool]:
    """All photos with a row under a key, present or not, by number; and whether anything is in it."""
    rows = catalogue.connection.execute(
        "SELECT photo_id, LENGTH(packed) > 0 FROM features WHERE key_id = (SELECT id FROM keys WHERE key = ?)", (key,)
    )
    return {photo_id: bool(is_waiting) for photo_id, is_waiting in rows}


def settle(catalogue: Catalogue, key: str, photo_ids: Iterable[int]) -> None:
    """Empty rows whose content an index holds by now; that they are done stays."""
    _change(catalogue, "UPDATE features SET packed = x''", key, photo_ids)


def forget(catalogue: Catalogue, key: str, photo_ids: Iterable[int]) -> None:
    """Delete rows, so that these photos are looked at again."""
    _change(catalogue, "DELETE FROM features", key, photo_ids)


def _change(catalogue: Catalogue, what: str, key: str, photo_ids: Iterable[int]) -> None:
    listed = [int(photo_id) for photo_id in photo_ids]
    if listed:
        with catalogue.transaction() as connection:
            connection.execute(
                f"""{what} WHERE key_id = (SELECT id FROM keys WHERE key = ?)
                    AND photo_id IN (SELECT value FROM json_each(?))""",
                (key, json.dumps(listed)),
            )


def known(catalogue: Catalogue, key: str) -> list[int]:
    """The numbers of present photos whose local features are known, ascending."""
    return keys.done(catalogue, _TABLE, key)


def missing(catalogue: Catalogue, key: str) -> list[Undone]:
    """Present photos whose local features are not known under a key; newest folders first."""
    return keys.undone(catalogue, _TABLE, key)


def count(catalogue: Catalogue, key: str) -> int:
    """How many present photos have local features under a key."""
    return keys.count_done(catalogue, _TABLE, key)


def mean_bytes(catalogue: Catalogue, key: str) -> float:
    """The mean size of the packed local features under a key."""
    return keys.mean_bytes(catalogue, _TABLE, "packed", key)

"""The table of photos: contents, each by its hash, with what its metadata said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visearch_desktop.catalogue.catalogue import Catalogue

if TYPE_CHECKING:
    from visearch_desktop.photos.metadata import Metadata


def find_photos(catalogue: Catalogue, content_hashes: Iterable[str]) -> dict[str, int]:
    """The numbers of those contents that are known."""
    rows = catalogue.connection.execute(
        "SELECT content_hash, id FROM photos WHERE content_hash IN (SELECT value FROM json_each(?))",
        (json.dumps(list(content_hashes)),),
    )
    return dict(rows.fetchall())


def hashes_of(catalogue: Catalogue, photo_ids: Iterable[int]) -> dict[int, str]:
    """The content hashes of photos; unknown numbers are left out."""
    rows = catalogue.connection.execute(
        "SELECT id, content_hash FROM photos WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(photo_id) for photo_id in photo_ids]),),
    )
    return dict(rows.fetchall())


def sizes_of(catalogue: Catalogue, photo_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Width and height of photos in px; unknown numbers are left out."""
    rows = catalogue.connection.execute(
        "SELECT id, width, height FROM photos WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(photo_id) for photo_id in photo_ids]),),
    )
    return {photo_id: (width, height) for photo_id, width, height in rows}


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo's metadata said; "" and None where it said nothing."""

    content_hash: str
    camera: str
    lens: str
    exposure: str
    latitude: float | None
    longitude: float | None
    altitude_m: float | None


def facts_of(catalogue: Catalogue, photo_id: int) -> PhotoFacts | None:
    """What is known about one photo."""
    row = catalogue.connection.execute(
        "SELECT content_hash, camera, lens, exposure, latitude, longitude, altitude_m FROM photos WHERE id = ?",
        (int(photo_id),),
    ).fetchone()
    return PhotoFacts(*row) if row else None


def add_photo(catalogue: Catalogue, content_hash: str, metadata: Metadata, added: int) -> int:
    """A content that was not known before; returns its number. ``added`` is in seconds since 1970."""
    with catalogue.transaction() as connection:
        cursor = connection.execute(
            """INSERT INTO photos (content_hash, width, height, orientation, taken, camera, lens, exposure, latitude,
                longitude, altitude_m, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (content_hash, *_values(metadata), added),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def present_hashes(catalogue: Catalogue) -> list[str]:
    """The contents of all photos that the library shows."""
    rows = catalogue.connection.execute("SELECT content_hash FROM photos WHERE is_present = 1")
    return [content_hash for (content_hash,) in rows]


def count_present(catalogue: Catalogue) -> int:
    """How many photos the library shows."""
    return int(catalogue.connection.execute("SELECT COUNT(*) FROM files WHERE is_first = 1").fetchone()[0])


def _values(metadata: Metadata) -> tuple[object, ...]:
    return (
        metadata.width, metadata.height, metadata.orientation, metadata.taken, metadata.camera, metadata.lens,
        metadata.exposure, metadata.latitude, metadata.longitude, metadata.altitude_m,
    )  # fmt: skip

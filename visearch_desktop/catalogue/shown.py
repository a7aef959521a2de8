"""Which file stands for a photo, and which photos are present: columns that follow from the others.

A photo can lie at several places. In the whole library it is shown as one of its present files (``is_first``), in one
folder as one of those there (``is_first_in_folder``): the file found first, preferring drives that are connected.
Keeping the answer in the table makes every view one walk along one index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from visearch_desktop.catalogue.catalogue import Catalogue

_IS_FIRST = """COALESCE(files.state = 'present' AND files.id = (
    SELECT other.id FROM files AS other JOIN folders ON folders.id = other.folder_id
    WHERE other.photo_id = files.photo_id AND other.state = 'present' AND folders.state <> 'removed'
    ORDER BY folders.state = 'offline', other.id LIMIT 1), 0)"""

_IS_FIRST_IN_FOLDER = """COALESCE(files.state = 'present' AND files.id = (
    SELECT MIN(other.id) FROM files AS other
    WHERE other.photo_id = files.photo_id AND other.state = 'present' AND other.folder_id = files.folder_id), 0)"""

_IS_PRESENT = "EXISTS (SELECT 1 FROM files WHERE files.photo_id = photos.id AND files.is_first = 1)"


def refresh_photos(catalogue: Catalogue, photo_ids: Iterable[int]) -> None:
    """After files of these photos changed their state, content or place."""
    listed = json.dumps(sorted(set(photo_ids)))
    _refresh(catalogue, "SELECT value FROM json_each(:ids)", {"ids": listed})


def refresh_folder(catalogue: Catalogue, folder_id: int) -> None:
    """After a folder was removed, restored, lost or found again."""
    _refresh(catalogue, "SELECT photo_id FROM files WHERE folder_id = :folder", {"folder": folder_id})


def _refresh(catalogue: Catalogue, photos: str, values: dict[str, str | int]) -> None:
    with catalogue.transaction() as connection:
        connection.execute(
            f"""UPDATE files SET is_first = {_IS_FIRST}, is_first_in_folder = {_IS_FIRST_IN_FOLDER}
                WHERE photo_id IN ({photos})
                  AND (is_first <> {_IS_FIRST} OR is_first_in_folder <> {_IS_FIRST_IN_FOLDER})""",
            values,
        )
        connection.execute(
            f"""UPDATE photos SET is_present = {_IS_PRESENT}
                WHERE id IN ({photos}) AND is_present <> {_IS_PRESENT}""",
            values,
        )

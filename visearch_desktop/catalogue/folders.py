"""The table of folders that the person added."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.names import to_path, to_stored


class FolderState(StrEnum):
    """OFFLINE: its drive is missing. REMOVED: the person removed it; all is kept so that this can be undone."""

    ONLINE = "online"
    OFFLINE = "offline"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as stored; ``mount`` is the mount point it was last seen on, None before the first scan."""

    folder_id: int
    path: Path
    excludes: tuple[str, ...]
    state: FolderState
    mount: Path | None


_COLUMNS = "id, path, excludes, state, mount"


def list_folders(catalogue: Catalogue, *, removed: bool = False) -> list[Folder]:
    """All folders in the order they were added; removed ones only if asked for."""
    rows = catalogue.connection.execute(
        f"SELECT {_COLUMNS} FROM folders WHERE ? OR state <> 'removed' ORDER BY id", (removed,)
    )
    return [_folder(row) for row in rows]


def get_folder(catalogue: Catalogue, folder_id: int) -> Folder | None:
    """The folder of that number, removed or not."""
    row = catalogue.connection.execute(f"SELECT {_COLUMNS} FROM folders WHERE id = ?", (folder_id,)).fetchone()
    return _folder(row) if row else None


def insert_folder(catalogue: Catalogue, path: Path, excludes: Sequence[str]) -> int:
    """A new folder; returns its number."""
    with catalogue.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO folders (path, excludes, added) VALUES (?, ?, ?)",
            (to_stored(path), _stored_excludes(excludes), int(time.time())),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def set_state(catalogue: Catalogue, folder_id: int, state: FolderState) -> None:
    """Only the column; ``shown.refresh_folder`` must follow."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE folders SET state = ? WHERE id = ?", (state, folder_id))


def set_excludes(catalogue: Catalogue, folder_id: int, excludes: Sequence[str]) -> None:
    """Other patterns; the next scan applies them."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE folders SET excludes = ? WHERE id = ?", (_stored_excludes(excludes), folder_id))


def set_scanned(catalogue: Catalogue, folder_id: int, mount: Path) -> None:
    """Remember that a scan saw the folder, and on which mount point."""
    with catalogue.transaction() as connection:
        connection.execute(
            "UPDATE folders SET scanned = ?, mount = ? WHERE id = ?", (int(time.time()), to_stored(mount), folder_id)
        )


def delete_folder(catalogue: Catalogue, folder_id: int) -> None:
    """Take a folder and its files out of the tables for good; photos and vectors stay until purged."""
    with catalogue.transaction() as connection:
        connection.execute("DELETE FROM folders WHERE id = ?", (folder_id,))


def _stored_excludes(excludes: Iterable[str]) -> str:
    return json.dumps(list(dict.fromkeys(excludes)))


def _folder(row: tuple[int, bytes, str, str, bytes | None]) -> Folder:
    folder_id, path, excludes, state, mount = row
    return Folder(
        folder_id,
        to_path(path),
        tuple(json.loads(excludes)),
        FolderState(state),
        None if mount is None else to_path(mount),
    )

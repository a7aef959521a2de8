"""A catalogue with a few photos in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from visearch_desktop.catalogue import files, folders
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.photos.metadata import Metadata


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "library" / "catalogue.sqlite", tmp_path / "library" / "backups")
    yield opened
    opened.close()


def content(number: int) -> str:
    """A content hash."""
    return f"{number:064x}"


def fill(catalogue: Catalogue, count: int, folder: Path = Path("/photos")) -> list[int]:
    """A folder with photos of contents 0, 1, …; returns the numbers of the photos."""
    folder_id = folders.insert_folder(catalogue, folder, ())
    files.insert_new(catalogue, folder_id, [SeenFile(f"{i:04}.jpg".encode(), 100 + i, 10**9 * i) for i in range(count)])
    unread = files.unread_files(catalogue, folder_id)
    reads = [FileRead(row.file_id, content(i), Metadata(40, 30)) for i, row in enumerate(unread)]
    return list(files.record_reads(catalogue, reads).photo_ids.values())

"""An empty catalogue and a folder for photos."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.thumbnails import Thumbnails


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(tmp_path / "library" / "catalogue.sqlite", tmp_path / "library" / "backups")
    yield opened
    opened.close()


@pytest.fixture
def thumbnails(tmp_path: Path, catalogue: Catalogue) -> Iterator[Thumbnails]:
    opened = Thumbnails(tmp_path / "library" / "thumbnails.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder

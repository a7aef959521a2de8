"""An empty catalogue and a folder for photos; or a copy of a library that the tests of a module share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.library.library import Library


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


@pytest.fixture
def library(tmp_path: Path, indexed: Path) -> Iterator[Library]:
    """A copy of ``indexed``, the closed library that a module makes."""
    shutil.copytree(indexed, tmp_path / "library")
    with Library.open(tmp_path / "library") as opened:
        yield opened

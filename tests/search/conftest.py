"""A gallery and a local index over the photos of a test module: what its fixture ``paths`` wrote into ``folder``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.search.shelf import Shelf, ShelfIndex
from visearch_desktop.methods.indexes.local.local_index import LocalIndex


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("photos")


@pytest.fixture(scope="module")
def shelf(paths: list[Path]) -> Shelf:
    return Shelf(paths)


@pytest.fixture(scope="module")
def objects(paths: list[Path], tmp_path_factory: pytest.TempPathFactory) -> ShelfIndex:
    return ShelfIndex(LocalIndex.open(tmp_path_factory.mktemp("index"), "key"), paths)

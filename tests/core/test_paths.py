"""The program's data is found, and the user's data stays where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from visearch_desktop.core.paths import LibraryPaths, resource, user_data_folder


def test_resources_are_found_by_name() -> None:
    assert resource("networks.toml").read_text(encoding="utf-8").strip()


def test_the_users_data_folder_can_be_moved(data_folder: Path) -> None:
    assert user_data_folder() == data_folder
    assert LibraryPaths.of(None).root == data_folder / "library"


def test_without_that_it_is_the_systems_place_for_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISEARCH_DATA")
    assert user_data_folder().name == "visearch-desktop"


def test_all_files_of_a_library_lie_below_its_folder(tmp_path: Path) -> None:
    paths = LibraryPaths.of(tmp_path / "mine")
    places = [paths.catalogue, paths.backups, paths.thumbnails, paths.indexes, paths.networks, paths.lock, paths.log]
    assert all(place.is_relative_to(tmp_path / "mine") for place in places)
    assert len(set(places)) == len(places)

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.library.disk import write
from visearch_desktop.catalogue import files
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.settings import store_setting
from visearch_desktop.core.errors import PhotoError, Problem, UnknownNameError, UsageError
from visearch_desktop.library.folders import add_folder
from visearch_desktop.library.scanning import scan
from visearch_desktop.library.settings import SETTINGS, set_setting, settings


def test_every_setting_has_a_default_that_it_may_be(catalogue: Catalogue) -> None:
    assert settings(catalogue) == {name: setting.default for name, setting in SETTINGS.items()}
    for name, setting in SETTINGS.items():
        assert set_setting(catalogue, name, setting.default) == setting.default


def test_settings_outlive_the_program(tmp_path: Path) -> None:
    for step in range(2):
        with closing(Catalogue.open(tmp_path / "c.sqlite", tmp_path)) as catalogue:
            if step == 0:
                set_setting(catalogue, "theme", "dark")
                set_setting(catalogue, "workers", 2)
                set_setting(catalogue, "megapixel_limit", 400)
            else:
                found = settings(catalogue)
                assert (found["theme"], found["workers"], found["megapixel_limit"]) == ("dark", 2, 400.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("workers", -1),
        ("workers", 2.5),
        ("workers", True),
        ("workers", float("nan")),
        ("only_on_mains", 1),
        ("megapixel_limit", "many"),
        ("megapixel_limit", float("inf")),
        ("language", None),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_would(catalogue: Catalogue, name: str, value: object) -> None:
    with pytest.raises(UsageError, match="it is"):
        set_setting(catalogue, name, value)
    assert settings(catalogue)[name] == SETTINGS[name].default


def test_an_unknown_setting_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UnknownNameError) as refused:
        set_setting(catalogue, "themes", "dark")
    assert "theme" in refused.value.known


def test_what_another_version_stored_does_no_harm(catalogue: Catalogue) -> None:
    store_setting(catalogue, "theme", {"name": "dark", "accent": "red"})
    store_setting(catalogue, "a_setting_of_tomorrow", 3)
    assert settings(catalogue)["theme"] == "system"


def test_photos_that_were_too_large_are_tried_again_under_another_limit(catalogue: Catalogue, photos: Path) -> None:
    write(photos / "a.jpg", "A")
    folder_id = add_folder(catalogue, catalogue.path.parent, photos).folder_id
    (file,) = scan(catalogue, folder_id).unread
    facts: dict[str, str | int | float] = {"megapixels": 300.0, "limit": 250.0}
    files.record_problems(catalogue, [(file.file_id, PhotoError(file.path, Problem.TOO_LARGE, facts))])
    set_setting(catalogue, "theme", "dark")
    set_setting(catalogue, "megapixel_limit", 250.0)
    assert scan(catalogue, folder_id).unread == ()
    set_setting(catalogue, "megapixel_limit", 400.0)
    assert len(scan(catalogue, folder_id).unread) == 1

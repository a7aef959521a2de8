"""Near duplicates end to end: found in the background, moved to the system's trash, brought back, said to be none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gui.end_to_end.conftest import SIZE
from tests.gui.end_to_end.person import Person
from tests.scenes import photo_folder, save, scene
from visearch_desktop.gui.groups.duplicates_page import DuplicatesPage
from visearch_desktop.gui.window.places import Page

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALL = ["photo000.jpg", "photo001.jpg", "small.jpg"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photos, and a smaller copy of the first."""
    photo_folder(tmp_path / "mine", 2, first_seed=40, width=SIZE[0], height=SIZE[1])
    save(scene(40, *SIZE)[::2, ::2], tmp_path / "mine" / "small.jpg")
    return tmp_path / "mine"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_goes_to_the_trash_and_comes_back_and_is_said_to_be_none(
    newcomer: Person, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("the trash of this system cannot be put elsewhere")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    newcomer.drop_files(folder)
    newcomer.sees_all_done(3)
    newcomer.press(Qt.Key.Key_2, newcomer.window, CONTROL, SHIFT)
    newcomer.until(lambda: newcomer.window.page is Page.DUPLICATES, "the page of duplicates")
    page = newcomer.page
    assert isinstance(page, DuplicatesPage)
    newcomer.until(lambda: page.model.rowCount() == 2, "the copies")
    assert [one.file.row.name for one in page.model.going()] == ["small.jpg"]
    newcomer.click(page.bar.move_button)
    assert names(folder) == ALL, "it was only asked"
    newcomer.click(page.bar.move_button)
    newcomer.until(lambda: page.notice.isVisible(), "no duplicates any more")
    assert names(folder) == ALL[:2]
    newcomer.press(Qt.Key.Key_Z, newcomer.window, CONTROL)
    newcomer.until(lambda: page.model.rowCount() == 2, "the copies again")
    assert names(folder) == ALL
    page.grid.setCurrentIndex(page.model.index(0))
    newcomer.press(Qt.Key.Key_N, page.grid)
    newcomer.until(lambda: page.notice.isVisible(), "what is none is not listed")
    newcomer.press(Qt.Key.Key_Z, newcomer.window, CONTROL)
    newcomer.until(lambda: page.model.rowCount() == 2, "the copies, as it was taken back")

"""Looking after a library: what could not be read, folders that come and go, settings, and a library that dies."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.gui.end_to_end.conftest import SIZE
from tests.gui.end_to_end.person import Person
from tests.gui.test_client import library_processes
from tests.scenes import photo_folder, save, scene
from visearch_desktop.core import sentences
from visearch_desktop.gui.window.places import Page
from visearch_desktop.search.hits import Stage

ALL = 15


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos that the test may do anything with."""
    photo_folder(tmp_path / "mine", 3, first_seed=40, width=SIZE[0], height=SIZE[1])
    return tmp_path / "mine"


def add(person: Person, folder: Path, count: int) -> None:
    person.drop_files(folder)
    person.sees_all_done(count)


# --- problems ---------------------------------------------------------------------------------------------------------


def test_a_broken_file_is_listed_ignored_listed_again_and_read_once_it_is_mended(
    newcomer: Person, folder: Path
) -> None:
    whole = (folder / "photo001.jpg").read_bytes()
    (folder / "photo001.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "empty.jpg").touch()
    add(newcomer, folder, 2)
    newcomer.press(
        Qt.Key.Key_P, newcomer.window, *(Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    )
    newcomer.until(lambda: newcomer.window.page is Page.PROBLEMS, "the page of problems")
    newcomer.until(lambda: sorted(listed(newcomer)) == ["empty.jpg", "photo001.jpg"], "both files")
    assert all(line.row.sentence and line.row.hint for line in newcomer.page.lines)
    assert "2 could not be read" in newcomer.window.status.text
    line = line_of(newcomer, "empty.jpg")
    newcomer.qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    newcomer.click(line.named[2])
    newcomer.until(lambda: listed(newcomer) == ["photo001.jpg"], "one file")
    newcomer.press(Qt.Key.Key_Z, newcomer.window, Qt.KeyboardModifier.ControlModifier)
    newcomer.until(lambda: len(listed(newcomer)) == 2, "both files again")
    (folder / "photo001.jpg").write_bytes(whole)
    line = line_of(newcomer, "photo001.jpg")
    newcomer.qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    if line.isVisible():  # the watched folder may have been quicker
        line.named[0].click()
    newcomer.until(lambda: listed(newcomer) == ["empty.jpg"], "the mended file off the list")
    newcomer.sees_all_done(3)


def listed(person: Person) -> list[str]:
    """The files on the page of problems."""
    return [line.row.name for line in person.page.lines]


def line_of(person: Person, name: str) -> object:
    """A file's line."""
    return next(line for line in person.page.lines if line.row.name == name)


# --- folders ----------------------------------------------------------------------------------------------------------


def test_a_removed_folder_leaves_and_comes_back_by_undo(person: Person, folder: Path) -> None:
    add(person, folder, ALL + 3)
    person.window.session.show_view(person.session.view)
    person.sees_library(ALL + 3)
    row = next(one for one in person.session.overview.folders if one.path == folder)
    gone = person.window.sidebar.folder_menu(row).actions()[-1]
    gone.trigger()
    person.sees_library(ALL)
    assert not {"photo000.jpg", "photo001.jpg"} & set(person.names())
    person.window.menus.actions["undo"].trigger()
    person.sees_library(ALL + 3)
    person.sees_all_done(ALL + 3)


def test_new_renamed_and_deleted_files_are_seen_while_the_window_is_open(newcomer: Person, folder: Path) -> None:
    add(newcomer, folder, 3)
    save(scene(50, *SIZE), folder / "below" / "new.jpg")
    newcomer.until(lambda: "new.jpg" in newcomer.names(), "the new photo, by itself")
    newcomer.sees_all_done(4)
    (folder / "photo002.jpg").rename(folder / "renamed.jpg")
    newcomer.until(lambda: "renamed.jpg" in newcomer.names() and "photo002.jpg" not in newcomer.names(), "its new name")
    (folder / "photo000.jpg").unlink()
    newcomer.until(lambda: "photo000.jpg" not in newcomer.names(), "it is gone")
    newcomer.sees_library(3)


def test_a_deleted_photo_leaves_the_results(newcomer: Person, folder: Path) -> None:
    shutil.copy(folder / "photo001.jpg", folder / "copy.png")
    shutil.copy(folder / "photo001.jpg", folder / "other.jpg")
    with (folder / "other.jpg").open("ab") as file:
        file.write(b"\0")  # another content of the same picture
    (folder / "copy.png").unlink()
    add(newcomer, folder, 4)
    newcomer.search("photo001.jpg")
    assert set(newcomer.names()) == {"photo001.jpg", "other.jpg"}
    (folder / "other.jpg").unlink()
    newcomer.until(lambda: newcomer.names() == ["photo001.jpg"], "one hit left")


def test_a_folder_that_went_away_is_offline_and_nothing_is_lost(newcomer: Person, folder: Path) -> None:
    add(newcomer, folder, 3)
    away = folder.rename(folder.parent / "elsewhere")
    newcomer.window.menus.actions["look_again"].trigger()
    newcomer.until(lambda: newcomer.session.overview.folders[0].is_offline, "the folder is offline")
    newcomer.sees_library(3)
    newcomer.session.show_page(Page.PROBLEMS)
    newcomer.until(lambda: newcomer.page.banners, "the banner that says so")
    away.rename(folder)
    newcomer.window.menus.actions["look_again"].trigger()
    newcomer.until(lambda: not newcomer.session.overview.folders[0].is_offline, "it is back")
    newcomer.sees_all_done(3)


# --- settings ---------------------------------------------------------------------------------------------------------


def test_another_descriptor_is_chosen_and_answers_and_back_again(person: Person, pictures: Path) -> None:
    before = person.session.overview.descriptor
    for name in ("colour_histogram", before):
        person.press(Qt.Key.Key_Comma, person.window, Qt.KeyboardModifier.ControlModifier)
        person.until(lambda: person.window.page is Page.SETTINGS, "the settings")
        person.until(lambda name=name: name in person.page.descriptors.buttons, "the choices")
        person.page.descriptors.buttons[name].click()
        person.until(lambda name=name: person.session.overview.descriptor == name, f"{name} is in use")
        person.sees_all_done(ALL)
        person.drop_files(pictures / "scene00.jpg")
        person.sees_results()
        assert person.names()[0] == "scene00.jpg"


# --- the library process ----------------------------------------------------------------------------------------------


def test_a_library_killed_during_a_query_is_started_again_and_the_query_answered(
    person: Person, pictures: Path
) -> None:
    person.sees_library(ALL)
    person.drop_files(pictures / "scene00.jpg")
    os.kill(person.window.client.library_pid, signal.SIGKILL)
    person.until(lambda: person.window.toast.text == sentences.LIBRARY_RESTARTED, "the sentence about it")
    person.sees_results()
    assert person.names()[0] == "scene00.jpg"
    assert person.session.ranking.stage is Stage.VERIFIED


def test_a_library_killed_while_indexing_goes_on_where_it_stopped(newcomer: Person, pictures: Path) -> None:
    newcomer.drop_files(pictures)
    newcomer.until(lambda: newcomer.window.jobs.indexing, "progress")
    os.kill(newcomer.window.client.library_pid, signal.SIGKILL)
    newcomer.until(lambda: newcomer.window.toast.text == sentences.LIBRARY_RESTARTED, "the sentence about it")
    newcomer.sees_all_done(ALL)
    newcomer.sees_library(ALL)


def test_closing_the_window_while_indexing_leaves_nothing_running(newcomer: Person, pictures: Path) -> None:
    newcomer.drop_files(pictures)
    newcomer.until(lambda: newcomer.window.jobs.indexing, "progress")
    assert library_processes(os.getpid())
    newcomer.window.close()
    assert not library_processes(os.getpid())
    assert not newcomer.window.isVisible()

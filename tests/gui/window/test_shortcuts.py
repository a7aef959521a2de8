"""Every shortcut, pressed as a key in the window, does what the menu's line says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QScrollArea
from pytestqt.qtbot import QtBot

from tests.gui.window.conftest import Library
from visearch_desktop.gui.pages.jobs_popover import JobsPopover
from visearch_desktop.gui.pages.sheet import Sheet
from visearch_desktop.gui.window import photo_commands
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import GroupKind, PhotoRow, PhotoView
from visearch_desktop.search.intents import intents
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key on whatever has the focus, as a person does."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)


@pytest.fixture
def asked(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with an answered query and a selected hit."""
    window.session.ask(QueryPicture(photo_id=0, name="a.jpg"))
    qtbot.waitUntil(lambda: window.session.ranking is not None and not window.session.is_searching)
    window.session.select(1)
    return window


@pytest.mark.parametrize(
    ("key", "modifiers", "page"),
    [
        (Qt.Key.Key_Comma, CONTROL, Page.SETTINGS),
        (Qt.Key.Key_P, CONTROL | SHIFT, Page.PROBLEMS),
        (Qt.Key.Key_L, CONTROL, Page.LIBRARY),
        (Qt.Key.Key_L, CONTROL | SHIFT, Page.LIBRARY),
        (Qt.Key.Key_X, CONTROL | SHIFT, Page.LIBRARY),
        (Qt.Key.Key_R, NONE, Page.PHOTO),
        (Qt.Key.Key_C, NONE, Page.COMPARE),
        (Qt.Key.Key_Space, NONE, Page.PHOTO),
        (Qt.Key.Key_Return, NONE, Page.PHOTO),
    ],
)
def test_a_key_leads_to_a_page(asked: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier, page: Page) -> None:
    asked.panes.focus_page()
    press(asked, key, modifiers)
    assert asked.page is page
    if key == Qt.Key.Key_L:
        assert asked.session.view.recent == bool(modifiers & SHIFT)


@pytest.mark.parametrize(("number", "kind"), list(enumerate(GroupKind, start=1)))
def test_control_shift_and_a_number_show_groups(asked: MainWindow, number: int, kind: GroupKind) -> None:
    press(asked, Qt.Key.Key_0 + number, CONTROL | SHIFT)
    assert asked.session.view == PhotoView(groups=kind)
    is_listed_in_rows = kind is GroupKind.DUPLICATES  # all of each group is on the page, and has a name of its own
    assert asked.menus.actions["whole_group"].isEnabled() != is_listed_in_rows
    press(asked, Qt.Key.Key_L, CONTROL)
    assert not asked.menus.actions["whole_group"].isEnabled()


def test_the_way_there_and_back(asked: MainWindow) -> None:
    press(asked, Qt.Key.Key_Comma, CONTROL)
    press(asked, Qt.Key.Key_Left, ALT)
    assert asked.page is Page.RESULTS
    press(asked, Qt.Key.Key_Right, ALT)
    assert asked.page is Page.SETTINGS
    press(asked, Qt.Key.Key_Return, CONTROL)
    assert asked.page is Page.RESULTS


def test_s_asks_for_the_selected_hit(asked: MainWindow, library: Library) -> None:
    asked.panes.focus_page()
    press(asked, Qt.Key.Key_S)
    assert library.asked(p.Search)[-1].query.pictures[0].photo_id == 1


@pytest.mark.parametrize("number", range(1, 1 + len(intents())))
def test_control_and_a_number_choose_an_intent(asked: MainWindow, number: int) -> None:
    press(asked, Qt.Key.Key_0 + number, CONTROL)
    chosen = asked.menus.intents.actions()[number - 1]
    assert chosen.isChecked()
    assert asked.session.intent == chosen.data()


def test_control_f_goes_to_the_field(asked: MainWindow) -> None:
    asked.panes.focus_page()
    press(asked, Qt.Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is asked.query_bar.field


def test_letters_in_the_field_are_letters(asked: MainWindow) -> None:
    press(asked, Qt.Key.Key_F, CONTROL)
    page = asked.page
    QTest.keyClicks(asked.query_bar.field, "scr?")
    assert asked.query_bar.field.text() == "scr?"
    assert asked.page is page


def test_f5_looks_for_new_files(asked: MainWindow, library: Library) -> None:
    press(asked, Qt.Key.Key_F5)
    assert len(library.asked(p.Index)) == 1


def test_indexing_is_held_by_a_key(asked: MainWindow, library: Library) -> None:
    press(asked, Qt.Key.Key_Space, CONTROL | SHIFT)
    assert library.asked(p.Pause)[-1].paused


@pytest.mark.parametrize(
    ("key", "held", "title"),
    [
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "What happens to my photos"),
        (Qt.Key.Key_F1, SHIFT, "Search for a part of a picture"),
        (Qt.Key.Key_F1, CONTROL, "Compare a hit with the query"),
        (Qt.Key.Key_Question, Qt.KeyboardModifier.NoModifier, "All shortcuts"),
    ],
)
def test_help_and_shortcuts_come_as_a_sheet_and_esc_puts_it_away(
    asked: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier, title: str
) -> None:
    press(asked, key, held)
    (sheet,) = (one for one in asked.findChildren(Sheet) if one.isVisible())
    assert sheet.accessibleName() == title
    press(asked, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_long_sheet_is_read_to_its_end_without_a_mouse(asked: MainWindow) -> None:
    asked.resize(900, 500)
    press(asked, Qt.Key.Key_F1, SHIFT)
    (sheet,) = (one for one in asked.findChildren(Sheet) if one.isVisible())
    bar = sheet.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() > 0
    for _ in range(10):
        press(asked, Qt.Key.Key_PageDown)
    assert bar.value() == bar.maximum()
    press(asked, Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()
    press(asked, Qt.Key.Key_Escape)


def test_control_j_lists_the_jobs(asked: MainWindow) -> None:
    press(asked, Qt.Key.Key_J, CONTROL)
    (popover,) = (one for one in asked.findChildren(JobsPopover) if one.isVisible())
    popover.close()


def searched(window: MainWindow, _library: Library) -> Path | None:
    return window.session.query.pictures[0].path


def followed(window: MainWindow, library: Library) -> Path | None:
    (request,) = library.asked(p.WhyNotFound)
    assert (request.query, request.intent) == (window.session.query, window.session.intent)
    return request.asked.path


def added(_window: MainWindow, library: Library) -> Path | None:
    (request,) = library.asked(p.AddFolder)
    return request.path


@pytest.mark.parametrize(
    ("key", "modifiers", "wanted", "taken"),
    [
        (Qt.Key.Key_O, CONTROL, QFileDialog.FileMode.Directory, added),
        (Qt.Key.Key_O, CONTROL | SHIFT, QFileDialog.FileMode.ExistingFile, searched),
        (Qt.Key.Key_F, CONTROL | SHIFT, QFileDialog.FileMode.ExistingFile, followed),
    ],
)
def test_what_is_chosen_in_the_dialog_is_added_searched_for_or_followed(
    asked: MainWindow,
    library: Library,
    tmp_path: Path,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    wanted: QFileDialog.FileMode,
    taken: Callable[[MainWindow, Library], Path | None],
) -> None:
    chosen = tmp_path
    if wanted is QFileDialog.FileMode.ExistingFile:
        chosen = tmp_path / "can.jpg"
        chosen.write_bytes(b"a picture, as far as the window knows")
    press(asked, key, modifiers)
    dialog = asked.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.fileMode() == wanted
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile(str(chosen))
    dialog.accept()
    assert taken(asked, library) == chosen


def test_a_photo_is_opened_and_shown_by_the_system(asked: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    shown: list[PhotoRow] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    monkeypatch.setattr(photo_commands, "_show_in_folder", shown.append)
    row = next(row for row in asked.session.rows if row.photo_id == 1)
    press(asked, Qt.Key.Key_E, CONTROL)
    assert shown == [row]
    press(asked, Qt.Key.Key_E, CONTROL | SHIFT)
    asked.pages.currentWidget().actions_on_photos.open_outside()
    assert opened == [QUrl.fromLocalFile(str(row.path))] * 2

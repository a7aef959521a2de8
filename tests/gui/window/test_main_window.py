"""The window as a whole: its pages, its panels, and what it remembers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.gui.window.conftest import Library, ask
from visearch_desktop.core.region import Region
from visearch_desktop.gui.theme.palette import Theme
from visearch_desktop.gui.theme.tokens import DARK, tokens
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.service import protocol as p

# --- pages ------------------------------------------------------------------------------------------------------------


def test_an_empty_library_shows_the_start_page_without_panels(open_window, library: Library) -> None:
    library.folders = ()
    window = open_window(library)
    assert window.page == Page.START
    assert not window.sidebar_frame.isVisible()
    assert window.query_bar.field.placeholderText() == "Drop or paste a picture here once your photos are in"
    assert window.status.text == "No photos yet"


def test_the_first_folder_replaces_the_start_page_by_the_library(qtbot, open_window, library: Library) -> None:
    folders, library.folders = library.folders, ()
    window = open_window(library)
    library.folders = folders
    library.tell()
    assert window.page == Page.LIBRARY
    assert window.sidebar_frame.isVisible()


def test_before_the_library_is_open_nothing_is_claimed(qtbot, dressed, library: Library) -> None:
    window = MainWindow(library)
    qtbot.addWidget(window)
    window.show()
    assert window.page is None
    assert window.status.text == "Opening the library…"


def test_a_library_that_cannot_be_opened_says_why_in_the_window(qtbot, dressed, library: Library) -> None:
    window = MainWindow(library)
    qtbot.addWidget(window)
    window.show()
    sentence = "This library is open in another window (process 4121)."
    library.report.emit(p.Failed(0, "LibraryInUseError", sentence, "Close it there."))
    assert window.pages.currentWidget() is window.pages.message
    assert window.pages.message.sentence.text() == sentence


def test_a_query_card_shows_what_is_looked_for_and_its_x_takes_it_out(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    card = window.query_bar.cards[0]
    qtbot.waitUntil(lambda: card.has_thumbnail)
    assert card.picture.name == "IMG_0002.jpg"
    assert card.second_line == "whole picture"
    window.session.set_region(0, Region(1, 2, 280, 525))
    assert card.second_line == "region 280 × 525 px"
    QTest.mouseClick(card.findChild(QAbstractButton), Qt.MouseButton.LeftButton)
    assert not window.query_bar.cards
    assert window.page == Page.LIBRARY


def test_the_thumbnail_of_a_card_has_the_region_in_white(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    card = window.query_bar.cards[0]
    qtbot.waitUntil(lambda: card.has_thumbnail)
    before = card.grab().toImage()
    window.session.set_region(0, Region(200, 150, 400, 300))
    after = card.grab().toImage()
    inside = [(x, y) for x in range(4, 52) for y in range(4, 52)]
    whites = [at for at in inside if after.pixelColor(*at).lightness() > 170 > before.pixelColor(*at).lightness()]
    assert 40 < len(whites) < 300


def test_enter_on_a_card_opens_the_region_tool_and_delete_takes_it_out(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    card = window.query_bar.cards[0]
    card.setFocus()
    QTest.keyClick(card, Qt.Key.Key_Return)
    assert window.page == Page.PHOTO
    QTest.keyClick(window.query_bar.cards[0], Qt.Key.Key_Delete)
    assert not window.session.query.pictures


def test_back_and_forward_by_the_keyboard(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    assert window.query_bar.back.isEnabled()
    window.menus.actions["back"].trigger()
    assert window.page == Page.LIBRARY
    assert not window.query_bar.cards
    window.menus.actions["forward"].trigger()
    assert window.page == Page.RESULTS
    assert len(window.query_bar.cards) == 1


@pytest.mark.parametrize("page", [Page.PROBLEMS, Page.SETTINGS])
def test_pages_without_a_query_are_reached_and_left(qtbot, window: MainWindow, page: Page) -> None:
    window.menus.actions[page.value].trigger()
    assert window.page == page
    window.menus.actions["back"].trigger()
    assert window.page == Page.LIBRARY


# --- panels -----------------------------------------------------------------------------------------------------------


def test_details_stand_right_of_the_results_and_below_them_in_a_small_window(qtbot, window: MainWindow) -> None:
    window.resize(1300, 800)
    ask(qtbot, window)
    window.session.select(1)
    assert window.details.isVisible()
    assert window.details.width() == 336
    window.resize(900, 600)
    qtbot.waitUntil(window.details.strip.isVisible)
    assert not window.details.isVisible()
    assert window.details.strip.height() == 64
    window.details.line.info.click()
    assert window.details.isVisible()
    window.details.close_button.click()
    assert window.details.strip.isVisible()


def test_under_1000_px_the_sidebar_is_a_rail(qtbot, window: MainWindow) -> None:
    window.resize(1200, 700)
    assert window.sidebar.width() == 208
    window.resize(800, 600)
    qtbot.waitUntil(lambda: window.sidebar.is_rail)
    assert window.sidebar.width() == 48
    assert window.minimumSizeHint().width() <= 800


def test_the_details_can_be_kept_open_while_browsing(qtbot, window: MainWindow, library: Library) -> None:
    window.resize(1300, 800)
    assert not window.details.isVisible()
    window.menus.actions["details"].trigger()
    assert window.details.isVisible()
    window.remembered.save()
    assert type(window.remembered)().shows_details


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_full_screen_and_back(qtbot, window: MainWindow) -> None:
    window.menus.actions["full_screen"].trigger()
    assert window.isFullScreen()
    window.menus.actions["full_screen"].trigger()
    assert not window.isFullScreen()


def test_the_theme_is_changed_in_the_menu_and_remembered(qtbot, window: MainWindow) -> None:
    dark = next(action for action in window.menus.themes.actions() if action.data() == Theme.DARK)
    dark.trigger()
    assert tokens(window) is DARK or QApplication.styleHints().colorScheme() != Qt.ColorScheme.Dark
    assert window.remembered.theme == Theme.DARK


def test_size_and_intent_are_remembered(qtbot, open_window, library: Library) -> None:
    window = open_window(library)
    window.resize(720, 560)
    window.session.set_intent("colours")
    window.close()
    again = open_window(Library())
    assert (again.width(), again.height()) == (720, 560)
    assert again.session.intent == "colours"


def test_each_grid_has_its_pictures_as_large_as_they_were_left(qtbot, open_window, library: Library) -> None:
    window = open_window(library)
    ask(qtbot, window)
    window.pages.page(Page.LIBRARY).grid.set_picture_size(240)
    window.pages.page(Page.RESULTS).grid.set_picture_size(112)
    window.close()
    again = open_window(Library())
    assert again.pages.page(Page.LIBRARY).grid.picture_size == 240
    assert again.pages.page(Page.RESULTS).grid.picture_size == 112

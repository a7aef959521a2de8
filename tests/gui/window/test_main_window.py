"""The window as a whole: its pages, panels, panes, menus, and what it remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu

from tests.gui.window.conftest import Library
from visearch_desktop.core.region import Region
from visearch_desktop.gui.theme.palette import Theme
from visearch_desktop.gui.theme.tokens import DARK, tokens
from visearch_desktop.gui.window.actions import MENUS
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


def ask(qtbot, window: MainWindow, photo_id: int = 2) -> None:
    window.session.ask(QueryPicture(photo_id=photo_id))
    qtbot.waitUntil(lambda: window.session.ranking is not None and not window.session.is_searching)


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


# --- keyboard, menus --------------------------------------------------------------------------------------------------


def test_f6_walks_the_panes_and_comes_back(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    window.session.select(1)
    library_report = IndexProgress("first_look", 10, 50, "", 31.0, 20.0)
    window.client.report.emit(p.Progress(0, library_report))
    panes = window.panes()
    assert len(panes) >= 4
    panes[0].setFocus()
    visited = []
    for _ in panes:
        visited.append(window.focusWidget())
        window.next_pane()
    assert len(set(map(id, visited))) == len(panes)
    assert window.focusWidget() is panes[0]
    window.previous_pane()
    assert window.focusWidget() is visited[-1]


def test_every_shortcut_is_there_once(window: MainWindow) -> None:
    keys = [key.toString() for action in window.actions() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    wanted = {"Ctrl+O", "Ctrl+V", "Ctrl+F", "Ctrl+L", "R", "S", "C", "F5", "F11", "Ctrl+,", "F1", "?", "Ctrl+Z"}
    assert wanted <= set(keys)


def test_every_action_has_a_menu_entry(window: MainWindow) -> None:
    in_menus = {action.objectName() for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()}
    assert {entry.name for entries in MENUS.values() for entry in entries if entry.name} <= in_menus


def test_actions_that_make_no_sense_are_off(qtbot, window: MainWindow) -> None:
    actions = window.menus.actions
    assert not actions["compare"].isEnabled()
    assert not actions["more_like_this"].isEnabled()
    window.session.select(3)
    assert actions["more_like_this"].isEnabled()
    assert not actions["compare"].isEnabled()
    ask(qtbot, window)
    window.session.select(1)
    assert actions["compare"].isEnabled()


def test_s_searches_for_the_selected_photo_and_c_compares(qtbot, window: MainWindow, library: Library) -> None:
    window.session.select(3)
    window.menus.actions["more_like_this"].trigger()
    assert window.session.query.pictures[0].photo_id == 3
    qtbot.waitUntil(lambda: window.session.ranking is not None)
    window.session.select(1)
    window.menus.actions["compare"].trigger()
    assert window.page == Page.COMPARE
    assert window.session.compared == 1


def test_r_opens_the_region_tool_on_the_selected_photo(window: MainWindow) -> None:
    window.session.select(4)
    window.menus.actions["region"].trigger()
    assert window.page == Page.PHOTO
    assert window.session.shown.photo_id == 4


def test_copy_path_of_a_photo_whose_row_has_to_be_asked_for(qtbot, window: MainWindow) -> None:
    window.session.select(4)
    window.menus.actions["copy_path"].trigger()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == str(Path("/photos/IMG_0004.jpg")))
    assert window.toast.text == "Path copied."


def test_copied_photos_are_files(qtbot, window: MainWindow) -> None:
    window.session.select(4)
    window.menus.actions["copy"].trigger()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().mimeData().hasUrls())
    assert QGuiApplication.clipboard().mimeData().urls()[0].toLocalFile() == "/photos/IMG_0004.jpg"


def test_ctrl_c_copies_all_selected_files_and_with_shift_their_paths(qtbot, window: MainWindow) -> None:
    grid = window.pages.page(Page.LIBRARY).grid
    qtbot.waitUntil(lambda: grid.model().rowCount() == 60 and grid.photos().photo_at(1) is not None)
    grid.setFocus()
    grid.selectionModel().select(grid.model().index(0, 0), QItemSelectionModel.SelectionFlag.Select)
    grid.selectionModel().setCurrentIndex(grid.model().index(1, 0), QItemSelectionModel.SelectionFlag.Select)
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    urls = QGuiApplication.clipboard().mimeData().urls()
    assert [url.fileName() for url in urls] == ["IMG_0000.jpg", "IMG_0001.jpg"]
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not QGuiApplication.clipboard().mimeData().hasUrls()
    assert QGuiApplication.clipboard().text().endswith("IMG_0001.jpg")


def test_ctrl_c_in_the_search_field_copies_its_text(window: MainWindow) -> None:
    window.session.select(4)
    field = window.query_bar.field
    field.setText("harbour")
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "harbour"
    assert not QGuiApplication.clipboard().mimeData().hasUrls()


def test_the_sheet_of_shortcuts_opens_and_esc_puts_it_away(qtbot, window: MainWindow) -> None:
    window.focus_page()
    before = window.focusWidget()
    window.menus.actions["shortcuts"].trigger()
    from visearch_desktop.gui.pages.sheet import Sheet

    shown = next(one for one in window.findChildren(Sheet) if one.isVisible())
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert window.focusWidget() is before


def test_every_icon_only_button_has_a_name_and_a_tool_tip(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    window.session.select(1)
    nameless = [
        button
        for button in window.findChildren(QAbstractButton)
        if not button.text() and not button.accessibleName() and button.isVisible()
    ]
    assert not nameless


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


# --- messages, jobs ---------------------------------------------------------------------------------------------------


def test_removing_a_folder_can_be_undone(qtbot, window: MainWindow, library: Library) -> None:
    window.sidebar.folder_removed.emit(library.folders[1])
    assert library.asked(p.RemoveFolder)[0].folder_id == 2
    assert window.toast.text.startswith("Archive disk is no longer searched.")
    window.menus.actions["undo"].trigger()
    assert library.asked(p.RestoreFolder)[0].folder_id == 2
    window.menus.actions["undo"].trigger()
    assert len(library.asked(p.RestoreFolder)) == 1


def test_undo_is_possible_after_the_message_has_gone(qtbot, window: MainWindow, library: Library) -> None:
    window.intake.remove_folder(library.folders[0])
    window.toast.hide()
    window.menus.actions["undo"].trigger()
    assert library.asked(p.RestoreFolder)[0].folder_id == 1


def test_a_folder_that_cannot_be_added_is_said(qtbot, window: MainWindow, library: Library) -> None:
    library.answers[p.AddFolder] = lambda request: [p.Failed(request.job, "FolderError", "It is not there.", "")]
    window.intake.add_folder(Path("/nowhere"))
    qtbot.waitUntil(lambda: window.toast.text == "It is not there.")


def test_a_restart_of_the_search_part_is_said(window: MainWindow, library: Library) -> None:
    library.restarted.emit("The search part stopped and was started again. Your search is repeated.")
    assert window.toast.isVisible()


def test_progress_pause_and_the_end_of_indexing(qtbot, window: MainWindow, library: Library) -> None:
    library.report.emit(p.Progress(7, IndexProgress("first_look", 8120, 12004, "IMG_1.jpg", 31.2, 118.0)))
    assert window.status.text == "8,120 of 12,004 photos · 31 a second · about 2 minutes left"
    assert window.status.right.whole == "You can search now: 60 photos by look, 60 of them by detail"
    window.status.pause.click()
    assert library.asked(p.Pause)[0].paused is True
    library.report.emit(p.Paused(0, True))
    assert window.status.text == "Paused at 8,120 of 12,004 photos"
    assert window.status.pause.text() == "Resume"
    library.report.emit(p.Finished(7))
    assert window.status.text == "60 photos are ready"


def test_waiting_for_mains_power_is_said_and_passes_by_itself(qtbot, window: MainWindow, library: Library) -> None:
    library.report.emit(p.Progress(0, IndexProgress("first_look", 8120, 12004, "a.jpg", 31.0, 120.0)))
    library.report.emit(p.Waiting(0, True))
    assert window.status.text == "Waiting: runs on mains power only"
    library.report.emit(p.Waiting(0, False))
    assert window.status.text.startswith("8,120 of 12,004 photos")


def test_counts_change_at_most_twice_a_second(qtbot, window: MainWindow, library: Library) -> None:
    for done in range(1, 40):
        library.report.emit(p.Progress(7, IndexProgress("first_look", done, 100, "", 0.0, None)))
    assert window.status.text == "1 of 100 photos"
    qtbot.waitUntil(lambda: window.status.text == "39 of 100 photos", timeout=2000)


def test_the_status_line_says_what_a_search_covered(qtbot, window: MainWindow) -> None:
    window.resize(1300, 800)
    ask(qtbot, window)
    assert window.status.right.whole == "Searched 12,004 photos · 4 hits · verified the best 100 in 38 ms"


def test_the_list_of_jobs_pauses_and_cancels(qtbot, window: MainWindow, library: Library) -> None:
    from visearch_desktop.gui.pages.jobs_popover import JobsPopover

    library.report.emit(p.Progress(7, IndexProgress("closer_look", 10, 50, "IMG_1.jpg", 3.0, None)))
    library.report.emit(p.Progress(9, IndexProgress("network", 10_000_000, 50_000_000, "resnet101", 0.0, None)))
    window.show_jobs()
    popover = window.findChild(JobsPopover)
    assert set(popover.lines) == {7, 9}
    assert "10 of 50 photos" in popover.lines[7].state.text()
    popover.lines[9].cancel.click()
    assert library.asked(p.Cancel)[-1].other == 9
    library.report.emit(p.Finished(9, cancelled=True))
    assert set(popover.lines) == {7}
    popover.close()


@pytest.mark.parametrize("page", [Page.PROBLEMS, Page.SETTINGS])
def test_pages_without_a_query_are_reached_and_left(qtbot, window: MainWindow, page: Page) -> None:
    window.menus.actions[page.value].trigger()
    assert window.page == page
    window.menus.actions["back"].trigger()
    assert window.page == Page.LIBRARY


def test_verifying_is_shown_until_the_verified_ranking_comes(qtbot, window: MainWindow, library: Library) -> None:
    library.hold()
    window.session.ask(QueryPicture(photo_id=2))
    job = library.asked(p.Search)[-1].job
    library.deliver(p.Verifying(job, 31, 100))
    assert window.status.text == "Verifying 31 of 100 candidates"
    library.let_go()
    qtbot.waitUntil(lambda: window.session.ranking is not None)
    assert window.status.text == "60 photos are ready"

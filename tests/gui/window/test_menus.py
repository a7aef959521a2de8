"""The window without a mouse: panes, menus, and what their lines do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu

from tests.gui.window.conftest import Library, ask
from visearch_desktop.gui.window.actions import MENUS
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.service import protocol as p


def test_f6_walks_the_panes_and_comes_back(qtbot, window: MainWindow) -> None:
    ask(qtbot, window)
    window.session.select(1)
    library_report = IndexProgress("first_look", 10, 50, "", 31.0, 20.0)
    window.client.report.emit(p.Progress(0, library_report))
    panes = window.panes.all()
    assert len(panes) >= 4
    panes[0].setFocus()
    visited = []
    for _ in panes:
        visited.append(window.focusWidget())
        window.panes.next()
    assert len(set(map(id, visited))) == len(panes)
    assert window.focusWidget() is panes[0]
    window.panes.previous()
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
    window.panes.focus_page()
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

"""The library's parts on the left."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest

from tests.gui.window.conftest import Library
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.sidebar import Sidebar
from visearch_desktop.gui.window.sidebar_rows import ROW
from visearch_desktop.library.rows import GroupKind, PhotoView
from visearch_desktop.service import protocol as p


def index_of(sidebar: Sidebar, title: str, below: QModelIndex | None = None) -> QModelIndex:
    model, parent = sidebar.model(), below or QModelIndex()
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        if index.data(ROW).title == title:
            return index
        inner = index_of(sidebar, title, index)
        if inner.isValid():
            return inner
    return QModelIndex()


def click(sidebar: Sidebar, title: str) -> None:
    at = sidebar.visualRect(index_of(sidebar, title)).center()
    at.setX(60)
    QTest.mouseClick(sidebar.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_it_lists_views_folders_with_subfolders_and_problems(window: MainWindow) -> None:
    titles = [row.title for row in window.sidebar.rows()]
    assert titles == [
        "Library", "All photos", "Recently added", "Folders", "Pictures", "2026", "Coast", "Archive disk",
        "Care", "Problems",
    ]  # fmt: skip
    spoken = index_of(window.sidebar, "Archive disk").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Archive disk, 10 photos, not connected"


def test_visual_groups_are_listed_by_kind_once_there_are_any(window: MainWindow, library: Library) -> None:
    found = {GroupKind.DUPLICATES: 3, GroupKind.SAME: 1}
    window.client.report.emit(p.LibraryChanged(0, replace(library.overview(), groups=found)))
    titles = [row.title for row in window.sidebar.rows()]
    at = titles.index("Groups")
    assert titles[at : at + 3] == ["Groups", "Places and objects", "Near duplicates"]
    spoken = index_of(window.sidebar, "Near duplicates").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Near duplicates, 3 groups"
    click(window.sidebar, "Near duplicates")
    assert window.session.view == PhotoView(groups=GroupKind.DUPLICATES)
    row = index_of(window.sidebar, "Near duplicates").data(ROW)
    assert window.sidebar.is_shown(row)
    window.session.show_view(PhotoView(groups=GroupKind.DUPLICATES, group_id=7))
    assert window.sidebar.is_shown(row), "one of its groups"
    assert not window.sidebar.is_shown(index_of(window.sidebar, "All photos").data(ROW))


def test_a_click_shows_that_part(window: MainWindow) -> None:
    click(window.sidebar, "2026")
    assert (window.session.view.folder_id, window.session.view.below) == (1, "2026")
    assert window.sidebar.is_shown(index_of(window.sidebar, "2026").data(ROW))
    assert not window.sidebar.is_shown(index_of(window.sidebar, "All photos").data(ROW))
    click(window.sidebar, "Problems")
    assert window.page == Page.PROBLEMS


def test_a_heading_leads_nowhere(window: MainWindow) -> None:
    click(window.sidebar, "Folders")
    assert window.page == Page.LIBRARY
    assert not window.session.can_go_back


def test_arrows_and_enter_do_what_the_mouse_does(window: MainWindow) -> None:
    sidebar = window.sidebar
    sidebar.setFocus()
    assert sidebar.currentIndex().data(ROW).title == "All photos"
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    QTest.keyClick(sidebar, Qt.Key.Key_Return)
    assert window.session.view.recent
    QTest.keyClick(sidebar, Qt.Key.Key_Down)
    assert sidebar.currentIndex().data(ROW).title == "Pictures", "headings are stepped over"


def test_counts_follow_the_library_and_the_current_row_stays(window: MainWindow, library: Library) -> None:
    sidebar = window.sidebar
    sidebar.setCurrentIndex(index_of(sidebar, "2026"))
    library.folders = (replace(library.folders[0], count=51), library.folders[1])
    library.tell()
    assert index_of(sidebar, "Pictures").data(ROW).count == 51
    assert sidebar.currentIndex().data(ROW).title == "2026"


def test_a_folder_can_be_folded_and_stays_so(window: MainWindow, library: Library) -> None:
    sidebar = window.sidebar
    pictures = index_of(sidebar, "Pictures")
    assert sidebar.isExpanded(pictures)
    at = sidebar.visualRect(pictures).center()
    at.setX(sidebar.viewport().width() - 12)
    QTest.mouseClick(sidebar.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert not sidebar.isExpanded(index_of(sidebar, "Pictures"))
    library.folders = (replace(library.folders[0], count=51), library.folders[1])
    library.tell()
    assert not sidebar.isExpanded(index_of(sidebar, "Pictures"))


def test_the_menu_of_a_folder_removes_it(window: MainWindow, library: Library, qtbot) -> None:
    menu = window.sidebar.folder_menu(library.folders[0])
    remove = next(action for action in menu.actions() if action.text().startswith("Remove"))
    with qtbot.waitSignal(window.sidebar.folder_removed) as removed:
        remove.trigger()
    assert removed.args[0].folder_id == 1

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.gui.fake_client import FakeClient, photo_row
from visearch_desktop.gui.library.page import LibraryPage
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import Order, PhotoView
from visearch_desktop.service import protocol as p


@pytest.fixture
def opened(qtbot):
    made = []

    def make(rows) -> LibraryPage:
        client = FakeClient(rows)
        session = Session(client)
        client.start(None)
        page = LibraryPage(client, session)
        qtbot.addWidget(page)
        page.client, page.session = client, session
        page.resize(900, 640)
        page.show()
        qtbot.waitUntil(lambda: page.model.is_known and page.model.rowCount() == len(rows))
        made.append(page)
        return page

    yield make
    for page in made:
        page.stop()


def rows(count: int, first: int = 0):
    return [photo_row(i) for i in range(first, first + count)]


def in_view(page: LibraryPage) -> dict[int, int]:
    """The photos in view, with their heights."""
    shown = {page.model.photo_at(i): page.grid.visualRect(page.model.index(i)).top() for i in page.grid.visible()}
    return {row.photo_id: top for row, top in shown.items() if row is not None}


def test_photos_stand_below_their_months_with_counts(opened):
    page = opened(rows(200))
    headings = [(heading.title, heading.count) for heading in page.model.headings()]
    assert headings == [("July 2026", 84), ("June 2026", 84), ("May 2026", 32)]


def test_photos_that_arrive_above_and_between_do_not_move_what_is_looked_at(opened, qtbot):
    page = opened(rows(600, first=100))
    page.grid.verticalScrollBar().setValue(4000)
    qtbot.waitUntil(lambda: len(in_view(page)) > 8)
    before = in_view(page)
    chosen = list(before)[6]
    page.grid.setCurrentIndex(page.model.index(page.model.index_of(chosen)))
    page.client.change(rows(700))
    qtbot.waitUntil(lambda: page.model.rowCount() == 700)
    after = in_view(page)
    assert after[chosen] == before[chosen]
    current = page.grid.currentIndex().row()
    assert page.model.photo_at(current).photo_id == chosen
    assert list(page.grid.selected_indexes()) == [current]
    assert page.session.selected == chosen


def test_photos_that_leave_take_only_themselves_from_the_selection(opened, qtbot):
    page = opened(rows(300))
    page.grid.setCurrentIndex(page.model.index(4))
    page.client.change([row for row in rows(300) if row.photo_id not in (1, 2, 7)])
    qtbot.waitUntil(lambda: page.model.rowCount() == 297)
    assert page.model.photo_at(page.grid.currentIndex().row()).photo_id == 4
    assert page.grid.currentIndex().row() == 2


def test_a_thumbnail_that_is_done_appears_without_a_reset(opened, qtbot):
    page = opened([photo_row(i, has_thumbnail=False) for i in range(30)])
    resets = []
    page.model.modelReset.connect(lambda: resets.append(1))
    page.client.change(rows(30))
    qtbot.waitUntil(lambda: all(page.grid._thumbnails.pixmap(i) is not None for i in range(6)))
    assert resets == []


def test_the_top_stays_the_top_while_photos_come_in(opened, qtbot):
    page = opened(rows(100, first=50))
    page.client.change(rows(150))
    qtbot.waitUntil(lambda: page.model.rowCount() == 150)
    assert page.grid.verticalScrollBar().value() == 0
    assert page.model.photo_at(0).photo_id == 0


def test_the_focus_alone_selects_nothing_and_holds_nothing_in_place(opened, qtbot):
    page = opened(rows(100, first=50))
    page.grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: page.grid.currentIndex().isValid())
    assert page.session.selected is None
    page.client.change(rows(150))
    qtbot.waitUntil(lambda: page.model.rowCount() == 150)
    assert page.grid.verticalScrollBar().value() == 0
    assert page.model.photo_at(page.grid.currentIndex().row()).photo_id == 50


def test_a_page_that_is_not_looked_at_asks_for_nothing_until_it_is(opened, qtbot):
    page = opened(rows(100))
    page.hide()
    before = len(page.client.sent)
    for count in (110, 120, 130):
        page.client.change(rows(count))
    assert len(page.client.sent) == before
    page.show()
    qtbot.waitUntil(lambda: page.model.rowCount() == 130)


def test_changes_that_come_faster_than_answers_end_with_the_last_state(opened, qtbot):
    page = opened(rows(100))
    page.client.hold()
    for count in (120, 140, 160):
        page.client.change(rows(count))
    page.client.let_go()
    qtbot.waitUntil(lambda: page.model.rowCount() == 160)


def test_the_order_is_chosen_from_the_button(opened, qtbot):
    page = opened(rows(100))
    by_order = {action.data(): action for action in page._orders.actions()}
    assert page._order.text() == "Newest first"
    by_order[Order.OLDEST.value].trigger()
    qtbot.waitUntil(lambda: page.model.photo_at(0) == photo_row(99))
    assert page._order.text() == "Oldest first"
    assert page.scrubber.isVisible()
    by_order[Order.NAME.value].trigger()
    qtbot.waitUntil(lambda: page.model.headings()[0].title == "")
    assert not page.scrubber.isVisible()
    assert page.session.view.order is Order.NAME
    page.session.back()
    qtbot.waitUntil(lambda: page.model.photo_at(0) == photo_row(99))


def test_going_back_restores_the_place_and_the_selection(opened, qtbot):
    page = opened(rows(900))
    page.grid.verticalScrollBar().setValue(3000)
    qtbot.waitUntil(lambda: page.session.place.scroll == 3000)
    qtbot.waitUntil(lambda: len(in_view(page)) > 5)
    chosen = list(in_view(page))[9]
    page.grid.setCurrentIndex(page.model.index(page.model.index_of(chosen)))
    assert page.grid.verticalScrollBar().value() == 3000
    page.session.show_view(PhotoView(order=Order.OLDEST))
    qtbot.waitUntil(lambda: page.grid.verticalScrollBar().value() == 0)
    page.session.back()
    qtbot.waitUntil(lambda: page.grid.verticalScrollBar().value() == 3000)
    qtbot.waitUntil(lambda: page.grid.currentIndex().isValid())
    assert page.model.photo_at(page.grid.currentIndex().row()).photo_id == chosen


def test_the_scrubber_says_the_month_and_goes_there(opened, qtbot):
    page = opened(rows(2000))
    scrubber = page.scrubber
    assert scrubber.key_at(0.0) == "2026-07"
    assert {year for _, year in scrubber.years()} == {"2026", "2025", "2024"}
    QTest.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(20, scrubber.height() // 2))
    layout = page.grid.layout_of_cells
    assert abs(page.grid.verticalOffset() - layout.height // 2) < 40
    assert scrubber.accessibleDescription() == page.grid._sticky.accessibleName().split(",")[0]


def test_an_empty_view_says_so(opened):
    page = opened([])
    assert page.notice.isVisible()
    assert page.notice.sentence == "No photos yet."


def test_keys_and_double_click_open_search_and_copy(opened, qtbot):
    page = opened(rows(60))
    page.grid.setCurrentIndex(page.model.index(3))
    said = []
    page.said.connect(said.append)
    QTest.keyClick(page.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "/photos/IMG_0003.jpg"
    QTest.keyClick(page.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert [url.toLocalFile() for url in QGuiApplication.clipboard().mimeData().urls()] == ["/photos/IMG_0003.jpg"]
    assert said == ["Path copied.", "Copied."]
    QTest.keyClick(page.grid, Qt.Key.Key_Space)
    assert (page.session.page, page.session.shown.photo_id) == (Page.PHOTO, 3)
    page.session.back()
    cell = page.grid.visualRect(page.model.index(5)).center()
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    QTest.mouseDClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert (page.session.page, page.session.shown.photo_id) == (Page.PHOTO, 5)
    page.session.back()
    QTest.keyClick(page.grid, Qt.Key.Key_S)
    assert page.session.query.pictures[0].photo_id == 5
    assert page.client.asked(p.Search)[-1].query.pictures[0].name == "IMG_0005.jpg"


def test_the_context_menu_offers_what_can_be_done(opened):
    page = opened([replace(row, is_offline=row.photo_id == 1) for row in rows(20)])
    page.grid.setCurrentIndex(page.model.index(0))
    menu = page.actions_on_photos.menu()
    texts = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    wanted = [
        "More like this",
        "Compare",
        "Open",
        "These show the same…",
        "Take out of its group",
        "Open in another program",
        "Show in folder",
        "Copy",
        "Copy path",
    ]
    assert texts == wanted
    by_text = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert not by_text["Compare"].isEnabled(), "there is no query to compare with"
    page.grid.setCurrentIndex(page.model.index(1))
    by_text = {action.text().split("\t")[0]: action for action in page.actions_on_photos.menu().actions()}
    assert not by_text["Show in folder"].isEnabled(), "its drive is not connected"
    assert by_text["Copy path"].isEnabled()

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.gui.fake_client import FakeClient, hit, photo_row, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.results.page import ResultsPage
from visearch_desktop.gui.theme.tokens import LIGHT
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.hits import Stage
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p

INLIERS = [634, 393, 103, 52, 12, 11]


def some_hits(count: int = 43):
    return [hit(i, i + 1, INLIERS[i] if i < len(INLIERS) else 0, 0.9 - i / 500) for i in range(count)]


@pytest.fixture
def opened(qtbot):
    made = []

    def make(*answers, ask: bool = True) -> ResultsPage:
        client = FakeClient([photo_row(i, width=800, height=600) for i in range(1000)])
        client.rankings = [list(answers)] if answers else []
        session = Session(client)
        client.start(None)
        page = ResultsPage(client, session)
        qtbot.addWidget(page)
        page.client, page.session = client, session
        page.resize(880, 640)
        page.show()
        made.append(page)
        if ask:
            session.ask(QueryPicture(photo_id=999, name="Snapshot.jpg"))
            qtbot.waitUntil(lambda: session.ranking is not None and not session.is_searching)
        return page

    yield make
    for page in made:
        page.stop()


def top_of(page: ResultsPage, photo_id: int) -> int:
    return page.grid.visualRect(page.model.index(page.model.index_of(photo_id))).top()


def test_hits_stand_in_groups_with_word_count_reason_and_bars(opened):
    page = opened(ranking(some_hits()))
    assert [(h.title, h.count, h.bars) for h in page.model.headings()] == [
        ("Sure", 4, 3),
        ("Likely", 2, 2),
        ("Maybe", 37, 1),
    ]
    assert page.model.headings()[0].note == "enough details agree in one perspective"
    assert page.grid.accessibleDescription() == "43 hits, 4 sure"


def test_only_what_stands_out_is_shown_until_the_rest_is_asked_for(opened, qtbot):
    page = opened(ranking(some_hits(300), standing_out=20))
    assert page.model.rowCount() == 20
    page.grid.verticalScrollBar().setValue(page.grid.verticalScrollBar().maximum())
    assert page._more.isVisible()
    bottom = page.grid.visualRect(page.model.index(19)).bottom()
    assert page.footer.y() >= bottom - 8
    QTest.mouseClick(page._more, Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 300
    assert not page._more.isVisible()


def test_scrolling_to_the_end_asks_for_all_results_not_forty(opened, qtbot):
    page = opened(ranking(some_hits(1000), standing_out=20))
    assert page.model.rowCount() == 20
    page.show_everything()
    assert page.model.rowCount() == 300
    page.grid.verticalScrollBar().setValue(page.grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: page.model.rowCount() == 1000)
    assert page.client.asked(p.Search)[-1].limit == 1200
    assert page.grid.verticalOffset() > 3000, "the place is kept"


def test_nothing_found_is_said_with_what_to_try(opened, qtbot):
    page = opened(ranking([hit(i, i + 1, 0, 0.2) for i in range(50)], standing_out=0))
    assert page.notice.sentence == f"None of {page.tr('12004')} photos shows this.".replace("12004", "12004")
    page.session.set_region(0, Region(10, 10, 200, 200))
    qtbot.waitUntil(lambda: not page.session.is_searching)
    assert [b.text() for b in buttons(page)] == ["Show what looks similar", "Search for the whole picture"]
    QTest.mouseClick(buttons(page)[1], Qt.MouseButton.LeftButton)
    assert page.session.query.pictures[0].region is None
    qtbot.waitUntil(lambda: not page.session.is_searching)
    QTest.mouseClick(buttons(page)[0], Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 50
    assert page.grid.isVisible()


def test_that_no_photo_shows_it_is_not_said_while_photos_are_still_looked_at(opened):
    page = opened(ranking([hit(i, i + 1, 0, 0.2) for i in range(50)], standing_out=0))
    page.show_growing(True)
    assert page.notice.sentence == "Nothing yet in the 12004 photos done so far. This page fills by itself."
    page.show_growing(False)
    assert page.notice.sentence == "None of 12004 photos shows this."


def buttons(page):
    from PySide6.QtWidgets import QPushButton

    found = page.notice.findChildren(QPushButton, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [button for button in found if button.isVisible()]


def test_a_verified_ranking_replaces_the_first_and_the_selected_photo_stays_where_it_is(opened, qtbot):
    first = ranking([hit(i, i + 1, 0, 0.9 - i / 500) for i in range(120)], stage=Stage.FIRST)
    page = opened(first)
    page.grid.verticalScrollBar().setValue(900)
    chosen = page.model.photo_at(list(page.grid.visible())[7]).photo_id
    page.grid.setCurrentIndex(page.model.index(page.model.index_of(chosen)))
    before = top_of(page, chosen)
    order = [chosen, *(i for i in range(119, -1, -1) if i != chosen)]
    verified = ranking([hit(i, n + 1, 90 if n % 9 == 4 else 0, 0.5) for n, i in enumerate(reversed(order))])
    page.session._take(verified, tuple(photo_row(h.photo_id) for h in verified.hits))
    assert page.model.photo_at(page.grid.currentIndex().row()).photo_id == chosen
    assert list(page.grid.selected_indexes()) == [page.grid.currentIndex().row()]
    bar = page.grid.verticalScrollBar()
    assert top_of(page, chosen) == before or bar.value() in (0, bar.maximum())
    assert 0 <= top_of(page, chosen) < page.grid.viewport().height()


def test_nothing_moves_while_a_mouse_button_is_down(opened, qtbot):
    page = opened(ranking(some_hits()))
    shown = [page.model.photo_at(i).photo_id for i in range(6)]
    at = page.grid.visualRect(page.model.index(2)).center()
    QTest.mousePress(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    other = ranking([hit(i, n + 1, 50) for n, i in enumerate(range(20, 40))])
    page.session._take(other, tuple(photo_row(h.photo_id) for h in other.hits))
    assert [page.model.photo_at(i).photo_id for i in range(6)] == shown
    QTest.mouseRelease(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: page.model.photo_at(0).photo_id == 20)


def test_new_hits_fade_in_and_those_that_stay_do_not(opened, qtbot):
    page = opened(ranking(some_hits(20)))
    qtbot.waitUntil(lambda: page.grid._delegate.opacity == 1.0)
    more = ranking(some_hits(26))
    page.session._take(more, tuple(photo_row(h.photo_id) for h in more.hits))
    assert page.grid._delegate.fading == frozenset(range(20, 26))
    qtbot.waitUntil(lambda: page.grid._delegate.opacity == 1.0)


def test_the_outline_lies_on_the_photo_where_it_was_found(opened, qtbot):
    page = opened(ranking([hit(1, 1, 400, quad=Region(200, 150, 400, 300).quad())]))
    qtbot.waitUntil(lambda: page.grid._thumbnails.pixmap(1) is not None)
    qtbot.waitUntil(lambda: page.grid._delegate.opacity == 1.0)
    image, box = page.grid.grab().toImage(), page.grid.layout_of_cells.picture(0)
    scale = box.width / 800
    left, middle = box.x + round(200 * scale), box.y + round(300 * scale)
    strip = [image.pixelColor(left + dx, middle) for dx in range(-3, 4)]
    assert any(near(colour, LIGHT.found) for colour in strip), [c.name() for c in strip]
    inside = image.pixelColor(left + 12, middle)
    assert not near(inside, LIGHT.found), "the outline has no fill"


def near(one, other) -> bool:
    return all(abs(a - b) < 60 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def test_a_double_click_and_c_compare_and_enter_opens(opened):
    page = opened(ranking(some_hits()))
    cell = page.grid.visualRect(page.model.index(1)).center()
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert page.session.selected == 1
    QTest.mouseDClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert (page.session.page, page.session.compared) == (Page.COMPARE, 1)
    page.session.back()
    QTest.keyClick(page.grid, Qt.Key.Key_C)
    assert (page.session.page, page.session.compared) == (Page.COMPARE, 1)
    page.session.back()
    QTest.keyClick(page.grid, Qt.Key.Key_Return)
    assert (page.session.page, page.session.shown.photo_id) == (Page.PHOTO, 1)


def test_the_tool_tip_says_how_many_matches_agree(opened):
    page = opened(ranking([hit(1, 1, 103, 0.74, tentative=264)]))
    tip = page.model.data(page.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert tip == "103 of 264 matches agree · similarity 0.74"


def test_a_query_that_cannot_be_read_is_one_sentence(opened, qtbot):
    page = opened(ask=False)
    sentence = "“a.jpg” cannot be read as a photo. The file is empty: it holds no bytes at all."
    page.client.answers[p.Search] = lambda request: [p.Failed(request.job, "PhotoError", sentence, "Copy it again.")]
    page.session.ask(QueryPicture(photo_id=1, name="a.jpg"))
    qtbot.waitUntil(lambda: page.notice.sentence == sentence)
    assert page.notice.isVisible()


def test_going_back_to_the_results_finds_them_where_they_were(opened, qtbot):
    page = opened(ranking(some_hits(200)))
    page.grid.verticalScrollBar().setValue(1200)
    qtbot.waitUntil(lambda: page.session.place.scroll == 1200)
    page.session.open_photo(50)
    page.session.back()
    assert page.grid.verticalOffset() == 1200


def test_hover_marks_the_cell_below_the_pointer_alone(opened, qtbot):
    page = opened(ranking(some_hits(4)))
    QTest.mouseMove(page.grid.viewport(), page.grid.visualRect(page.model.index(2)).center())
    qtbot.waitUntil(lambda: page.grid._hovered == 2)
    QTest.mouseMove(page.grid.viewport(), QPoint(400, 500))
    qtbot.waitUntil(lambda: page.grid._hovered == -1)

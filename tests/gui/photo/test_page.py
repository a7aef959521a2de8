"""On the photo page a box is the query: answers follow it while it is dragged, and are verified when it rests."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.grid.model import Role
from visearch_desktop.gui.photo.page import PhotoPage
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.hits import Stage
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


@pytest.fixture
def client(client: FakeClient) -> FakeClient:
    hits = [hit(1, 1, 143), hit(3, 2, 9), hit(2, 3, 30), hit(4, 4, 0, 0.61), hit(5, 5, 0, 0.3)]
    first = ranking([hit(i, n + 1, 0, 0.6) for n, i in enumerate((4, 1, 3))], stage=Stage.FIRST)
    client.rankings = [[first, ranking(hits, standing_out=4)]]
    return client


def draw(qtbot: QtBot, page: PhotoPage, *, release: bool = True) -> None:
    canvas = page.canvas
    middle = canvas.rect().center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(120, 90))
    qtbot.mouseMove(canvas, middle)
    qtbot.mouseMove(canvas, middle + QPoint(60, 60))
    if release:
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 60))


def test_the_photo_is_shown_with_its_name_date_and_folder(qtbot: QtBot, page: PhotoPage) -> None:
    qtbot.waitUntil(lambda: page.name.text() == "IMG_0001.jpg")
    assert "Pictures" in page.facts.text()
    assert page.panel.fields["width"].value() == 800
    assert page.canvas.region is None


def test_a_box_becomes_the_query_and_the_page_stays(
    qtbot: QtBot, page: PhotoPage, session: Session, client: FakeClient
) -> None:
    draw(qtbot, page)
    assert session.page is Page.PHOTO
    assert session.query.pictures[0].region == page.canvas.region
    assert session.query.pictures[0].photo_id == 1
    qtbot.waitUntil(lambda: session.ranking is not None and session.ranking.stage is Stage.VERIFIED)
    assert page.strip.model().rowCount() == 4
    shown = [page.strip.model().index(i).data(Role.PHOTO).photo_id for i in range(4)]
    assert shown == [1, 2, 3, 4]
    assert [h.title for h in page.strip.model().headings()] == ["Sure", "Likely", "Maybe"]


def test_while_the_box_is_dragged_nothing_is_verified_and_when_it_rests_it_is(
    qtbot: QtBot, page: PhotoPage, session: Session, client: FakeClient
) -> None:
    draw(qtbot, page)
    qtbot.waitUntil(lambda: not session.is_searching)
    before = len(client.asked(p.Search))
    middle = page.canvas.rect().center()
    qtbot.mousePress(page.canvas, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(1, 6):
        qtbot.mouseMove(page.canvas, middle + QPoint(6 * step, 0))
        qtbot.wait(5)
    dragging = client.asked(p.Search)[before:]
    assert dragging
    assert not any(search.verify for search in dragging)
    qtbot.mouseRelease(page.canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    qtbot.waitUntil(lambda: client.asked(p.Search)[-1].verify)
    assert client.asked(p.Search)[-1].query.pictures[0].region == page.canvas.region


def test_the_panel_says_how_much_there_is_to_go_on(qtbot: QtBot, page: PhotoPage) -> None:
    draw(qtbot, page)
    qtbot.waitUntil(lambda: "Plenty to go on: 617 details." in page.panel.summary.text())
    assert "% of the photo" in page.panel.summary.text()


def test_without_a_box_the_panel_says_how_to_draw_one(page: PhotoPage) -> None:
    assert page.panel.summary.text().startswith("Drag a box round what you look for.")


def test_typed_numbers_move_the_box_and_stay_inside_the_photo(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    draw(qtbot, page)
    field = page.panel.fields["left"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "5000")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    region = session.query.pictures[0].region
    assert region is not None
    assert region == page.canvas.region
    assert region.right <= 800


def test_clearing_the_box_looks_for_the_whole_photo(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    draw(qtbot, page)
    qtbot.mouseClick(page.panel.clear_button, Qt.MouseButton.LeftButton)
    assert page.canvas.region is None
    assert session.query.pictures[0].region is None


def test_enter_shows_all_answers_and_back_returns_with_the_box(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    draw(qtbot, page)
    drawn = page.canvas.region
    page.canvas.setFocus()
    qtbot.keyClick(page.canvas, Qt.Key.Key_Return)
    assert session.page is Page.RESULTS
    session.back()
    assert session.page is Page.PHOTO
    assert page.canvas.region == drawn


def test_the_selected_answer_stays_selected_when_the_ranking_changes(
    qtbot: QtBot, page: PhotoPage, session: Session
) -> None:
    draw(qtbot, page)
    qtbot.waitUntil(lambda: page.strip.model().rowCount() == 4)
    qtbot.waitUntil(lambda: not session.is_searching)
    session.select(3)
    page.strip.show_current(3)
    session.set_region(0, Region(10, 10, 100, 100))
    qtbot.waitUntil(lambda: session.ranking is not None and session.ranking.stage is Stage.VERIFIED)
    assert page.strip.photo_id(page.strip.currentIndex()) == 3


def test_a_picture_that_cannot_be_read_says_so_in_place(qtbot: QtBot, client: FakeClient, session: Session) -> None:
    client.answers[p.GetPreview] = lambda request: [
        p.Failed(request.job, "PhotoError", "“a.jpg” cannot be read as a photo. The file is empty.", "Copy it again.")
    ]
    page = PhotoPage(client, session)
    qtbot.addWidget(page)
    page.show()
    session.open_picture(QueryPicture(encoded=b"", name="a.jpg"))
    qtbot.waitUntil(lambda: "The file is empty." in page.message.text())
    assert not page.canvas.isVisible()
    page.stop()

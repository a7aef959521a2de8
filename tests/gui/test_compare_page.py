"""The compare page shows what agrees, says why in one sentence, and lays the query over the hit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.compare.pane import Pane, perspective, place_side_by_side
from visearch_desktop.gui.compare.panes import Mode
from visearch_desktop.gui.compare.spread import spread
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import Comparison
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p

HALF = (0.5, 0.0, 100.0, 0.0, 0.5, 50.0, 0.0, 0.0, 1.0)  # half the size, moved by (100, 50)


def comparison(photo_id: int, *, verified: bool = True) -> Comparison:
    points = tuple((40.0 + 6 * (i % 20), 60.0 + 9 * (i // 20)) for i in range(120))
    found = tuple((x / 2 + 100, y / 2 + 50) for x, y in points)
    quad = ((105.0, 55.0), (200.0, 55.0), (200.0, 150.0), (105.0, 150.0))
    return Comparison(
        photo_id=photo_id, verdict="verified" if verified else "too_few_agree", tentative=120,
        inliers=90 if verified else 5, query_points=points, photo_points=found,
        agrees=tuple(i < (90 if verified else 5) for i in range(120)), homography=HALF if verified else None,
        quad=quad if verified else None, turned_deg=0.0, scaled=0.5, query_details=800, photo_details=900,
        query_size=(800, 600), photo_size=(800, 600), similarity=0.7,
    )  # fmt: skip


@pytest.fixture
def client(client: FakeClient) -> FakeClient:
    client.rankings = [[ranking([hit(1, 1, 90), hit(2, 2, 30), hit(4, 3, 0, 0.61)])]]
    client.answers[p.Compare] = lambda r: [p.ComparisonReady(r.job, comparison(r.photo_id, verified=r.photo_id != 4))]
    return client


@pytest.fixture
def page(qtbot: QtBot, client: FakeClient, session: Session) -> Iterator[ComparePage]:
    made = ComparePage(client, session)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    session.ask(QueryPicture(photo_id=5, name="Snapshot.jpg", region=Region(10, 10, 190, 190)))
    qtbot.waitUntil(lambda: session.ranking is not None)
    session.compare(1)
    qtbot.waitUntil(lambda: made.panes.warp() is not None and made.panes.right.frame.width() > 10)
    yield made
    made.stop()


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), max_size=60), st.integers(1, 20))
def test_the_chosen_lines_are_few_and_different(points: list[tuple[float, float]], most: int) -> None:
    chosen = spread(points, most)
    assert len(chosen) == len(set(chosen)) <= most
    if len(points) <= most:
        assert chosen == list(range(len(points)))


def test_the_chosen_lines_reach_every_corner() -> None:
    points = [(float(x), float(y)) for x in range(10) for y in range(10)]
    chosen = {points[i] for i in spread(points, 4)}
    assert {(0.0, 0.0), (9.0, 9.0)} <= chosen
    assert all(x in (0, 9) or y in (0, 9) for x, y in chosen)


def test_a_homography_maps_points_the_same_way_in_qt() -> None:
    numbers = (1.1, 0.2, 30.0, -0.1, 0.9, 12.0, 0.0003, -0.0002, 1.0)
    a, b, c, d, e, f, g, h, i = numbers
    x, y = 123.0, 77.0
    w = g * x + h * y + i
    mapped = perspective(numbers).map(QPointF(x, y))
    assert (mapped.x(), mapped.y()) == pytest.approx(((a * x + b * y + c) / w, (d * x + e * y + f) / w))


@pytest.mark.usefixtures("qapp")
@given(st.floats(0.3, 3), st.floats(0.3, 3), st.integers(400, 3000), st.integers(200, 1500))
def test_two_pictures_of_any_shape_get_one_height_and_never_touch(
    first: float, second: float, width: int, height: int
) -> None:
    left, right = Pane(full=QSizeF(600 * first, 600)), Pane(full=QSizeF(800 * second, 800))
    place_side_by_side(left, right, QRectF(0, 0, width, height), 48, 120)
    assert left.frame.height() == pytest.approx(right.frame.height())
    assert left.frame.right() < right.frame.left()
    assert QRectF(0, 0, width, height).contains(left.frame.united(right.frame))


def test_one_sentence_says_why_and_the_row_counts_what_is_drawn(qtbot: QtBot, page: ComparePage) -> None:
    qtbot.waitUntil(lambda: "90 details agree in one perspective" in page.sentence.text())
    assert page.word.text() == "Sure"
    assert page.agreeing.text() == "90 agreeing"
    assert page.tentative.text() == "30 tentative"
    assert page.showing.text() == "showing 40 and 16"
    assert page.panes.accessibleDescription() == page.sentence.text()
    assert "Snapshot.jpg → IMG_0001.jpg" in page.names.text()


def test_a_hit_that_is_not_verified_says_why_not_and_offers_no_overlay(
    qtbot: QtBot, page: ComparePage, session: Session
) -> None:
    session.compare(4)
    qtbot.waitUntil(lambda: "Only 5 details agree" in page.sentence.text())
    assert page.panes.warp() is None
    assert not page.mode_buttons[Mode.BLINK].isEnabled()
    assert page.panes.mode is Mode.LINES


def test_the_switches_take_lines_away(qtbot: QtBot, page: ComparePage) -> None:
    qtbot.waitUntil(lambda: page.panes.matches.agreeing_total == 90)
    page.tentative.click()
    assert not page.panes.matches.shows_tentative
    assert page.showing.text() == "showing 40 and 0"
    drawn = page.panes.grab().toImage()
    page.agreeing.click()
    assert page.panes.grab().toImage() != drawn


def test_arrows_walk_through_the_hits_as_one_place_in_the_history(
    qtbot: QtBot, page: ComparePage, session: Session
) -> None:
    page.film.show_current(1)
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert session.compared == 2
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert session.compared == 4
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert session.compared == 4
    qtbot.keyClick(page, Qt.Key.Key_Left)
    assert session.compared == 2
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert session.page is Page.RESULTS


def test_holding_b_lays_the_warped_query_over_the_hit(qtbot: QtBot, page: ComparePage) -> None:
    page.mode_buttons[Mode.BLINK].click()
    spot = page.panes.warp().map(QPointF(100, 100)).toPoint()  # type: ignore[union-attr]
    before = page.panes.grab().toImage().pixelColor(spot)
    qtbot.keyPress(page, Qt.Key.Key_B)
    during = page.panes.grab().toImage().pixelColor(spot)
    qtbot.keyRelease(page, Qt.Key.Key_B)
    after = page.panes.grab().toImage().pixelColor(spot)
    assert before == after != during
    on_query = page.panes.left.view().map(QPointF(100, 100)).toPoint()
    assert during == page.panes.grab().toImage().pixelColor(on_query)


def test_swipe_uncovers_the_hit_from_where_the_pointer_is(qtbot: QtBot, page: ComparePage) -> None:
    page.mode_buttons[Mode.SWIPE].click()
    spot = page.panes.warp().map(QPointF(100, 100)).toPoint()  # type: ignore[union-attr]
    frame = page.panes.right.frame.toRect()
    qtbot.mouseClick(page.panes, Qt.MouseButton.LeftButton, pos=QPoint(frame.left() + 2, spot.y()))
    uncovered = page.panes.grab().toImage().pixelColor(spot)
    qtbot.mouseClick(page.panes, Qt.MouseButton.LeftButton, pos=QPoint(frame.right() - 2, spot.y()))
    assert page.panes.grab().toImage().pixelColor(spot) != uncovered


def test_both_pictures_zoom_and_pan_to_the_same_detail(qtbot: QtBot, page: ComparePage) -> None:
    panes = page.panes
    panes.left.zoom_to(4.0)
    panes.left.centre = QPointF(400, 300)
    panes._follow(panes.left)
    assert panes.right.zoom == 4.0
    assert (panes.right.centre.x(), panes.right.centre.y()) == (pytest.approx(300), pytest.approx(200))
    page.together.click()
    page.larger.click()
    assert panes.left.zoom == 4.0
    assert panes.right.zoom == pytest.approx(6.0)
    page.fit.click()
    assert panes.left.zoom == panes.right.zoom == 1.0

"""The compare page shows what agrees, says why in one sentence, and lays the query over the hit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.compare.pane import Pane, perspective, place_side_by_side
from visearch_desktop.gui.compare.spread import spread
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import Comparison, HeatMap, Instance, LostAt, Trace
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
    assert page.tools.agreeing.text() == "90 agreeing"
    assert page.tools.tentative.text() == "30 tentative"
    assert page.tools.showing.text() == "showing 40 and 16"
    assert page.panes.accessibleDescription() == page.sentence.text()
    assert "Snapshot.jpg → IMG_0001.jpg" in page.names.text()


def test_a_hit_that_is_not_verified_says_why_not_and_offers_no_overlay(
    qtbot: QtBot, page: ComparePage, session: Session
) -> None:
    session.compare(4)
    qtbot.waitUntil(lambda: "Only 5 details agree" in page.sentence.text())
    assert page.panes.warp() is None
    assert not page.tools.mode_buttons[Mode.BLINK].isEnabled()
    assert page.panes.mode is Mode.LINES


def colour_at(page: ComparePage, place: QPointF) -> tuple[int, int, int]:
    return page.panes.grab().toImage().pixelColor(place.toPoint()).getRgb()[:3]  # type: ignore[return-value]


def test_the_switches_take_lines_away(qtbot: QtBot, page: ComparePage) -> None:
    qtbot.waitUntil(lambda: page.panes.matches.agreeing_total == 90)
    page.tools.tentative.click()
    assert not page.panes.matches.shows_tentative
    assert page.tools.showing.text() == "showing 40 and 0"
    drawn = page.panes.grab().toImage()
    page.tools.agreeing.click()
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
    page.tools.mode_buttons[Mode.BLINK].click()
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
    page.tools.mode_buttons[Mode.SWIPE].click()
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
    page.tools.together.click()
    page.tools.larger.click()
    assert panes.left.zoom == 4.0
    assert panes.right.zoom == pytest.approx(6.0)
    page.tools.fit.click()
    assert panes.left.zoom == panes.right.zoom == 1.0


# --- mirrored, and several places -------------------------------------------------------------------------------------

MIRROR = (-0.5, 0.0, 500.0, 0.0, 0.5, 50.0, 0.0, 0.0, 1.0)  # half the size, left and right changed


def mirrored(photo_id: int) -> Comparison:
    quad = ((495.0, 55.0), (400.0, 55.0), (400.0, 150.0), (495.0, 150.0))
    return replace(comparison(photo_id), homography=MIRROR, quad=quad, is_mirrored=True, turned_deg=0.2)


def twice(photo_id: int) -> Comparison:
    """Ninety details at the first place, the other thirty at a second one, far to the right."""
    found = comparison(photo_id)
    moved = (0.5, 0.0, 500.0, 0.0, 0.5, 50.0, 0.0, 0.0, 1.0)
    points = tuple((x / 2 + (100 if i < 90 else 500), y / 2 + 50) for i, (x, y) in enumerate(found.query_points))
    assert found.quad is not None
    quad = tuple((x + 400, y) for x, y in found.quad)
    places = (
        Instance(HALF, found.quad, 90, tuple(range(90))),
        Instance(moved, quad, 30, tuple(range(90, 120))),
    )
    return replace(found, photo_points=points, agrees=(True,) * 120, instances=places)


def show(qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session, found: Comparison) -> None:
    client.answers[p.Compare] = lambda r: [p.ComparisonReady(r.job, replace(found, photo_id=r.photo_id))]
    session.compare(2)
    qtbot.waitUntil(lambda: page.panes.warp() is not None)


def test_a_mirrored_hit_is_shown_flipped_so_that_it_lies_like_the_query(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    show(qtbot, page, client, session, mirrored(2))
    assert "mirrored" in page.sentence.text()
    assert page.tools.flips.isVisible()
    warp = page.panes.warp()
    assert warp is not None
    left_to_right = warp.map(QPointF(200, 100)).x() - warp.map(QPointF(100, 100)).x()
    assert left_to_right > 0  # as in the query
    qtbot.keyClick(page, Qt.Key.Key_M)
    as_it_is = page.panes.warp()
    assert as_it_is is not None
    assert as_it_is.map(QPointF(200, 100)).x() - as_it_is.map(QPointF(100, 100)).x() == pytest.approx(-left_to_right)
    session.compare(1)
    assert not page.panes.right.is_flipped


def test_dragging_moves_a_flipped_picture_with_the_pointer(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    show(qtbot, page, client, session, mirrored(2))
    pane = page.panes.right
    page.panes.zoom_by(4)
    start, end = pane.frame.center(), pane.frame.center() + QPointF(30, 20)
    under = pane.to_photo(start)
    page.panes.drag(pane, start, end)
    assert (pane.to_photo(end).x(), pane.to_photo(end).y()) == (pytest.approx(under.x()), pytest.approx(under.y()))


def test_each_place_of_a_thing_is_shown_in_turn_with_its_own_matches(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    show(qtbot, page, client, session, twice(2))
    panes = page.panes
    assert page.others.text() == "It is there 2 times; this is number 1 (N shows the next)."
    assert (panes.matches.agreeing_total, page.tools.agreeing.text()) == (90, "90 agreeing")
    assert panes.warp().map(QPointF(0, 0)) == panes.right.view().map(QPointF(100, 50))  # type: ignore[union-attr]
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert (panes.place, panes.matches.agreeing_total) == (1, 30)
    assert "this is number 2" in page.others.text()
    assert panes.warp().map(QPointF(0, 0)) == panes.right.view().map(QPointF(500, 50))  # type: ignore[union-attr]
    on_first = panes.right.view().map(QPointF(150, 100)).toPoint()
    qtbot.mouseClick(panes, Qt.MouseButton.LeftButton, pos=on_first)
    assert panes.place == 0


# --- blink by itself, swipe by keys, points ---------------------------------------------------------------------------


def test_the_blink_goes_by_itself_only_where_that_was_chosen_and_in_its_mode(qtbot: QtBot, page: ComparePage) -> None:
    blinker = page.panes.blinker
    assert not page.tools.delay.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_2)
    assert page.tools.delay.isVisible()
    with qtbot.assertNotEmitted(blinker.changed, wait=60):
        pass
    page.tools.delay.setCurrentIndex(1)
    assert blinker.every_ms == 500
    blinker.set_every(20)
    qtbot.waitUntil(lambda: blinker.is_on)
    qtbot.waitUntil(lambda: not blinker.is_on)
    qtbot.keyClick(page, Qt.Key.Key_1)
    assert not blinker.is_on
    with qtbot.assertNotEmitted(blinker.changed, wait=60):
        pass


def test_shift_and_arrows_uncover_and_look_around_without_a_mouse(qtbot: QtBot, page: ComparePage) -> None:
    shift, panes = Qt.KeyboardModifier.ShiftModifier, page.panes
    qtbot.keyClick(page, Qt.Key.Key_3)
    assert panes.mode is Mode.SWIPE
    qtbot.keyClick(page, Qt.Key.Key_Right, shift)
    assert panes.swipe == pytest.approx(0.6)
    qtbot.keyClick(page, Qt.Key.Key_1)
    panes.zoom_by(4)
    before = QPointF(panes.right.centre)
    qtbot.keyClick(page, Qt.Key.Key_Right, shift)
    qtbot.keyClick(page, Qt.Key.Key_Down, shift)
    assert panes.right.centre.x() > before.x()
    assert panes.right.centre.y() > before.y()
    assert page._session.compared == 1  # plain arrows walk, these do not


def test_points_can_be_shown_without_lines_and_the_one_pointed_at_with_its_line(
    qtbot: QtBot, page: ComparePage
) -> None:
    panes = page.panes
    with_lines = panes.grab().toImage()
    qtbot.keyClick(page, Qt.Key.Key_P)
    points = panes.grab().toImage()
    assert points != with_lines
    between = QPointF((panes.left.frame.right() + panes.right.frame.left()) / 2, panes.height() / 2)
    column = [points.pixelColor(int(between.x()), y).rgb() for y in range(panes.height())]
    assert len(set(column)) == 1  # nothing between the two pictures
    place = panes.left.view().map(QPointF(*panes.matches.agreeing[0][0]))
    qtbot.mouseMove(panes, place.toPoint())
    qtbot.waitUntil(lambda: panes.matches.pointed_at is not None)
    assert panes.grab().toImage() != points


# --- heat -------------------------------------------------------------------------------------------------------------


def test_the_heat_map_is_asked_for_when_it_is_wanted_and_is_bright_where_it_is_hot(
    qtbot: QtBot, page: ComparePage, client: FakeClient
) -> None:
    heat = HeatMap(4, 4, bytes([0] * 8 + [255] * 8))  # the lower half
    client.answers[p.GetHeatMap] = lambda r: [p.HeatMapReady(r.job, heat)]
    assert not client.asked(p.GetHeatMap)
    frame = page.panes.right.frame
    upper = frame.topLeft() + QPointF(frame.width() * 0.9, frame.height() * 0.06)
    lower = frame.topLeft() + QPointF(frame.width() * 0.9, frame.height() * 0.94)
    before = colour_at(page, upper)
    qtbot.keyClick(page, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: page.panes.heat is not None)
    assert client.asked(p.GetHeatMap)[-1].photo_id == 1
    cold, hot = colour_at(page, upper), colour_at(page, lower)
    assert sum(cold) < sum(before)  # darkened
    assert hot[1] > cold[1] + 20  # mint is green above all
    page._session.compare(2)
    assert page.panes.heat is None  # not that of another photo
    qtbot.waitUntil(lambda: page.panes.heat is not None)


def test_zooming_in_goes_to_what_was_found(page: ComparePage) -> None:
    page.panes.zoom_by(4)
    centre = page.panes.right.centre
    assert (centre.x(), centre.y()) == (pytest.approx(152.5), pytest.approx(102.5))  # of its outline
    page.panes.zoom_by(0)
    assert page.panes.right.zoom == 1.0


@pytest.mark.parametrize("width", [640, 900, 1300])
def test_no_switch_is_cut_off_however_little_room_there_is(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session, width: int
) -> None:
    show(qtbot, page, client, session, mirrored(2))
    page.resize(width, 600)
    shown = [one for one in page.tools.findChildren(QAbstractButton) if one.isVisible()]
    assert all(one.width() >= one.minimumSizeHint().width() for one in shown)
    assert page.tools.flips in shown
    assert all(page.tools.rect().contains(one.geometry()) for one in shown)


def test_without_a_network_the_heat_map_says_so(qtbot: QtBot, page: ComparePage, client: FakeClient) -> None:
    client.answers[p.GetHeatMap] = lambda r: [p.HeatMapReady(r.job, None)]
    qtbot.keyClick(page, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: "No heat map" in page.panes.note)


# --- why was this not found? ------------------------------------------------------------------------------------------


def test_a_photo_is_followed_through_the_search_and_the_panel_says_where_it_was_lost(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    lost = Trace(
        LostAt.RANKED_LOW, 5, "IMG_0005.jpg", "Travels", described=900, photos=900, rank=412, looked_at=100,
        query_details=300, verdict="verified", inliers=136,
    )  # fmt: skip
    client.answers[p.WhyNotFound] = lambda r: [p.TraceReady(r.job, lost)]
    page.ask_why_not(Path("/photos/IMG_0005.jpg"))
    assert page.why_not.isVisible()
    qtbot.waitUntil(lambda: "412" in page.why_not.text)
    assert page.why_not.headline.text() == "IMG_0005.jpg: As a whole it looks too little like the query."
    assert "Not passed: By look it is number 412 of 900; only the best 100 are looked at closely." in (
        page.why_not.text
    )
    assert "Looked at closely now: 136 details agree in one perspective." in page.why_not.text
    assert session.compared == 5  # and it is shown beside the query
    qtbot.keyClick(page, Qt.Key.Key_W)
    assert not page.why_not.isVisible()


def test_a_file_that_the_library_does_not_know_is_shown_beside_the_query(
    qtbot: QtBot, page: ComparePage, client: FakeClient
) -> None:
    client.answers[p.WhyNotFound] = lambda r: [p.TraceReady(r.job, Trace(LostAt.NO_FOLDER, None, "else.jpg"))]
    page.ask_why_not(Path("/elsewhere/else.jpg"))
    qtbot.waitUntil(lambda: page.why_not.headline.text() == "else.jpg: It is not in the library.")
    assert page.sentence.text() == "Only photos of the library are compared."
    assert not page.film.selectedIndexes()
    qtbot.waitUntil(lambda: client.asked(p.GetPreview)[-1].picture.path == Path("/elsewhere/else.jpg"))
    assert "Add its folder to the library" in page.why_not.help.text()
    assert page.panes.warp() is None
    assert not page.tools.mode_buttons[Mode.SWIPE].isEnabled()


def test_what_was_found_after_all_says_at_which_place(qtbot: QtBot, page: ComparePage, client: FakeClient) -> None:
    found = Trace(LostAt.NOWHERE, 2, "IMG_0002.jpg", "Travels", 12, 12, rank=2, looked_at=100, verdict="verified")
    client.answers[p.WhyNotFound] = lambda r: [p.TraceReady(r.job, found)]
    page.ask_why_not(Path("/photos/IMG_0002.jpg"))
    qtbot.waitUntil(lambda: "It was found: hit 2 of 3." in page.why_not.headline.text())


def test_walking_on_follows_the_next_photo(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: bool(client.asked(p.WhyNotFound)))
    assert client.asked(p.WhyNotFound)[-1].asked.photo_id == 1
    session.compare(4)
    assert client.asked(p.WhyNotFound)[-1].asked.photo_id == 4


def test_the_tab_key_goes_from_the_pictures_to_the_question_to_the_other_hits(page: ComparePage) -> None:
    wanted = [page.why_button, page.show_button, page.why_not.another, page.why_not.close_button, page.film]
    chain, at = [], page.panes.nextInFocusChain()
    while at is not page.panes:
        chain.append(at)
        at = at.nextInFocusChain()
    assert [one for one in chain if one in wanted] == wanted

"""The query laid over the hit, uncovered, zoomed with it, as points, or as heat."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.library.rows import HeatMap
from visearch_desktop.service import protocol as p


def colour_at(page: ComparePage, place: QPointF) -> tuple[int, int, int]:
    return page.panes.grab().toImage().pixelColor(place.toPoint()).getRgb()[:3]  # type: ignore[return-value]


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
    assert page.tools.fit.text() == "6.0×"
    page.tools.fit.click()
    assert panes.left.zoom == panes.right.zoom == 1.0


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
    before = panes.swipe
    qtbot.keyClick(page, Qt.Key.Key_Right, shift)
    assert panes.swipe == pytest.approx(before + 0.1)
    qtbot.keyClick(page, Qt.Key.Key_1)
    panes.zoom_by(4)
    at = QPointF(panes.right.centre)
    qtbot.keyClick(page, Qt.Key.Key_Right, shift)
    qtbot.keyClick(page, Qt.Key.Key_Down, shift)
    assert panes.right.centre.x() > at.x()
    assert panes.right.centre.y() > at.y()
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


def test_without_a_network_the_heat_map_says_so(qtbot: QtBot, page: ComparePage, client: FakeClient) -> None:
    client.answers[p.GetHeatMap] = lambda r: [p.HeatMapReady(r.job, None)]
    qtbot.keyClick(page, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: "No heat map" in page.panes.note)

"""What is mirrored lies like the query; what is there several times is shown in turn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.compare.made import mirrored, show, twice
from tests.gui.fake_client import FakeClient
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.window.session import Session


def test_a_mirrored_hit_is_shown_flipped_so_that_it_lies_like_the_query(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    show(qtbot, page, client, session, mirrored(2))
    assert "mirrored" in page.said.sentence.text()
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
    assert page.said.others.text() == "It is there 2 times; this is number 1 (N shows the next)."
    assert (panes.matches.agreeing_total, page.tools.agreeing.text()) == (90, "90 agreeing")
    assert panes.warp().map(QPointF(0, 0)) == panes.right.view().map(QPointF(100, 50))  # type: ignore[union-attr]
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert (panes.place, panes.matches.agreeing_total) == (1, 30)
    assert "this is number 2" in page.said.others.text()
    assert panes.warp().map(QPointF(0, 0)) == panes.right.view().map(QPointF(500, 50))  # type: ignore[union-attr]
    on_first = panes.right.view().map(QPointF(150, 100)).toPoint()
    qtbot.mouseClick(panes, Qt.MouseButton.LeftButton, pos=on_first)
    assert panes.place == 0


def test_zooming_in_goes_to_what_was_found(page: ComparePage) -> None:
    page.panes.zoom_by(4)
    centre = page.panes.right.centre
    assert (centre.x(), centre.y()) == (pytest.approx(152.5), pytest.approx(102.5))  # of its outline
    page.panes.zoom_by(0)
    assert page.panes.right.zoom == 1.0

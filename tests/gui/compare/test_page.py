"""The compare page shows what agrees, says why in one sentence, and walks through the hits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.gui.compare.made import mirrored, show
from tests.gui.fake_client import FakeClient
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.service import protocol as p


def test_one_sentence_says_why_and_the_row_counts_what_is_drawn(qtbot: QtBot, page: ComparePage) -> None:
    qtbot.waitUntil(lambda: "90 details agree in one perspective" in page.said.sentence.text())
    assert page.said.word.text() == "Sure"
    assert page.tools.agreeing.text() == "90 agreeing"
    assert page.tools.tentative.text() == "30 tentative"
    assert page.tools.showing.text() == "showing 40 and 16"
    assert page.panes.accessibleDescription() == page.said.sentence.text()
    assert "Snapshot.jpg → IMG_0001.jpg" in page.said.names.text()


def test_a_hit_that_is_not_verified_says_why_not_and_offers_no_overlay(
    qtbot: QtBot, page: ComparePage, session: Session
) -> None:
    session.compare(4)
    qtbot.waitUntil(lambda: "Only 5 details agree" in page.said.sentence.text())
    assert page.panes.warp() is None
    assert not page.tools.mode_buttons[Mode.BLINK].isEnabled()
    assert page.panes.mode is Mode.LINES


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


def test_while_the_next_hit_is_compared_its_name_is_there_and_nothing_is_said_of_the_one_before(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    qtbot.waitUntil(lambda: page.said.bars.isVisible())
    client.answers[p.Compare] = lambda r: []
    session.compare(2)
    assert "IMG_0002.jpg" in page.said.names.text()
    assert "2 of 3" in page.said.names.text()
    assert (page.said.word.text(), page.said.bars.isVisible()) == ("", False)
    assert page.said.sentence.text() == "Comparing…"


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


def test_the_tab_key_goes_from_the_pictures_to_the_question_to_the_other_hits(page: ComparePage) -> None:
    wanted = [page.said.why_button, page.said.show_button, page.why_not.another, page.why_not.close_button, page.film]
    chain, at = [], page.panes.nextInFocusChain()
    while at is not page.panes:
        chain.append(at)
        at = at.nextInFocusChain()
    assert [one for one in chain if one in wanted] == wanted

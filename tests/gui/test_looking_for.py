"""Choosing what "alike" means takes effect at once, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.evaluation.rows import Asked, Figures, Row
from visearch_desktop.gui.looking_for.intent_row import GAP, ICONS, INDENT, TITLE_SHARE
from visearch_desktop.gui.looking_for.popover import LookingForPopover
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.intents import intents
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


@pytest.fixture
def client(client: FakeClient) -> FakeClient:
    client.rankings = [[ranking([hit(1, 1, 90)])]]
    return client


@pytest.fixture
def popover(qtbot: QtBot, client: FakeClient, session: Session) -> Iterator[LookingForPopover]:
    window = QWidget()
    window.resize(1440, 900)
    button = QPushButton("Looking for", window)
    button.move(1100, 20)
    qtbot.addWidget(window)
    window.show()
    made = LookingForPopover(client, session, window)
    made.open_below(button)
    yield made
    made.hide()


def texts(popover: LookingForPopover) -> list[str]:
    return [label.text() for label in popover.findChildren(QLabel)]


def test_every_intent_is_offered_with_what_it_finds(popover: LookingForPopover) -> None:
    assert [row.intent.name for row in popover.rows] == [intent.name for intent in intents()]
    assert popover.rows[0].isChecked()
    assert all(row.accessibleDescription() for row in popover.rows)


def test_titles_and_what_they_find_are_shown_in_full(popover: LookingForPopover) -> None:
    for row in popover.rows:
        start = round(row.width() * TITLE_SHARE)
        title, summary = (QFontMetrics(font(kind)).horizontalAdvance for kind in (Type.NAME, Type.SMALL))
        assert title(row.intent.title) < start - 2 * (INDENT + metrics.ICON + GAP)
        assert summary(row.intent.summary) < row.width() - start - INDENT
        assert row.intent.name in ICONS


def test_a_click_chooses_searches_again_and_closes(
    qtbot: QtBot, popover: LookingForPopover, session: Session, client: FakeClient
) -> None:
    session.ask(QueryPicture(photo_id=1))
    row = popover.rows[-1]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.rect().center())
    assert session.intent == row.intent.name
    assert client.asked(p.Search)[-1].intent == row.intent.name
    assert not popover.isVisible()


def test_the_keyboard_walks_the_rows(qtbot: QtBot, popover: LookingForPopover, session: Session) -> None:
    popover.activateWindow()
    qtbot.waitUntil(popover.rows[0].hasFocus)
    qtbot.keyClick(popover.rows[0], Qt.Key.Key_Down)
    assert popover.rows[1].hasFocus()
    assert session.intent == popover.rows[0].intent.name
    qtbot.keyClick(popover.rows[1], Qt.Key.Key_Return)
    assert session.intent == popover.rows[1].intent.name
    assert not popover.isVisible()


def test_more_shows_the_recipe_of_the_chosen_intent(qtbot: QtBot, popover: LookingForPopover) -> None:
    before = popover.height()
    popover.more.click()
    assert popover.height() > before
    for step in popover.rows[0].intent.steps:
        assert step.line in texts(popover)
    assert "Best 100" in texts(popover)
    assert "Details (RootSIFT–VLAD)" in texts(popover)
    for row, intent in zip(popover.rows, intents(), strict=True):
        row.click()
        assert popover.isVisible()
        assert {step.line for step in intent.steps} <= set(texts(popover))
        assert (f"Best {intent.verify}" in texts(popover)) == (intent.verify > 0)
    assert "Perceptual hash" in texts(popover)
    popover.rows[-1].click()
    popover.more.click()
    qtbot.waitUntil(lambda: popover.height() == before)


def test_more_says_what_each_step_gave_on_our_photos(
    qtbot: QtBot, popover: LookingForPopover, client: FakeClient
) -> None:
    rows = (
        Row(Asked("rootsift_vlad"), Figures(0.5, 0.7407, ms_per_query=3.21), "a"),
        Row(Asked("rootsift_vlad", "verify"), Figures(0.6, 0.7993, ms_per_query=1234.0), "a"),
        Row(Asked("gist"), unavailable="Not here."),
    )
    client.answers[p.GetEvaluation] = lambda request: [
        p.EvaluationReady(request.job, request.source, "places-test", 385, 120, rows, ())
    ]
    popover.more.click()
    assert "0.74" not in texts(popover)
    qtbot.waitUntil(lambda: {"0.74", "3.2 ms", "0.80", "1.2 s"} <= set(texts(popover)))
    assert any("places-test" in text and "385" in text for text in texts(popover))
    popover.rows[3].click()
    assert popover.rows[3].intent.descriptor == "gist"
    qtbot.waitUntil(lambda: "0.74" not in texts(popover))
    assert "–" in texts(popover)


def test_turned_copies_are_looked_for_from_then_on_once_that_is_checked(
    qtbot: QtBot, popover: LookingForPopover, session: Session, client: FakeClient
) -> None:
    session.ask(QueryPicture(photo_id=1))
    assert not popover.turned.isVisible()
    popover.more.click()
    assert popover.turned.isVisible()
    assert not popover.turned.isChecked()
    popover.turned.click()
    asked = client.asked(p.Search)[-1].query
    assert (asked.pictures[0].photo_id, asked.rotations, asked.mirrored) == (1, True, True)
    session.clear()
    session.ask(QueryPicture(photo_id=2))
    asked = client.asked(p.Search)[-1].query
    assert (asked.pictures[0].photo_id, asked.rotations, asked.mirrored) == (2, True, True)
    session.set_region(0, Region(10, 10, 100, 100))
    assert session.query.rotations
    popover.turned.click()
    assert not client.asked(p.Search)[-1].query.rotations

"""A photo that was not found is followed from the compare page, and shown there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import LostAt, Trace
from visearch_desktop.service import protocol as p


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
    assert page.why_not.headline.text() == "IMG_0005.jpg: Too little of it looks like what is in the box."
    lost_there = "By look and shared details it is number 412 of 900; only the best 100 are looked at closely."
    assert f"Not passed: {lost_there}" in page.why_not.text
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
    assert page.said.sentence.text() == "Only photos of the library are compared."
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

"""The compare page says and draws what the search found: its outline, its estimate, its word, and for which part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.compare.made import comparison, mirrored, show
from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Quad, Region
from visearch_desktop.gui.compare.matches import Matches, places
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.hits import Hit
from visearch_desktop.search.query import Query, QueryPicture
from visearch_desktop.service import protocol as p

TIGHT: Quad = ((120.0, 60.0), (195.0, 70.0), (185.0, 145.0), (110.0, 135.0))
ELSEWHERE: Quad = ((500.0, 300.0), (595.0, 300.0), (595.0, 395.0), (500.0, 395.0))


def answer(qtbot: QtBot, client: FakeClient, session: Session, *hits: Hit, standing_out: int | None = None) -> None:
    """Another answer to the same query comes, as it does when photos were added."""
    client.rankings = [[ranking(hits, standing_out=standing_out)]]
    session._search(verify=True)
    qtbot.waitUntil(lambda: session.ranking is not None and session.ranking.hits == hits)


def light_and_dark(page: ComparePage, start: QPointF, end: QPointF) -> tuple[int, int]:
    """Of fifty places of a line in the photo's px, how many show an outline, and how many the gap of a dashed one."""
    picture, view = page.panes.grab().toImage(), page.panes.right.view()
    places = [view.map(start + (end - start) * (i / 50)).toPoint() for i in range(50)]
    greens = [picture.pixelColor(place).green() for place in places]
    return sum(green > 120 for green in greens), sum(green < 110 for green in greens)


def test_of_a_box_the_outline_is_that_of_the_hit_where_both_mean_the_same_place() -> None:
    found = comparison(1)
    assert places(found, TIGHT)[0].quad == TIGHT
    assert places(found, TIGHT)[0].homography == found.homography
    assert places(found, ELSEWHERE)[0].quad == found.quad
    assert places(found)[0].quad == found.quad


def test_one_match_alone_agrees_with_nothing() -> None:
    lone = replace(comparison(1, verified=False), inliers=1, agrees=(True,) + (False,) * 119)
    matches = Matches(lone)
    assert (matches.agreeing_total, matches.tentative_total) == (0, 120)
    assert Matches(comparison(1, verified=False)).agreeing_total == 5


def test_an_outline_that_is_turned_over_is_of_something_else() -> None:
    found = mirrored(1)
    assert found.quad is not None
    straight = tuple(reversed(found.quad))
    assert places(found, straight)[0].quad == found.quad  # type: ignore[arg-type]


def test_of_a_whole_picture_the_outline_is_that_of_the_comparison(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    answer(qtbot, client, session, hit(1, 1, 90, quad=TIGHT))
    assert page.panes.places[0].quad == TIGHT
    page.panes.region = None
    assert page.panes.places[0].quad == comparison(1).quad


def test_what_only_looks_alike_has_a_dashed_box_and_says_so(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    box = Region(500, 100, 200, 300)
    answer(qtbot, client, session, hit(1, 1, 90), hit(4, 2, 0, estimated=box))
    session.compare(4)
    qtbot.waitUntil(lambda: page.said.sentence.text() == "Looks alike here; only 5 details agree.")
    assert page.said.word.text() == "Maybe"
    page.tools.agreeing.click()
    page.tools.tentative.click()
    light, dark = light_and_dark(page, QPointF(500, 110), QPointF(500, 390))
    assert light > 10
    assert dark > 10
    page.panes.zoom_by(2)
    assert page.panes.right.centre.x() > 500  # zooming goes to where it may be
    session.compare(1)
    qtbot.waitUntil(lambda: page.panes.warp() is not None)
    assert page.panes.estimated is None
    (ax, ay), (bx, by), *_ = page.panes.places[0].quad
    light, dark = light_and_dark(page, QPointF(ax, ay), QPointF(bx, by))
    assert (light > 10, dark) == (True, 0)


def test_where_nothing_agrees_there_are_no_others(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    assert page.said.others.text() == "30 others point elsewhere and are ignored."
    lone = replace(comparison(4, verified=False), inliers=1, agrees=(True,) + (False,) * 119)
    client.answers[p.Compare] = lambda r: [p.ComparisonReady(r.job, lone)]
    session.compare(4)
    qtbot.waitUntil(lambda: page.said.sentence.text() == "No details agree.")
    assert page.said.others.text() == "120 details look alike, but each points elsewhere."
    assert page.tools.agreeing.text() == "0 agreeing"


def test_a_photo_that_is_not_among_the_hits_shown_has_no_word_of_theirs(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    answer(qtbot, client, session, hit(1, 1, 90), hit(4, 2, 0), standing_out=1)
    session.compare(4)
    qtbot.waitUntil(lambda: "Only 5 details agree" in page.said.sentence.text())
    assert page.said.word.text() == "Not found"
    assert not page.said.bars.isVisible()


def test_the_word_follows_the_search_when_it_comes_to_know_better(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    answer(qtbot, client, session, hit(1, 1, 15))
    assert page.said.word.text() == "Likely"
    assert page.said.sentence.text().endswith("It takes more to be sure.")
    asked = len(client.asked(p.Compare))
    answer(qtbot, client, session, hit(1, 1, 90))
    assert page.said.word.text() == "Sure"
    assert "It takes more" not in page.said.sentence.text()
    assert len(client.asked(p.Compare)) == asked  # the pictures are the same


def test_of_several_pictures_the_one_is_shown_that_the_hit_hangs_on(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    other = QueryPicture(photo_id=6, name="Other.jpg")
    client.rankings = [[ranking([hit(1, 1, 90), hit(2, 2, 30, part=1)])]]
    query = Query((*session.query.pictures, other))
    session._go(replace(session.place, query=query))
    session._search_now()
    qtbot.waitUntil(lambda: session.ranking is not None and len(session.ranking.hits) == 2)
    session.compare(2)
    qtbot.waitUntil(lambda: client.asked(p.Compare)[-1].picture == other)
    qtbot.waitUntil(lambda: "Other.jpg → " in page.said.names.text())
    session.compare(1)
    qtbot.waitUntil(lambda: client.asked(p.Compare)[-1].picture == query.pictures[0])


def test_walking_past_a_hit_without_perspective_comes_back_to_the_mode_chosen(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    qtbot.keyClick(page, Qt.Key.Key_3)
    session.compare(4)
    qtbot.waitUntil(lambda: page.panes.mode is Mode.LINES)
    assert "Only where details agree" in page.tools.mode_buttons[Mode.SWIPE].toolTip()
    session.compare(2)
    qtbot.waitUntil(lambda: page.panes.mode is Mode.SWIPE)
    assert "Only where" not in page.tools.mode_buttons[Mode.SWIPE].toolTip()
    session.compare(4)
    qtbot.waitUntil(lambda: page.panes.mode is Mode.LINES)
    qtbot.keyClick(page, Qt.Key.Key_5)
    session.compare(2)
    qtbot.waitUntil(lambda: page.panes.warp() is not None)
    assert page.panes.mode is Mode.HEAT  # what was chosen since then


def test_nothing_blinks_where_nothing_agrees_nor_when_the_key_is_let_go_elsewhere(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    page.panes.set_blinking(True)
    assert page.panes.blinker.is_on
    page.window().isActiveWindow = lambda: False  # type: ignore[method-assign]
    page.changeEvent(QEvent(QEvent.Type.ActivationChange))
    assert not page.panes.blinker.is_on
    session.compare(4)
    qtbot.waitUntil(lambda: "Only 5 details agree" in page.said.sentence.text())
    qtbot.keyPress(page, Qt.Key.Key_B)
    assert not page.panes.blinker.is_on


def test_what_is_mirrored_says_that_the_search_did_not_look_for_that(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session
) -> None:
    answer(qtbot, client, session, hit(1, 1, 90), hit(2, 2, 15))
    show(qtbot, page, client, session, mirrored(2))
    assert page.said.others.text() == "Mirrored copies are not looked for: Looking for › More."
    assert "It takes more" not in page.said.sentence.text()  # it is proven, in the mirror
    session.set_turned(True)
    qtbot.waitUntil(lambda: session.ranking is not None)
    show(qtbot, page, client, session, mirrored(1))
    assert "others point elsewhere" in page.said.others.text()


@pytest.mark.parametrize(("at", "share"), [(0.0, 0.19), (-300.0, 0.0)])
def test_the_swipe_begins_in_the_middle_of_what_was_found(
    qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session, at: float, share: float
) -> None:
    found = comparison(2)
    assert found.quad is not None
    moved = tuple((x + at, y) for x, y in found.quad)
    page.panes.region = None
    show(qtbot, page, client, session, replace(found, quad=moved))
    assert page.panes.swipe == pytest.approx(share, abs=0.02)

"""Several query cards: all of them or any, what is not wanted, and how they come and go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton

from tests.gui.fake_client import hit, ranking
from tests.gui.window.conftest import Library
from visearch_desktop.core.region import Region
from visearch_desktop.gui.details.panel import DetailsPanel
from visearch_desktop.gui.window import parts
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.hits import Located
from visearch_desktop.search.query import Query, QueryPicture, Together
from visearch_desktop.service import protocol as p

BOX, OTHER_BOX = Region(10, 10, 100, 100), Region(200, 50, 80, 90)
QUAD = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 9.0))


def photo(photo_id: int, region: Region | None = None, *, minus: bool = False) -> QueryPicture:
    return QueryPicture(photo_id=photo_id, name=f"IMG_{photo_id}.jpg", region=region, minus=minus)


def asked(library: Library) -> Query:
    """What was searched for last."""
    found = library.asked(p.Search)[-1].query
    assert isinstance(found, Query)
    return found


@pytest.fixture
def session(window: MainWindow) -> Session:
    return window.session


# --- what a query becomes ---------------------------------------------------------------------------------------------


def test_two_boxes_of_one_picture_must_both_appear_and_of_two_pictures_any_may() -> None:
    one = Query((photo(1, BOX),))
    assert parts.added(one, (photo(1, OTHER_BOX),)).together is Together.ALL
    assert parts.added(one, (photo(2),)).together is Together.ANY
    assert parts.added(Query(), (photo(1), photo(2))).together is Together.ANY


def test_what_the_person_chose_stays_when_more_comes() -> None:
    chosen = Query((photo(1), photo(2)), Together.ALL)
    assert parts.added(chosen, (photo(3),)).together is Together.ALL
    assert parts.added(Query((photo(1),)), (photo(2, minus=True),)).together is Query().together


def test_the_same_part_is_there_once_and_may_change_its_sign() -> None:
    one = Query((photo(1, BOX), photo(2)))
    assert parts.added(one, (replace(photo(2), name="else"),)).pictures == (
        photo(1, BOX),
        replace(photo(2), name="else"),
    )
    assert parts.added(one, (photo(2, minus=True),)).pictures == (photo(1, BOX), photo(2, minus=True))
    assert len(parts.added(one, (photo(1, OTHER_BOX),)).pictures) == 3


def test_a_photo_is_compared_with_the_part_that_its_hit_tells_about() -> None:
    query = Query((photo(1, minus=True), photo(2), photo(3)))
    assert parts.compared_part(query, 2) == photo(3)
    assert parts.compared_part(query, 0) == photo(2), "what is not wanted is never compared"
    assert parts.compared_part(query, 7) == photo(2)
    assert parts.compared_part(Query(), 0) is None


# --- the session ------------------------------------------------------------------------------------------------------


def test_more_pictures_join_the_query_and_back_takes_them_out(session: Session, library: Library) -> None:
    session.ask(photo(1))
    session.add(photo(2))
    assert asked(library) == Query((photo(1), photo(2)), Together.ANY)
    session.set_together(Together.ALL)
    assert asked(library).together is Together.ALL
    session.set_minus(1, True)
    assert asked(library).pictures[1].minus
    session.back()
    session.back()
    session.back()
    assert session.query.pictures == (photo(1),)
    session.forward()
    session.forward()
    session.forward()
    assert session.query == Query((photo(1), photo(2, minus=True)), Together.ALL)


def test_a_new_search_takes_the_place_of_all_parts(session: Session, library: Library) -> None:
    session.ask(photo(1), photo(2))
    session.ask(photo(3))
    assert asked(library).pictures == (photo(3),)


def test_compare_shows_the_part_of_the_hit(qtbot, session: Session, library: Library) -> None:
    both = ranking([hit(7, 1, 30, part=1), hit(8, 2, 20)])
    library.rankings = [[replace(both, query_sizes=((640, 480),) * 2)]]
    session.ask(photo(1), photo(2))
    qtbot.waitUntil(lambda: session.ranking is not None)
    session.compare(7)
    qtbot.waitUntil(lambda: bool(library.asked(p.Compare)))
    assert library.asked(p.Compare)[-1].picture == photo(2)
    session.compare(8)
    qtbot.waitUntil(lambda: library.asked(p.Compare)[-1].photo_id == 8)
    assert library.asked(p.Compare)[-1].picture == photo(1)


# --- the cards --------------------------------------------------------------------------------------------------------


def test_every_part_has_a_card_and_can_be_inverted_and_taken_out(qtbot, window: MainWindow, library: Library) -> None:
    window.session.ask(photo(1), photo(2), photo(3))
    cards = window.query_bar.cards
    assert [card.first_line for card in cards] == ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]
    qtbot.keyClick(cards[1], Qt.Key.Key_N)
    assert [picture.minus for picture in asked(library).pictures] == [False, True, False]
    assert cards[1].first_line == "not IMG_2.jpg"
    assert cards[1].accessibleName() == "Leaving out IMG_2.jpg"
    (not_this,) = [action for action in cards[1].menu().actions() if action.text().startswith("Not this")]
    assert not_this.isChecked()
    not_this.trigger()
    assert not any(picture.minus for picture in asked(library).pictures)
    qtbot.keyClick(cards[0], Qt.Key.Key_Delete)
    assert [picture.photo_id for picture in asked(library).pictures] == [2, 3]
    assert len(window.query_bar.cards) == 2


def test_all_or_any_is_asked_where_two_are_looked_for(qtbot, window: MainWindow, library: Library) -> None:
    bar, session = window.query_bar, window.session
    session.ask(photo(1))
    assert bar.together.isHidden()
    session.add(photo(2, minus=True))
    assert bar.together.isHidden()
    session.add(photo(3))
    assert not bar.together.isHidden()
    assert bar.together.currentText() == "Any of these"
    qtbot.keyClick(bar.together, Qt.Key.Key_Up)
    assert asked(library).together is Together.ALL


def test_cards_without_room_are_behind_a_button(window: MainWindow) -> None:
    window.resize(900, 700)
    window.session.ask(*(photo(number) for number in range(1, 13)))
    bar = window.query_bar
    hidden = [card for card in bar.cards if card.isHidden()]
    shown = [card for card in bar.cards if not card.isHidden()]
    assert shown == bar.cards[: len(shown)]
    assert shown
    assert hidden
    assert bar.more.text().endswith(str(len(hidden)))
    assert [action.text() for action in bar.more_menu().actions()] == [card.first_line for card in hidden]
    window.session.ask(photo(1))
    assert bar.more.isHidden()


def test_cards_short_of_room_shrink_alike(qtbot, window: MainWindow) -> None:
    window.resize(900, 700)
    window.session.ask(*(replace(photo(n), name="A" * 20 * n) for n in range(1, 5)))
    qtbot.waitUntil(lambda: {card.width() for card in window.query_bar.cards} == {56})
    window.resize(1440, 700)
    qtbot.waitUntil(lambda: max(card.width() for card in window.query_bar.cards) > 160)
    widths = [card.width() for card in window.query_bar.cards if card.first_line != "A" * 20]
    assert max(widths) - min(widths) <= 1


def test_the_tab_key_walks_the_cards_in_their_order(window: MainWindow) -> None:
    window.session.ask(photo(1), photo(2))
    bar = window.query_bar
    walked, at = [], bar.forward
    while at is not bar.field:
        at = at.nextInFocusChain()
        walked.append(at)
    cards = [widget for widget in walked if widget in bar.cards]
    assert cards == bar.cards
    assert walked.index(bar.together) > walked.index(bar.cards[1])


# --- how parts come ---------------------------------------------------------------------------------------------------


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(window: MainWindow, mime: QMimeData, at: QPointF) -> None:
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(at.toPoint(), copy, mime, left, none))
    QApplication.sendEvent(window, QDropEvent(at, copy, mime, left, none))


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.jpg" for name in "abc"]
    for path in paths:
        path.write_bytes(b"a picture")
    return paths


def test_several_dropped_pictures_are_several_cards(window: MainWindow, library: Library, pictures: list[Path]) -> None:
    drop(window, files(*pictures), QPointF(400, 400))
    assert [picture.path for picture in asked(library).pictures] == pictures
    assert asked(library).together is Together.ANY


def test_a_picture_dropped_on_the_bar_joins_the_query_and_elsewhere_is_a_new_one(
    window: MainWindow, library: Library, pictures: list[Path]
) -> None:
    drop(window, files(pictures[0]), QPointF(400, 400))
    bar = QPointF(window.query_bar.mapTo(window, window.query_bar.rect().center()))
    drop(window, files(pictures[1]), bar)
    assert [picture.path for picture in asked(library).pictures] == pictures[:2]
    drop(window, files(pictures[2]), QPointF(400, 400))
    assert [picture.path for picture in asked(library).pictures] == pictures[2:]


def test_a_path_typed_into_the_field_joins_the_query(
    qtbot, window: MainWindow, library: Library, pictures: list[Path]
) -> None:
    window.session.ask(photo(1))
    window.query_bar.field.setText(str(pictures[0]))
    qtbot.keyClick(window.query_bar.field, Qt.Key.Key_Return)
    assert [picture.path for picture in asked(library).pictures] == [None, pictures[0]]


def test_of_very_many_pictures_the_first_are_searched_for_and_that_is_said(window: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jpg" for number in range(12)]
    for path in paths:
        path.write_bytes(b"a picture")
    drop(window, files(*paths), QPointF(400, 400))
    assert len(window.session.query.pictures) == 8
    assert window.toast.text == "Searching for the first 8 of 12 pictures."


def test_a_hit_can_be_searched_for_too_or_left_out(qtbot, window: MainWindow, library: Library) -> None:
    window.session.ask(photo(50))
    qtbot.waitUntil(lambda: window.session.ranking is not None)
    grid = window.pages.page(Page.RESULTS).grid
    qtbot.waitUntil(lambda: grid.photos().rowCount() > 1)
    grid.setCurrentIndex(grid.model().index(1, 0))
    actions = {
        action.text().partition("\t")[0]: action
        for action in window.pages.currentWidget().actions_on_photos.menu().actions()
    }
    actions["Not this"].trigger()
    assert asked(library).pictures == (photo(50), QueryPicture(photo_id=1, name="IMG_0001.jpg", minus=True))
    qtbot.waitUntil(lambda: window.session.ranking is not None)
    grid.setCurrentIndex(grid.model().index(1, 0))
    qtbot.keyClick(grid, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    assert asked(library).pictures[-1] == QueryPicture(photo_id=1, name="IMG_0001.jpg")
    assert len(asked(library).pictures) == 2, "one photo is not looked for and left out at once"


# --- what is said of the answer ---------------------------------------------------------------------------------------


def test_where_no_photo_has_all_it_offers_any(qtbot, window: MainWindow, library: Library) -> None:
    library.rankings = [[ranking([hit(1, 1)], standing_out=0)]]
    window.session.ask(photo(1, BOX))
    window.session.add(photo(1, OTHER_BOX))
    page = window.pages.page(Page.RESULTS)
    qtbot.waitUntil(lambda: "None of 12,004 photos shows all of this." in page.notice.accessibleName())
    (choice,) = [one for one in page.notice.findChildren(QPushButton) if one.text() == "Search for any of these"]
    choice.click()
    assert asked(library).together is Together.ANY


def test_details_say_which_part_the_sentence_is_about(qtbot, window: MainWindow, library: Library) -> None:
    both = hit(1, 1, 30, part=1, others=(Located(0, QUAD),))
    one = ranking([both])
    library.rankings = [[replace(one, query_sizes=((640, 480),) * 2)]]
    window.session.ask(photo(1, BOX))
    window.session.add(photo(1, OTHER_BOX))
    qtbot.waitUntil(lambda: window.session.ranking is not None)
    window.session.select(1)
    said = window.details.findChild(DetailsPanel).selected.why()
    assert said.startswith("Of 2 parts the least certain: 30 details agree")

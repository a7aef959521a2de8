"""What the pages share: asking, dragging a region, going back and forward."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.gui.fake_client import hit, ranking
from tests.gui.window.conftest import Library
from visearch_desktop.core.region import Region
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import PhotoView
from visearch_desktop.search.hits import Stage
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p

CAN = QueryPicture(path=Path("/photos/can.jpg"), name="can.jpg")


@pytest.fixture
def session(qapp, library: Library) -> Session:
    made = Session(library)
    library.start(None)
    return made


def searched(qtbot, session: Session) -> None:
    qtbot.waitUntil(lambda: session.ranking is not None and not session.is_searching)


def test_asking_shows_the_results_and_brings_a_verified_ranking(qtbot, session: Session, library: Library) -> None:
    session.ask(CAN)
    assert session.page == Page.RESULTS
    searched(qtbot, session)
    assert [row.photo_id for row in session.rows] == [hit.photo_id for hit in session.ranking.hits]
    assert library.asked(p.Search)[-1].verify


def test_the_first_ranking_is_replaced_by_the_verified_one(qtbot, session: Session, library: Library) -> None:
    library.rankings = [[ranking([hit(3, 1)], stage=Stage.FIRST), ranking([hit(4, 1, 200)])]]
    stages = []
    session.ranking_changed.connect(stages.append)
    session.ask(CAN)
    searched(qtbot, session)
    assert stages[-2:] == [Stage.FIRST, Stage.VERIFIED]
    assert session.ranking.hits[0].photo_id == 4


def test_while_a_region_is_dragged_answers_are_quick_and_verified_when_it_rests(qtbot, session, library) -> None:
    session.ask(CAN)
    searched(qtbot, session)
    before = len(library.asked(p.Search))
    for step in range(5):
        session.set_region(0, Region(10 + step, 10, 100, 80), dragging=True)
        qtbot.wait(5)
    quick = library.asked(p.Search)[before:]
    assert quick
    assert not any(request.verify for request in quick)
    qtbot.waitUntil(lambda: library.asked(p.Search)[-1].verify)
    last = library.asked(p.Search)[-1]
    assert last.query.pictures[0].region == Region(14, 10, 100, 80)
    searched(qtbot, session)


def test_a_slow_library_is_asked_for_the_newest_region_only(qtbot, session: Session, library: Library) -> None:
    session.ask(CAN)
    searched(qtbot, session)
    library.hold()
    before = len(library.asked(p.Search))
    for step in range(20):
        session.set_region(0, Region(step + 1, 1, 50, 50), dragging=True)
    assert len(library.asked(p.Search)) == before + 1
    library.let_go()
    qtbot.waitUntil(lambda: len(library.asked(p.Search)) > before + 1)
    assert library.asked(p.Search)[before + 1].query.pictures[0].region == Region(20, 1, 50, 50)


def test_an_answer_to_an_older_query_is_dropped(qtbot, session: Session, library: Library) -> None:
    library.hold()
    session.ask(CAN)
    old = library.asked(p.Search)[-1].job
    session.ask(QueryPicture(photo_id=7))
    library.deliver(p.RankingReady(old, ranking([hit(1, 1, 90)]), (library.rows[1],)))
    assert session.ranking is None
    assert any(request.other == old for request in library.asked(p.Cancel))


def test_back_and_forward_restore_query_answer_selection_and_scroll(qtbot, session: Session, library: Library) -> None:
    session.show_view(PhotoView(recent=True))
    session.remember_scroll(420)
    session.select(5)
    session.ask(CAN)
    searched(qtbot, session)
    session.select(1)
    found = session.ranking
    searches = len(library.asked(p.Search))
    session.back()
    assert (session.page, session.view.recent, session.place.scroll, session.selected) == (Page.LIBRARY, True, 420, 5)
    assert not session.query.pictures
    session.forward()
    assert (session.query.pictures, session.selected, session.ranking) == ((CAN,), 1, found)
    assert len(library.asked(p.Search)) == searches, "the answer is still good"


def test_an_answer_from_an_older_library_is_asked_for_again(qtbot, session: Session, library: Library) -> None:
    session.ask(CAN)
    searched(qtbot, session)
    session.show_view(PhotoView())
    library.folders = library.folders[:1]
    library.tell()
    searches = len(library.asked(p.Search))
    session.back()
    assert len(library.asked(p.Search)) == searches + 1


def test_an_answer_that_was_on_its_way_when_photos_came_is_asked_for_again(qtbot, session: Session, library) -> None:
    session._refresh.setInterval(0)
    library.hold()
    session.ask(CAN)
    library.folders = library.folders[:1]
    library.tell()
    qtbot.wait(30)
    assert len(library.asked(p.Search)) == 1, "not while one is on its way"
    library.let_go()
    qtbot.waitUntil(lambda: len(library.asked(p.Search)) == 2)
    searched(qtbot, session)
    qtbot.wait(30)
    assert len(library.asked(p.Search)) == 2


def test_a_failed_answer_is_asked_for_again_when_photos_have_come(qtbot, session: Session, library: Library) -> None:
    session._refresh.setInterval(0)
    library.answers[p.Search] = lambda request: [p.Failed(request.job, "NothingToSearchError", "Not yet.", "")]
    session.ask(CAN)
    qtbot.waitUntil(lambda: session.failure is not None and not session.is_searching)
    qtbot.wait(30)
    assert len(library.asked(p.Search)) == 1, "asking again would say the same"
    del library.answers[p.Search]
    library.folders = library.folders[:1]
    library.tell()
    searched(qtbot, session)
    assert session.failure is None


def test_asking_again_does_not_show_a_step_back(qtbot, session: Session, library: Library) -> None:
    session._refresh.setInterval(0)
    library.rankings = [[ranking([hit(3, 1)], stage=Stage.FIRST), ranking([hit(4, 1, 200)])]]
    session.ask(CAN)
    searched(qtbot, session)
    stages = []
    session.ranking_changed.connect(stages.append)
    library.folders = library.folders[:1]
    library.tell()
    qtbot.waitUntil(lambda: bool(stages))
    searched(qtbot, session)
    assert stages == [Stage.VERIFIED]


def test_the_first_box_on_a_photo_stays_on_it(qtbot, session: Session) -> None:
    photo = QueryPicture(photo_id=7, name="IMG_0007.jpg")
    session.open_picture(photo)
    session.ask(replace(photo, region=Region(10, 20, 100, 80)), stay=True)
    assert session.page is Page.PHOTO
    assert session.shown.region == Region(10, 20, 100, 80)
    session.back()
    assert session.shown.region is None


def test_many_strokes_of_one_region_are_one_step_back(qtbot, session: Session) -> None:
    session.ask(CAN)
    for step in range(4):
        session.set_region(0, Region(10, 10, 50 + step, 50))
    session.back()
    assert session.query.pictures[0].region is None
    assert session.page == Page.RESULTS


def test_a_query_that_cannot_be_read_says_why(qtbot, session: Session, library: Library) -> None:
    library.answers[p.Search] = lambda request: [p.Failed(request.job, "PhotoError", "It is a web page.", "Probably.")]
    with qtbot.waitSignal(session.search_failed) as failed:
        session.ask(CAN)
    assert failed.args == ["It is a web page.", "Probably."]
    assert session.failure == ("It is a web page.", "Probably.")


def test_clearing_goes_back_to_the_library_with_the_same_view(qtbot, session: Session) -> None:
    session.show_view(PhotoView(folder_id=1))
    session.ask(CAN)
    session.clear()
    assert (session.page, session.view.folder_id, session.query.pictures) == (Page.LIBRARY, 1, ())


def test_another_intent_asks_again(qtbot, session: Session, library: Library) -> None:
    session.ask(CAN)
    searched(qtbot, session)
    session.set_intent("colours")
    assert library.asked(p.Search)[-1].intent == "colours"


def test_walking_through_the_hits_in_compare_is_one_place(qtbot, session: Session) -> None:
    session.ask(CAN)
    for photo_id in (0, 1, 2):
        session.compare(photo_id)
    session.back()
    assert session.page == Page.RESULTS

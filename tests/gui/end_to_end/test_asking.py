"""Asking with a picture, in every way there is, and what the answer looks like."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from tests.gui.end_to_end.conftest import SCENES, VIEWS
from tests.gui.end_to_end.person import Person
from visearch_desktop.gui.grid.model import Role
from visearch_desktop.gui.window.places import Page
from visearch_desktop.search.hits import Confidence

SAME = {"scene00.jpg", *(f"again{number}.jpg" for number in range(len(VIEWS)))}


def found(person: Person) -> set[str]:
    """Waits for the answer; the photos under the headings Sure and Likely."""
    person.sees_results()
    counts = dict(person.headings())
    assert counts["Sure"] >= 1
    return set(person.names()[: counts["Sure"] + counts.get("Likely", 0)])


def test_the_library_stands_in_months_the_newest_first(person: Person) -> None:
    person.sees_library(SCENES + len(VIEWS))
    assert person.headings() == [("August 2026", 3), ("July 2026", 6), ("June 2026", 6)]
    assert person.names()[0] == "again2.jpg"


def test_s_on_a_photo_finds_its_other_views_with_their_places(person: Person) -> None:
    person.sees_library(SCENES + len(VIEWS))
    person.click_photo("scene00.jpg")
    person.press(Qt.Key.Key_S, person.grid)
    assert found(person) == SAME
    assert [title for title, _ in person.headings()] == ["Sure", "Likely"]
    model = person.grid.photos()
    hits = [model.index(at).data(Role.HIT) for at in range(model.rowCount())]
    assert [hit.confidence for hit in hits] == sorted((hit.confidence for hit in hits), key=list(Confidence).index)
    assert all(hit.inliers and hit.quad is not None for hit in hits)
    assert person.window.status.right.whole.startswith("Searched 15 photos · 4 hits · verified the best")


def test_a_dropped_file_of_nobodys_is_searched_for(person: Person, pictures: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.jpg"
    outside.write_bytes((pictures / "again1.jpg").read_bytes())
    person.drop_files(outside)
    assert {"again1.jpg", "scene00.jpg"} <= found(person) <= SAME
    assert person.window.query_bar.cards[0].picture.path == outside


def test_any_of_several_dropped_files_is_searched_for(person: Person, pictures: Path) -> None:
    person.drop_files(pictures / "scene03.jpg", pictures / "scene04.jpg")
    assert found(person) == {"scene03.jpg", "scene04.jpg"}
    assert len(person.window.query_bar.cards) == 2


def test_a_hit_that_is_not_wanted_goes_and_comes_back_with_back(person: Person) -> None:
    person.sees_library(SCENES + len(VIEWS))
    person.click_photo("scene00.jpg")
    person.press(Qt.Key.Key_S, person.grid)
    assert "again1.jpg" in found(person)
    person.click_photo("again1.jpg")
    person.press(Qt.Key.Key_N, person.grid, Qt.KeyboardModifier.ShiftModifier)
    assert "again1.jpg" not in found(person)
    assert person.window.query_bar.cards[1].first_line == "not again1.jpg"
    person.window.session.back()
    assert "again1.jpg" in found(person)


def test_a_picture_dragged_out_of_a_browser_is_searched_for(person: Person, pictures: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/pictures/towers.jpg")])
    mime.setData("image/jpeg", (pictures / "scene05.jpg").read_bytes())
    person.drop(mime)
    assert found(person) == {"scene05.jpg"}
    assert person.window.query_bar.cards[0].picture.name == "towers.jpg"


def test_a_pasted_picture_is_searched_for(person: Person, pictures: Path) -> None:
    person.until(lambda: person.window.page is Page.LIBRARY, "the library page")
    QGuiApplication.clipboard().setImage(QImage(str(pictures / "scene06.jpg")))
    person.press(Qt.Key.Key_V, person.window, Qt.KeyboardModifier.ControlModifier)
    assert found(person) == {"scene06.jpg"}


def test_a_dropped_file_that_is_no_picture_is_said_in_place(person: Person, tmp_path: Path) -> None:
    text = tmp_path / "notes.jpg"
    text.write_text("no picture at all")
    person.drop_files(text)
    person.until(lambda: person.session.failure is not None, "a sentence")
    sentence, _hint = person.session.failure or ("", "")
    assert person.page.notice.isVisible()
    assert person.page.notice.sentence == sentence
    assert "Traceback" not in sentence


def test_a_picture_like_nothing_in_the_library_says_that_nothing_was_found(person: Person, tmp_path: Path) -> None:
    plain = QImage(320, 240, QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.darkCyan)
    plain.save(str(tmp_path / "plain.png"))
    person.drop_files(tmp_path / "plain.png")
    person.until(person.is_verified, "a verified answer")
    person.until(lambda: person.page.notice.isVisible(), "a notice")
    said = "None of 15 photos shows this"  # not before the folder was looked through for new photos
    person.until(lambda: said in person.page.notice.sentence, "that nothing was found")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_enter_and_space_open_a_photo_large(person: Person, key: Qt.Key) -> None:
    person.sees_library(SCENES + len(VIEWS))
    person.click_photo("scene02.jpg")
    person.press(key, person.grid)
    person.until(lambda: person.window.page is Page.PHOTO, "the photo page")
    person.until(lambda: not person.page.canvas.is_empty(), "the photo itself")
    person.until(lambda: person.page.name.text() == "scene02.jpg", "its name")


def test_another_intent_answers_anew(person: Person, pictures: Path) -> None:
    person.drop_files(pictures / "scene00.jpg")
    person.sees_results()
    person.press(Qt.Key.Key_3, person.window, Qt.KeyboardModifier.ControlModifier)
    person.until(lambda: person.session.intent != "same" and person.session.ranking is not None, "another answer")
    person.until(lambda: not person.session.is_searching, "all of it")
    assert person.session.ranking is not None
    assert person.session.ranking.hits[0].photo_id == person.grid.photos().photo_at(0).photo_id


def test_a_slow_answer_is_waited_for_in_words_and_then_shown(person: Person, pictures: Path) -> None:
    person.until(lambda: person.window.page is Page.LIBRARY, "the library page")
    os.kill(person.window.client.library_pid, signal.SIGSTOP)
    person.drop_files(pictures / "scene03.jpg")
    person.until(lambda: person.window.page is Page.RESULTS and person.page.notice.isVisible(), "a notice")
    assert person.page.notice.sentence == "Searching…"
    os.kill(person.window.client.library_pid, signal.SIGCONT)
    assert person.sees_results()[0] == "scene03.jpg"
    assert not person.page.notice.isVisible()

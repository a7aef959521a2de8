"""The first minutes: an empty window, a folder dropped on it, photos coming in, pause, resume, cancel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui.end_to_end.conftest import SCENES, VIEWS
from tests.gui.end_to_end.person import Person
from tests.scenes import photo_folder
from visearch_desktop.gui.pages.jobs_popover import JobsPopover
from visearch_desktop.gui.window.places import Page

ALL = SCENES + len(VIEWS)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many large photos that indexing lasts for seconds."""
    photo_folder(tmp_path / "many", 40, width=1200, height=900)
    return tmp_path / "many"


def test_a_dropped_folder_becomes_a_library_that_answers(newcomer: Person, pictures: Path) -> None:
    assert newcomer.window.page is Page.START
    newcomer.drop_files(pictures)
    newcomer.sees_library(ALL)
    newcomer.sees_all_done(ALL)
    assert newcomer.headings() == [("August 2026", 3), ("July 2026", 6), ("June 2026", 6)]
    assert newcomer.window.status.text == "15 photos are ready"
    newcomer.click_photo("scene00.jpg")
    newcomer.press_s()
    assert newcomer.sees_results()[0] == "scene00.jpg"
    assert newcomer.headings()[0][0] == "Sure"


def test_a_query_while_photos_come_in_fills_by_itself(newcomer: Person, pictures: Path) -> None:
    newcomer.drop_files(pictures)
    newcomer.until(lambda: newcomer.session.overview.folders, "the folder")
    newcomer.drop_files(pictures / "scene00.jpg")
    newcomer.sees_all_done(ALL)
    newcomer.until(lambda: len(newcomer.names()) == 1 + len(VIEWS), "the answer from all of the library")
    newcomer.until(lambda: newcomer.page.grid.isVisible(), "the hits themselves, not a notice")
    assert newcomer.names()[0] == "scene00.jpg"
    assert newcomer.headings()[0][0] == "Sure"


def test_progress_is_shown_held_and_goes_on(newcomer: Person, many: Path) -> None:
    status = newcomer.window.status
    newcomer.drop_files(many)
    newcomer.until(lambda: "of 40 photos" in status.text, "progress in numbers")
    newcomer.click(status.pause)
    newcomer.until(lambda: newcomer.window.jobs.is_paused, "the word of the library that it holds")
    newcomer.until(lambda: status.text.startswith("Paused at"), "a pause")
    for _ in range(10):  # photos that were in hand are finished
        held = newcomer.session.overview
        newcomer.qtbot.wait(700)
        if newcomer.session.overview == held:
            break
    assert newcomer.session.overview == held
    assert held.closer < 40
    assert newcomer.window.jobs.indexing is not None
    newcomer.click(status.pause)
    newcomer.sees_all_done(40)
    assert status.text == "40 photos are ready"


def test_indexing_is_cancelled_from_the_list_of_jobs_and_taken_up_again(newcomer: Person, many: Path) -> None:
    newcomer.drop_files(many)
    newcomer.until(lambda: newcomer.window.jobs.indexing, "progress")
    newcomer.click(newcomer.window.status.left)
    (popover,) = (one for one in newcomer.window.findChildren(JobsPopover) if one.isVisible())
    (line,) = popover.lines.values()
    newcomer.click(line.cancel)
    newcomer.until(lambda: newcomer.window.jobs.indexing is None, "the end of it")
    popover.close()
    assert newcomer.session.overview.closer < 40
    newcomer.window.menus.actions["look_again"].trigger()
    newcomer.sees_all_done(40)


def test_a_folder_that_is_not_there_is_said(newcomer: Person, tmp_path: Path) -> None:
    newcomer.window.intake.add_folder(tmp_path / "nowhere")
    newcomer.until(lambda: "nowhere" in newcomer.window.toast.text, "a sentence")
    assert newcomer.window.page is Page.START

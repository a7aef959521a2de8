"""What the window says: messages in place, the status line, the list of jobs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui.window.conftest import Library, ask
from visearch_desktop.gui.window import status_line
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


def test_removing_a_folder_can_be_undone(qtbot, window: MainWindow, library: Library) -> None:
    window.sidebar.folder_removed.emit(library.folders[1])
    assert library.asked(p.RemoveFolder)[0].folder_id == 2
    assert window.toast.text.startswith("Archive disk is no longer searched.")
    window.menus.actions["undo"].trigger()
    assert library.asked(p.RestoreFolder)[0].folder_id == 2
    window.menus.actions["undo"].trigger()
    assert len(library.asked(p.RestoreFolder)) == 1


def test_undo_is_possible_after_the_message_has_gone(qtbot, window: MainWindow, library: Library) -> None:
    window.intake.remove_folder(library.folders[0])
    window.toast.hide()
    window.menus.actions["undo"].trigger()
    assert library.asked(p.RestoreFolder)[0].folder_id == 1


def test_a_folder_that_cannot_be_added_is_said(qtbot, window: MainWindow, library: Library) -> None:
    library.answers[p.AddFolder] = lambda request: [p.Failed(request.job, "FolderError", "It is not there.", "")]
    window.intake.add_folder(Path("/nowhere"))
    qtbot.waitUntil(lambda: window.toast.text == "It is not there.")


def test_a_restart_of_the_search_part_is_said(window: MainWindow, library: Library) -> None:
    library.restarted.emit("The search part stopped and was started again. Your search is repeated.")
    assert window.toast.isVisible()


def test_progress_pause_and_the_end_of_indexing(qtbot, window: MainWindow, library: Library) -> None:
    library.report.emit(p.Progress(7, IndexProgress("first_look", 8120, 12004, "IMG_1.jpg", 31.2, 118.0)))
    assert window.status.text == "8,120 of 12,004 photos · 31 a second · about 2 minutes left"
    assert window.status.right.whole == "You can search now: 60 photos by look, 60 of them by detail"
    window.status.pause.click()
    assert library.asked(p.Pause)[0].paused is True
    library.report.emit(p.Paused(0, True))
    assert window.status.text == "Paused at 8,120 of 12,004 photos"
    assert window.status.pause.text() == "Resume"
    library.report.emit(p.Finished(7))
    assert window.status.text == "60 photos are ready"


def test_waiting_for_mains_power_is_said_and_passes_by_itself(qtbot, window: MainWindow, library: Library) -> None:
    library.report.emit(p.Progress(0, IndexProgress("first_look", 8120, 12004, "a.jpg", 31.0, 120.0)))
    library.report.emit(p.Waiting(0, True))
    assert window.status.text == "Waiting: runs on mains power only"
    library.report.emit(p.Waiting(0, False))
    assert window.status.text.startswith("8,120 of 12,004 photos")


def test_counts_change_at_most_twice_a_second(
    qtbot, window: MainWindow, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_line, "_TWICE_A_SECOND_MS", 10**9)  # the timer alone lets them pass, however slow it is
    for done in range(1, 40):
        library.report.emit(p.Progress(7, IndexProgress("first_look", done, 100, "", 0.0, None)))
    assert window.status.text == "1 of 100 photos"
    qtbot.waitUntil(lambda: window.status.text == "39 of 100 photos")


def test_the_status_line_says_what_a_search_covered(qtbot, window: MainWindow) -> None:
    window.resize(1300, 800)
    ask(qtbot, window)
    assert window.status.right.whole == "Searched 12,004 photos · 4 hits · verified the best 100 in 38 ms"


def test_the_list_of_jobs_pauses_and_cancels(qtbot, window: MainWindow, library: Library) -> None:
    from visearch_desktop.gui.pages.jobs_popover import JobsPopover

    library.report.emit(p.Progress(7, IndexProgress("closer_look", 10, 50, "IMG_1.jpg", 3.0, None)))
    library.report.emit(p.Progress(9, IndexProgress("network", 10_000_000, 50_000_000, "resnet101", 0.0, None)))
    window.show_jobs()
    popover = window.findChild(JobsPopover)
    assert set(popover.lines) == {7, 9}
    assert "10 of 50 photos" in popover.lines[7].state.text()
    popover.lines[9].cancel.click()
    assert library.asked(p.Cancel)[-1].other == 9
    library.report.emit(p.Finished(9, cancelled=True))
    assert set(popover.lines) == {7}
    popover.close()


def test_verifying_is_shown_until_the_verified_ranking_comes(qtbot, window: MainWindow, library: Library) -> None:
    library.hold()
    window.session.ask(QueryPicture(photo_id=2))
    job = library.asked(p.Search)[-1].job
    library.deliver(p.Verifying(job, 31, 100))
    assert window.status.text == "Verifying 31 of 100 candidates"
    library.let_go()
    qtbot.waitUntil(lambda: window.session.ranking is not None)
    assert window.status.text == "60 photos are ready"

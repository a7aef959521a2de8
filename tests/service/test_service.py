"""The service over a scripted library: who waits for whom, and what comes last."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.service.scripted import Heard, Scripted
from visearch_desktop.core import sentences
from visearch_desktop.library.rows import GroupKind, IndexProgress, PhotoView
from visearch_desktop.search.query import Query, QueryPicture
from visearch_desktop.service import protocol as p
from visearch_desktop.service.process import Service

QUERY = Query((QueryPicture(photo_id=1),))


@pytest.fixture
def service(library: Scripted, heard: Heard) -> Iterator[Service]:
    service = Service(library, heard.send)  # type: ignore[arg-type]
    yield service
    if not library.is_closed:
        service.close()


def test_a_page_is_answered_while_a_search_and_an_indexing_run_go_on(
    service: Service, library: Scripted, heard: Heard
) -> None:
    service.take(p.Index(1))
    service.take(p.Search(2, QUERY))
    heard.wait(lambda r: isinstance(r, p.RankingReady))
    service.take(p.GetPage(3, PhotoView(), 10, 2))
    heard.wait_finished(3)
    page, finished = heard.of(3)
    assert [row.photo_id for row in page.rows] == [10, 11]
    assert finished == p.Finished(3)
    assert not heard.all(p.Finished)[1:], "the search and the run are still going on"


def test_a_newer_search_cancels_the_older_one(service: Service, library: Scripted, heard: Heard) -> None:
    for job in (1, 2, 3):
        service.take(p.Search(job, QUERY))
    assert heard.wait_finished(1).cancelled
    assert heard.wait_finished(2).cancelled
    library.gate.set()
    assert not heard.wait_finished(3).cancelled
    assert [report.ranking.stage for report in heard.of(3) if isinstance(report, p.RankingReady)] == [
        "first",
        "verified",
    ]
    assert not [report for report in heard.of(1) if isinstance(report, p.RankingReady) and report.ranking.verified]


def test_a_cancelled_search_says_so_and_sends_nothing_more(service: Service, library: Scripted, heard: Heard) -> None:
    service.take(p.Search(1, QUERY))
    heard.wait(lambda r: isinstance(r, p.RankingReady))
    service.take(p.Cancel(2, 1))
    assert heard.wait_finished(1) == p.Finished(1, cancelled=True)
    assert heard.of(1)[-1] == p.Finished(1, cancelled=True)
    assert not heard.all(p.Failed)
    assert heard.wait_finished(2) == p.Finished(2)


def test_verifying_is_told_at_most_ten_times_a_second(service: Service, library: Scripted, heard: Heard) -> None:
    service.take(p.Search(1, QUERY))
    heard.wait(lambda _: len(heard.all(p.Verifying)) >= 4)
    library.gate.set()
    heard.wait_finished(1)
    at = [at for at, report in zip(heard.at, heard.reports, strict=True) if isinstance(report, p.Verifying)]
    assert min(b - a for a, b in pairwise(at)) > 0.08


def test_a_hit_whose_photo_left_the_library_leaves_the_ranking(
    service: Service, library: Scripted, heard: Heard
) -> None:
    library.gone = {2}
    library.gate.set()
    service.take(p.Search(1, QUERY))
    heard.wait_finished(1)
    first = heard.all(p.RankingReady)[0]
    assert [(hit.photo_id, hit.rank) for hit in first.ranking.hits] == [(1, 1), (3, 2)]
    assert [row.photo_id for row in first.rows] == [1, 3]
    assert first.ranking.standing_out == 2


def test_thumbnails_come_one_by_one(service: Service, heard: Heard) -> None:
    service.take(p.GetThumbnails(1, (4, 5)))
    heard.wait_finished(1)
    assert heard.of(1) == [p.ThumbnailReady(1, 4, b"4"), p.ThumbnailReady(1, 5, b"5"), p.Finished(1)]


def test_a_photo_that_cannot_be_read_is_a_sentence_with_a_hint(service: Service, heard: Heard) -> None:
    service.take(p.GetPreview(1, QueryPicture(path=Path("/x/a.jpg")), 100))
    heard.wait_finished(1)
    failed = heard.of(1)[0]
    assert isinstance(failed, p.Failed)
    assert (failed.kind, failed.hint != "") == ("PhotoError", True)
    assert "“a.jpg” cannot be read" in failed.sentence


def test_a_bug_is_logged_with_its_traceback_and_costs_only_its_job(
    service: Service, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    service.take(p.GetPage(1, PhotoView(), -1, 2))
    heard.wait_finished(1)
    assert heard.of(1) == [p.Failed(1, "ZeroDivisionError", sentences.BUG, ""), p.Finished(1)]
    assert "a bug of ours" in caplog.text
    assert "Traceback" in caplog.text
    service.take(p.GetPage(2, PhotoView(), 0, 1))
    heard.wait_finished(2)
    assert isinstance(heard.of(2)[0], p.PageReady)


def test_adding_a_folder_says_so_at_once_and_finishes_with_its_indexing(
    service: Service, library: Scripted, heard: Heard
) -> None:
    service.take(p.AddFolder(1, Path("/photos")))
    heard.wait(lambda r: r == p.FolderAdded(1, 7))
    assert library.run_started.acquire(timeout=20)
    assert not heard.all(p.Finished)
    library.gate.set()
    assert heard.wait_finished(1) == p.Finished(1)
    assert p.Note(0, "The index was rebuilt.") in heard.reports


def test_a_folder_that_is_missing_is_refused_and_nothing_is_indexed(
    service: Service, library: Scripted, heard: Heard
) -> None:
    service.take(p.AddFolder(1, Path("/missing")))
    heard.wait_finished(1)
    assert [type(report) for report in heard.of(1)] == [p.Failed, p.Finished]
    assert not library.runs


def test_a_new_folder_does_not_wait_for_the_run_that_goes_on(service: Service, library: Scripted, heard: Heard) -> None:
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    service.take(p.AddFolder(2, Path("/photos")))
    assert library.run_started.acquire(timeout=20), "a second run began"
    assert library.runs[0].is_cancelled
    assert not heard.all(p.Finished), "the first job goes on in the second run"
    library.gate.set()
    assert heard.wait_finished(1) == p.Finished(1)
    assert heard.wait_finished(2) == p.Finished(2)
    assert len(library.runs) == 2


def test_looking_for_new_files_during_a_run_lets_another_follow(
    service: Service, library: Scripted, heard: Heard
) -> None:
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    service.take(p.Index(2))
    library.gate.set()
    heard.wait_finished(1)
    heard.wait_finished(2)
    assert len(library.runs) == 2
    assert not library.runs[0].is_cancelled


def test_groups_are_looked_for_after_indexing_and_give_way_to_new_files(
    service: Service, library: Scripted, heard: Heard
) -> None:
    library.groups_gate.clear()
    library.gate.set()
    service.take(p.Index(1))
    heard.wait(lambda r: isinstance(r, p.Progress) and r.progress.stage == "group")
    assert not heard.all(p.Finished), "they are part of the job"
    service.take(p.Index(2))
    assert library.run_started.acquire(timeout=20)
    assert library.run_started.acquire(timeout=20), "new files do not wait for the groups"
    assert library.grouped[0].is_cancelled
    library.groups_gate.set()
    assert heard.wait_finished(1) == p.Finished(1)
    assert heard.wait_finished(2) == p.Finished(2)
    assert len(library.grouped) == 2


def test_looking_for_groups_can_be_cancelled(service: Service, library: Scripted, heard: Heard) -> None:
    library.groups_gate.clear()
    library.gate.set()
    service.take(p.Index(1))
    heard.wait(lambda r: isinstance(r, p.Progress) and r.progress.stage == "group")
    service.take(p.Cancel(2, 1))
    assert heard.wait_finished(1) == p.Finished(1, cancelled=True)
    assert library.grouped[0].is_cancelled


def test_the_photos_of_a_group_are_read(service: Service, heard: Heard) -> None:
    service.take(p.GetGroupPhotos(1, GroupKind.SAME, 7))
    heard.wait_finished(1)
    assert heard.of(1)[0] == p.GroupPhotosReady(1, (7, 8))


def test_cancelling_one_of_two_indexing_jobs_lets_the_run_go_on(
    service: Service, library: Scripted, heard: Heard
) -> None:
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    service.take(p.Index(2))
    service.take(p.Cancel(3, 1))
    assert heard.wait_finished(1) == p.Finished(1, cancelled=True)
    assert not library.runs[0].is_cancelled
    service.take(p.Cancel(4, 2))
    assert heard.wait_finished(2) == p.Finished(2, cancelled=True)
    assert library.runs[0].is_cancelled
    assert len(library.runs) == 1


def test_a_run_that_nobody_asked_for_can_be_cancelled_too(service: Service, library: Scripted, heard: Heard) -> None:
    service._look_again()
    assert library.run_started.acquire(timeout=20)
    service.take(p.Cancel(1, 0))
    assert heard.wait_finished(0) == p.Finished(0, cancelled=True)


def test_pause_holds_the_run_and_the_runs_to_come(service: Service, library: Scripted, heard: Heard) -> None:
    service.take(p.Pause(1, True))
    heard.wait_finished(1)
    assert p.Paused(0, True) in heard.reports
    service.take(p.Index(2))
    assert library.run_started.acquire(timeout=20)
    assert library.runs[0].is_paused
    service.take(p.Pause(3, False))
    assert heard.wait(lambda r: r == p.Paused(0, False))
    assert not library.runs[0].is_paused
    library.gate.set()
    heard.wait_finished(2)


def test_progress_goes_to_every_open_job_at_most_ten_times_a_second(
    service: Service, library: Scripted, heard: Heard
) -> None:
    library.progress = lambda on_progress: [
        on_progress(IndexProgress("scan", i, 0, "", 0.0, None)) for i in range(50_000)
    ]  # type: ignore[func-returns-value]
    library.gate.set()
    service.take(p.Index(1))
    heard.wait_finished(1)
    at = [at for at, report in zip(heard.at, heard.reports, strict=True) if isinstance(report, p.Progress)]
    assert at
    assert all(b - a > 0.08 for a, b in pairwise(at))


def test_a_change_is_told_at_most_twice_a_second_and_the_last_one_is_told(
    service: Service, library: Scripted, heard: Heard
) -> None:
    def grow(on_progress: object) -> None:
        for library.photos in range(1, 20_001):
            on_progress(IndexProgress("first_look", library.photos, 20_000, "", 0.0, None))  # type: ignore[operator]

    library.progress = grow
    library.gate.set()
    service.take(p.Index(1))
    heard.wait(lambda r: isinstance(r, p.LibraryChanged) and r.overview.photos == 20_000)
    at = [at for at, report in zip(heard.at, heard.reports, strict=True) if isinstance(report, p.LibraryChanged)]
    assert all(b - a > 0.45 for a, b in pairwise(at))


def test_closing_finishes_every_open_job_and_closes_the_library(
    service: Service, library: Scripted, heard: Heard
) -> None:
    service.take(p.Index(1))
    for job in range(2, 30):
        service.take(p.Search(job, QUERY))
    service.close()
    assert sorted(report.job for report in heard.all(p.Finished)) == list(range(1, 30))
    assert all(report.cancelled for report in heard.all(p.Finished))
    assert library.is_closed


def test_what_a_device_cannot_do_is_said_once_after_a_search(
    service: Service, library: Scripted, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "device_notes", lambda: ("The processor is used.",))
    library.gate.set()
    for job in (1, 2):
        service.take(p.Search(job, QUERY))
        heard.wait_finished(job)
    assert heard.all(p.Note) == [p.Note(0, "The processor is used.")]


def test_purging_stops_the_run_and_lets_it_go_on_afterwards(service: Service, library: Scripted, heard: Heard) -> None:
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    service.take(p.Purge(2))
    heard.wait_finished(2)
    assert library.purged_while == [True]
    assert library.run_started.acquire(timeout=20), "the run goes on"
    library.gate.set()
    assert heard.wait_finished(1) == p.Finished(1)
    assert len(library.runs) == 2


def test_every_request_has_a_lane() -> None:
    from typing import get_args

    from visearch_desktop.service import answers, changes, evaluations

    by_hand = {p.Pause, p.Cancel, p.Index, p.Quit}
    assert set(answers.LANES) | set(changes.LANES) | set(evaluations.LANES) | by_hand == set(get_args(p.Request))

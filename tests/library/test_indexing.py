"""Indexing: what changed is done, once, whatever happens in between."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.library.indexed import last_ranking, names, photos
from tests.scenes import save, scene
from visearch_desktop.core.errors import FolderError, NetworkMissingError, UnknownNameError
from visearch_desktop.library import learning
from visearch_desktop.library.control import Control
from visearch_desktop.library.indexing import IndexRun
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import IndexProgress, PhotoView
from visearch_desktop.methods.descriptors.colour_histogram import ColourHistogram
from visearch_desktop.methods.descriptors.library_whitening import LibraryWhitened
from visearch_desktop.search.intents import intents
from visearch_desktop.search.query import QueryPicture

OF_INTENTS = {intent.descriptor for intent in intents() if intent.descriptor}


def without_networks(root: Path) -> Library:
    """A library that knows no network, not even the program's own: its default descriptor is one that learns."""
    return Library.open(root, network_folders=(root / "networks",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    photos(tmp_path / "photos", 5)
    return tmp_path / "photos"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with without_networks(tmp_path / "library") as library:
        yield library


def vectors_of(library: Library) -> dict[tuple[str, str], bytes]:
    """Every stored vector, by key and content."""
    with sqlite3.connect(library.paths.catalogue) as connection:
        rows = connection.execute(
            """SELECT key, content_hash, vector FROM vectors
               JOIN keys ON keys.id = key_id JOIN photos ON photos.id = photo_id"""
        ).fetchall()
    connection.close()
    return {(key, content_hash): vector for key, content_hash, vector in rows}


def test_the_report_says_what_was_done_and_how_long_it_took(library: Library, folder: Path) -> None:
    (folder / "broken.jpg").write_bytes(b"")
    shutil.copy(folder / "photo001.jpg", folder / "copy.jpg")
    report = library.index([folder], workers=1)
    assert report.folders == (folder,)
    assert (report.photos, report.added, report.updated, report.removed) == (6, 6, 0, 0)
    assert [(row.name, row.problem) for row in report.problems] == [("broken.jpg", "empty")]
    assert set(report.stages) == {"scan", "decode", "describe", "index"}
    assert all(seconds > 0 for seconds in report.stages.values())
    assert not report.cancelled


def test_changed_moved_deleted_and_new_files_are_told_apart(library: Library, folder: Path) -> None:
    library.index([folder], workers=1)
    save(scene(77, 400, 300), folder / "photo000.jpg")
    (folder / "sub").mkdir()
    (folder / "photo001.jpg").rename(folder / "sub" / "renamed.jpg")
    (folder / "photo002.jpg").unlink()
    save(scene(78, 400, 300), folder / "new.jpg")
    report = library.index(workers=1)
    assert (report.photos, report.added, report.updated, report.removed) == (5, 1, 1, 1)
    ranking = last_ranking(library, QueryPicture(path=folder / "sub" / "renamed.jpg"), limit=0)
    assert names(library, ranking)[0] == "renamed.jpg"
    assert len(ranking.hits) == 5


def test_a_moved_file_is_not_decoded_again(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.index([folder], workers=1)
    before = vectors_of(library)
    (folder / "photo001.jpg").rename(folder / "moved.jpg")
    monkeypatch.setattr(
        "visearch_desktop.library.indexing.WORK", "tests.library.looking_at_traps:start_without_decoder"
    )
    report = library.index(workers=1)
    assert (report.photos, report.added, report.updated, report.removed) == (5, 0, 0, 0)
    assert report.problems == ()
    assert vectors_of(library) == before


def test_a_file_that_crashes_or_hangs_its_worker_is_a_problem_and_the_rest_is_indexed(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visearch_desktop.library.indexing.WORK", "tests.library.looking_at_traps:start")
    library.set_setting("seconds_limit", 2)
    for name in ("segfault.jpg", "hang.jpg"):
        save(scene(hash(name) % 1000, 400, 300), folder / name)
    report = library.index([folder], workers=2)
    assert {(row.name, row.problem) for row in report.problems} == {
        ("segfault.jpg", "crashed"), ("hang.jpg", "timed_out"),
    }  # fmt: skip
    assert library.overview().looked == library.overview().closer == 5
    assert [row.sentence for row in report.problems if row.name == "hang.jpg"] == [
        "It kept the decoder busy for 2 seconds and was set aside. The other photos went on."
    ]


def test_a_problem_is_tried_again_on_request_only(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as traps:
        traps.setattr("visearch_desktop.library.indexing.WORK", "tests.library.looking_at_traps:start")
        (folder / "photo000.jpg").rename(folder / "segfault.jpg")
        library.index([folder], workers=1)
    assert library.index().photos == 4
    library.retry_problems([row.file_id for row in library.problems()])
    assert library.index(workers=1).photos == 5
    assert library.problems() == ()


def test_two_passes_and_one_give_the_same_vectors(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with another number of workers and files that come in another order."""
    found = []
    for at_once, workers in ((500, 1), (0, 2)):
        monkeypatch.setattr("visearch_desktop.library.updating.BOTH_AT_ONCE", at_once)
        with without_networks(tmp_path / f"library{at_once}") as library:
            stages: list[IndexProgress] = []
            library.index([folder], workers=workers, on_progress=stages.append)
            found.append((vectors_of(library), {one.stage for one in stages}))
        for path in folder.iterdir():
            os.utime(path, (time.time(), 1e9 - path.stat().st_mtime / 7))
    assert "closer_look" in found[1][1]
    assert "closer_look" not in found[0][1]
    assert found[0][0] == found[1][0]


def test_thumbnails_that_were_lost_are_made_again(tmp_path: Path, folder: Path) -> None:
    with without_networks(tmp_path / "library") as library:
        library.index([folder], workers=1)
    library.paths.thumbnails.write_bytes(b"damaged" * 100)
    with without_networks(tmp_path / "library") as library:
        assert library.notes
        library.index(workers=1)
        assert all(library.thumbnail(row.photo_id) for row in library.page(PhotoView(), 0, 10))


def test_another_descriptor_is_computed_for_all_photos_and_used_when_asked_for(library: Library, folder: Path) -> None:
    library.index([folder], descriptor="colour_histogram", workers=1)
    picture = QueryPicture(path=folder / "photo002.jpg")
    assert last_ranking(library, picture).descriptor.startswith("colour_histogram@")
    library.index(workers=1)
    ranking = last_ranking(library, picture, descriptor="rootsift_vlad")
    assert ranking.searched == 5
    assert last_ranking(library, picture).descriptor == ranking.descriptor


def test_what_cannot_be_done_is_refused_before_anything_is_read(library: Library, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        library.index([folder], descriptor="nonsense")
    with pytest.raises(NetworkMissingError):
        library.index([folder], descriptor="resnet50")
    with pytest.raises(FolderError):
        library.index([tmp_path / "missing"])
    assert library.overview().photos == 0


def test_a_missing_drive_is_said_and_loses_nothing(library: Library, folder: Path) -> None:
    library.index([folder], workers=1)
    folder.rename(folder.with_name("elsewhere"))
    report = library.index()
    assert report.notes == ("photos is not connected. Its 5 photos stay searchable by thumbnail; nothing is removed.",)
    assert (report.photos, report.removed) == (5, 0)
    photo_id = library.page(PhotoView(), 0, 1)[0].photo_id
    assert len(last_ranking(library, QueryPicture(photo_id=photo_id)).hits) == 5


# --- stopping and going on -------------------------------------------------------------------------------------------


def test_a_cancelled_run_keeps_what_it_has_and_the_next_one_does_the_rest(library: Library, folder: Path) -> None:
    photos(folder, 30)
    control = Control()

    def cancel_in_the_middle(progress: IndexProgress) -> None:
        if progress.done >= 8:
            control.cancel()

    first = library.index([folder], workers=2, control=control, on_progress=cancel_in_the_middle)
    assert first.cancelled
    assert 8 <= first.photos < 30
    second = library.index(workers=2)
    assert not second.cancelled
    assert (second.photos, first.added + second.added) == (30, 30)
    assert library.overview().looked == library.overview().closer == 30


def test_cancelling_is_obeyed_while_paused(library: Library, folder: Path) -> None:
    control = Control()
    control.pause()
    threading.Timer(0.5, control.cancel).start()
    assert library.index([folder], workers=1, control=control).cancelled


def test_a_paused_run_has_written_what_it_found_and_goes_on(library: Library, folder: Path) -> None:
    photos(folder, 20)
    control = Control()
    paused = threading.Event()

    def pause_in_the_middle(progress: IndexProgress) -> None:
        if progress.done >= 5 and not paused.is_set():
            control.pause()
            paused.set()

    reports = []
    run = threading.Thread(
        target=lambda: reports.append(
            library.index([folder], workers=2, control=control, on_progress=pause_in_the_middle)
        )
    )
    run.start()
    assert paused.wait(60)
    seen = -1
    while (now := library.overview().photos) != seen or now < 5:
        seen = now
        time.sleep(1.0)
    assert 5 <= seen < 20
    control.resume()
    run.join()
    assert reports[0].photos == 20


def test_a_cancelled_training_is_not_waited_for(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.index([folder], descriptor="colour_histogram", workers=1)
    release, begun = threading.Event(), threading.Event()
    from visearch_desktop.methods.descriptors.rootsift_vlad import RootSiftVlad

    def endless(self: RootSiftVlad, sample: object, seed: int = 0) -> None:
        begun.set()
        release.wait()

    monkeypatch.setattr(RootSiftVlad, "train", endless)
    control = Control()
    threading.Thread(target=lambda: begun.wait(60) and control.cancel()).start()
    assert library.index(control=control).cancelled
    release.set()


# --- learning from the library ---------------------------------------------------------------------------------------


def test_what_was_learned_is_kept_until_the_library_has_grown_four_fold(library: Library, folder: Path) -> None:
    def key() -> str:
        return last_ranking(library, QueryPicture(path=folder / "photo000.jpg")).descriptor

    library.index([folder], workers=2)
    first = key()
    photos(folder, 12)
    library.index(workers=2)
    assert key() == first
    photos(folder, 20)
    library.index(workers=2)
    assert key() != first
    described = {name for name, _ in vectors_of(library)}
    assert {name for name in described if name.partition("@")[0] not in OF_INTENTS} == {key()}
    assert len(last_ranking(library, QueryPicture(path=folder / "photo000.jpg"), limit=0).hits) == 20


def test_during_a_long_run_photos_can_be_searched_early_and_the_end_is_as_if_nothing_had_been(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    photos(folder, 24)
    monkeypatch.setattr("visearch_desktop.library.progress.EVERY_S", 0.0)  # told of every photo, however quick
    keys = []
    for least in (10_000, 4):
        monkeypatch.setattr(learning, "FIRST_PROVISIONAL", least)
        monkeypatch.setattr(learning, "LEAST_REMAINING", least)
        monkeypatch.setattr("visearch_desktop.library.passes.BATCH", 4)
        early: set[str] = set()
        with without_networks(tmp_path / f"library{least}") as library:

            def search(now: IndexProgress, library: Library = library, early: set[str] = early) -> None:
                if now.done in (17, 22) and library.overview().photos:
                    picture = QueryPicture(path=folder / "photo000.jpg")
                    early.add(last_ranking(library, picture, verify=False).descriptor.partition("@")[0])

            library.index([folder], workers=2, on_progress=search)
            keys.append(set(vectors_of(library)))
        assert ("rootsift_vlad" in early) == (least == 4)
    assert keys[0] == keys[1]


def test_progress_counts_up_in_every_stage(library: Library, folder: Path) -> None:
    seen: list[IndexProgress] = []
    library.index([folder], workers=1, on_progress=seen.append)
    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == ["scan", "first_look", "learn"]
    for stage in stages:
        done = [progress.done for progress in seen if progress.stage == stage]
        assert done == sorted(done)
    last = [progress for progress in seen if progress.stage == "first_look"][-1]
    assert (last.done, last.total) == (5, 5)


def test_photos_are_only_read(library: Library, folder: Path) -> None:
    def state() -> dict[str, tuple[str, int]]:
        return {
            path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
            for path in folder.iterdir()
        }

    before = state()
    library.index([folder], workers=1)
    assert state() == before


def test_workers_are_ended_with_the_run(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pools = []
    start = IndexRun._start_workers
    monkeypatch.setattr(IndexRun, "_start_workers", lambda run, tasks: pools.append(start(run, tasks)) or pools[-1])
    library.index([folder], workers=2)
    assert len(pools) == 1
    assert pools[0].process_ids == ()


def test_a_whitening_is_learned_from_another_descriptors_vectors(library: Library, folder: Path) -> None:
    """As networks without a whitening of their own do."""
    photos(folder, 24)
    whitened = LibraryWhitened("whitened_colours", ColourHistogram())
    library._descriptors._built["whitened_colours"] = whitened
    report = library.index([folder], descriptor="whitened_colours", workers=2)
    assert report.problems == ()
    ranking = last_ranking(
        library, QueryPicture(path=folder / "photo003.jpg"), descriptor="whitened_colours", verify=False
    )
    assert ranking.searched == 24
    assert names(library, ranking)[0] == "photo003.jpg"
    assert ranking.hits[0].similarity == pytest.approx(1, abs=0.01)
    assert ranking.hits[1].similarity < 0.6
    assert {name.partition("@")[0] for name, _ in vectors_of(library)} == {"whitened_colours", *OF_INTENTS}


def test_what_is_said_of_the_library_is_said_of_the_descriptor_that_answers(library: Library, folder: Path) -> None:
    assert library.overview().descriptor == "rootsift_vlad", "what will answer, while there is nothing"
    library.index([folder], descriptor="colour_histogram", workers=1)
    overview = library.overview()
    assert (overview.descriptor, overview.looked) == ("rootsift_vlad", 0), "colours stand in until it comes"
    library.index(descriptor="gist+pca", workers=1)
    overview = library.overview()
    assert (overview.descriptor, overview.looked) == ("gist+pca", 5)
    assert last_ranking(library, QueryPicture(path=folder / "photo002.jpg")).descriptor.startswith("gist+pca@")
    library.index(workers=1)
    assert (library.overview().descriptor, library.overview().looked) == ("rootsift_vlad", 5)

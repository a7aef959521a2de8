from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalogue.conftest import content, fill
from visearch_desktop.catalogue import features, files, folders, jobs, photos, purge, shown, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import shown_time
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.catalogue.jobs import JobState
from visearch_desktop.catalogue.names import printable, sort_key, to_path, to_stored
from visearch_desktop.catalogue.thumbnails import Thumbnails


def test_names_sort_as_people_sort_them() -> None:
    names = ["IMG_10.jpg", "img_9.jpg", "Zoo.jpg", "älter.jpg", "IMG_9a.jpg", "a.jpg"]
    assert sorted(names, key=sort_key) == ["a.jpg", "img_9.jpg", "IMG_9a.jpg", "IMG_10.jpg", "Zoo.jpg", "älter.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
@given(st.binary(min_size=1, max_size=40).filter(lambda name: not {0, 47} & set(name) and name not in (b".", b"..")))
def test_any_file_name_survives_being_stored(name: bytes) -> None:
    assert to_stored(to_path(b"/photos", name)) == b"/photos/" + name
    assert printable(name).encode("utf-8")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("2026-07-31T18:05:09+02:00", "2026-07-31T18:05:09"),
        ("2026-07-31T18:05:09", "2026-07-31T18:05:09"),
    ],
)
def test_a_photo_is_sorted_by_the_clock_of_the_place_where_it_was_taken(taken: str, expected: str) -> None:
    assert shown_time(taken, 0) == expected


def test_without_a_date_the_time_of_the_file_counts() -> None:
    assert shown_time("", 1_753_000_000 * 10**9).startswith("2025-07-")
    assert shown_time("long ago", 1_753_000_000 * 10**9).startswith("2025-07-")
    assert shown_time("", 10**30) == "", "a time that no calendar has"
    assert shown_time("", 0) == "", "a file whose time nobody knew is not of January 1970"


def test_a_work_that_did_not_end_is_known_after_a_restart(tmp_path: Path) -> None:
    with closing(Catalogue.open(tmp_path / "c.sqlite", tmp_path)) as catalogue:
        done = jobs.begin(catalogue, "index", {"folders": ["/a"]})
        jobs.end(catalogue, done, JobState.FINISHED, {"photos": 7})
        jobs.begin(catalogue, "index")
    with closing(Catalogue.open(tmp_path / "c.sqlite", tmp_path)) as catalogue:
        assert [job.kind for job in jobs.list_jobs(catalogue, JobState.RUNNING)] == ["index"]
        (finished,) = jobs.list_jobs(catalogue, JobState.FINISHED)
        assert finished.facts == {"folders": ["/a"], "photos": 7}
        assert finished.started <= finished.ended


def test_works_that_ended_long_ago_are_forgotten(catalogue: Catalogue) -> None:
    running = jobs.begin(catalogue, "watch")
    for _ in range(jobs.KEPT + 20):
        jobs.end(catalogue, jobs.begin(catalogue, "index"), JobState.FINISHED)
    kept = jobs.list_jobs(catalogue)
    assert jobs.KEPT <= len(kept) <= jobs.KEPT + 2
    assert kept[-1].job_id == running


def test_thumbnails_are_kept_by_content(tmp_path: Path) -> None:
    with closing(Thumbnails(tmp_path / "thumbnails.sqlite")) as thumbnails:
        thumbnails.put_many([("a", b"one"), ("b", b"two")])
        thumbnails.put_many([("a", b"better")])
        assert thumbnails.get("a") == b"better"
        assert thumbnails.get("c") == b""
        assert thumbnails.having(["a", "c"]) == {"a"}
        assert thumbnails.keep_only(["b"]) == 1
        assert thumbnails.note == ""
    with closing(Thumbnails(tmp_path / "thumbnails.sqlite")) as thumbnails:
        assert (thumbnails.get("a"), thumbnails.get("b")) == (b"", b"two")


@pytest.mark.parametrize("rubbish", [b"not a database", b"SQLite format 3\0" + b"\x01" * 9000])
def test_a_damaged_file_of_thumbnails_is_replaced_and_that_is_said(tmp_path: Path, rubbish: bytes) -> None:
    path = tmp_path / "thumbnails.sqlite"
    path.write_bytes(rubbish)
    with closing(Thumbnails(path)) as thumbnails:
        assert "made again" in thumbnails.note
        thumbnails.put_many([("a", b"one")])
        assert thumbnails.get("a") == b"one"


def test_purging_forgets_what_no_file_refers_to_and_nothing_else(catalogue: Catalogue, tmp_path: Path) -> None:
    ids = fill(catalogue, 4)
    vectors.put_many(catalogue, "k", [(content(i), bytes(4)) for i in range(4)])
    features.put_many(catalogue, "f", [(content(i), 1, b"x") for i in range(4)])
    files.mark_gone(catalogue, [1, 2])
    with closing(Thumbnails(tmp_path / "thumbnails.sqlite")) as thumbnails:
        thumbnails.put_many((content(i), b"jpeg") for i in range(4))
        before = purge.gone(catalogue, thumbnails)
        purged = purge.purge(catalogue, thumbnails)
        assert (purged.files, purged.photos, purged.thumbnails) == (2, 2, 2)
        assert (before.photos, before.size_bytes) == (2, purged.size_bytes)
        assert purge.gone(catalogue, thumbnails) == purge.Gone(0, 0)
        assert thumbnails.get(content(2)) == b"jpeg"
    assert vectors.get(catalogue, "k", ids[0]) is None
    assert vectors.get(catalogue, "k", ids[3]) is not None
    assert features.get(catalogue, "f", ids[0]) is None
    assert catalogue.check_integrity() == []


def test_purging_spares_drives_that_are_not_connected_and_drops_removed_folders(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    fill(catalogue, 2, Path("/archive"))
    fill(catalogue, 4, Path("/removed"))
    folders.set_state(catalogue, 1, FolderState.OFFLINE)
    folders.set_state(catalogue, 2, FolderState.REMOVED)
    shown.refresh_folder(catalogue, 2)
    with closing(Thumbnails(tmp_path / "thumbnails.sqlite")) as thumbnails:
        purged = purge.purge(catalogue, thumbnails)
    assert (purged.folders, purged.files, purged.photos) == (1, 4, 2)
    assert photos.count_present(catalogue) == 2
    new = fill(catalogue, 6, Path("/again"))
    assert min(set(new) - {1, 2}) > 4, "numbers of photos are never used again"


def test_a_key_can_be_forgotten(catalogue: Catalogue) -> None:
    ids = fill(catalogue, 1)
    for key in ("old", "new"):
        vectors.put_many(catalogue, key, [(content(0), bytes(4))])
    purge.delete_key(catalogue, "old")
    assert vectors.get(catalogue, "old", ids[0]) is None
    assert vectors.get(catalogue, "new", ids[0]) is not None

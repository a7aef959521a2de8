from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.library.disk import BAD, KEY, index, read, shown, write
from visearch_desktop.catalogue import files, folders, problems, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.core.errors import FolderError, PhotoError, Problem
from visearch_desktop.library import scanning
from visearch_desktop.library.folders import add_folder, remove_folder
from visearch_desktop.library.scanning import scan


@pytest.fixture
def folder_id(catalogue: Catalogue, photos: Path) -> int:
    write(photos / "a.jpg", "A")
    write(photos / "2024" / "b.jpg", "BB")
    write(photos / "2024" / "c.jpg", "CCC")
    found = add_folder(catalogue, catalogue.path.parent, photos).folder_id
    index(catalogue, found)
    return found


def photo_at(catalogue: Catalogue, path: Path) -> int:
    row = catalogue.connection.execute(
        "SELECT photo_id FROM files WHERE name = ? AND state = 'present'", (path.name,)
    ).fetchone()
    return int(row[0])


def test_the_first_scan_asks_for_everything_to_be_read(catalogue: Catalogue, photos: Path) -> None:
    write(photos / "old" / "1.jpg", "1", second=100)
    write(photos / "new" / "2.jpg", "2", second=300)
    write(photos / "new" / "3.jpg", "3", second=50)
    write(photos / "notes.txt", "no photo")
    found = scan(catalogue, add_folder(catalogue, catalogue.path.parent, photos).folder_id)
    assert (found.found, found.new, found.changed, found.gone) == (3, 3, 0, 0)
    assert [file.path.name for file in found.unread] == ["2.jpg", "3.jpg", "1.jpg"], "newest folders first"


def test_an_unchanged_folder_is_not_read_again(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    before = catalogue.connection.execute("SELECT * FROM files").fetchall()
    again, _ = index(catalogue, folder_id)
    assert again.unread == ()
    assert (again.found, again.new, again.changed, again.back, again.gone) == (3, 0, 0, 0, 0)
    assert catalogue.connection.execute("SELECT * FROM files").fetchall() == before


def test_a_changed_file_is_read_again_and_becomes_another_photo(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    before = photo_at(catalogue, photos / "a.jpg")
    write(photos / "a.jpg", "A, edited", second=1_700_000_100)
    found, recorded = index(catalogue, folder_id)
    assert [file.path for file in found.unread] == [photos / "a.jpg"]
    assert (found.changed, recorded.updated, recorded.added) == (1, 1, 0)
    after = photo_at(catalogue, photos / "a.jpg")
    assert after != before
    assert vectors.load(catalogue, KEY)[0].tolist() == sorted({2, 3, after})
    assert vectors.get(catalogue, KEY, before) is not None, "the old content may come back from a backup"


def test_a_file_that_was_only_touched_stays_the_same_photo(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    before = photo_at(catalogue, photos / "a.jpg")
    write(photos / "a.jpg", "A", second=1_700_000_100)
    found, recorded = index(catalogue, folder_id)
    assert found.unread[0].known, "nothing needs decoding"
    assert (recorded.updated, recorded.added) == (0, 0)
    assert photo_at(catalogue, photos / "a.jpg") == before


@pytest.mark.parametrize("new_name", ["renamed.jpg", "A.JPG", "2024/a.jpg", "deep/down/here/a.jpg"])
def test_renamed_moved_and_case_changed_files_keep_their_vectors(
    catalogue: Catalogue, photos: Path, folder_id: int, new_name: str
) -> None:
    before = photo_at(catalogue, photos / "a.jpg")
    (photos / new_name).parent.mkdir(parents=True, exist_ok=True)
    (photos / "a.jpg").rename(photos / new_name)
    found, recorded = index(catalogue, folder_id)
    assert (found.new, found.gone) == (1, 1)
    assert (recorded.moved, recorded.added, recorded.updated) == (1, 0, 0)
    assert photo_at(catalogue, photos / new_name) == before
    assert shown(catalogue) == {photos / new_name, photos / "2024" / "b.jpg", photos / "2024" / "c.jpg"}
    assert catalogue.connection.execute("SELECT COUNT(*) FROM files").fetchone() == (3,), (
        "no row is left of the old name"
    )


def test_a_whole_folder_that_was_renamed_keeps_its_vectors(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    (photos / "2024").rename(photos / "Summer 2024")
    _, recorded = index(catalogue, folder_id)
    assert (recorded.moved, recorded.added) == (2, 0)
    assert catalogue.connection.execute("SELECT COUNT(*) FROM photos").fetchone() == (3,)


def test_a_deleted_file_leaves_the_results_but_not_the_catalogue(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    (photos / "a.jpg").unlink()
    found, _ = index(catalogue, folder_id)
    assert found.gone == 1
    assert shown(catalogue) == {photos / "2024" / "b.jpg", photos / "2024" / "c.jpg"}
    assert vectors.get(catalogue, KEY, 1) is not None
    write(photos / "a.jpg", "A")
    found, _ = index(catalogue, folder_id)
    assert (found.back, found.unread) == (1, ()), "restored as it was: not even read"
    assert photos / "a.jpg" in shown(catalogue)


def test_a_copy_is_the_same_photo_and_survives_its_original(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    write(photos / "copy of a.jpg", "A", second=1_700_000_500)
    _, recorded = index(catalogue, folder_id)
    assert (recorded.added, recorded.moved) == (1, 0)
    assert catalogue.connection.execute("SELECT COUNT(*) FROM files WHERE is_first = 1").fetchone() == (3,)
    (photos / "a.jpg").unlink()
    index(catalogue, folder_id)
    assert catalogue.connection.execute("SELECT name FROM files WHERE is_first = 1 AND photo_id = 1").fetchall() == [
        ("copy of a.jpg",)
    ]


def test_what_a_stopped_run_did_not_read_is_read_by_the_next(catalogue: Catalogue, photos: Path) -> None:
    for name in "abcde":
        write(photos / f"{name}.jpg", name)
    folder_id = add_folder(catalogue, catalogue.path.parent, photos).folder_id
    first = scan(catalogue, folder_id)
    read(catalogue, first.unread[:2])
    again = scan(catalogue, folder_id)
    assert again.new == 0
    assert [file.path for file in again.unread] == [file.path for file in first.unread[2:]]


def test_a_change_that_was_not_read_yet_is_not_taken_for_the_old_content_when_it_comes_back(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    write(photos / "a.jpg", "another content", second=1_700_000_100)
    scan(catalogue, folder_id)
    (photos / "a.jpg").unlink()
    scan(catalogue, folder_id)
    write(photos / "a.jpg", "another content", second=1_700_000_100)
    found, _ = index(catalogue, folder_id)
    assert [file.path.name for file in found.unread] == ["a.jpg"]
    assert photo_at(catalogue, photos / "a.jpg") != 1


def test_a_scan_that_is_cancelled_changes_nothing(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    write(photos / "d.jpg", "D")
    (photos / "a.jpg").unlink()
    found = scan(catalogue, folder_id, cancelled=lambda: True)
    assert found.is_cancelled
    assert len(shown(catalogue)) == 3


def test_a_missing_drive_makes_its_folder_offline_and_loses_nothing(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    photos.rename(photos.with_name("unplugged"))
    found, _ = index(catalogue, folder_id)
    assert found.is_offline
    assert len(shown(catalogue)) == 3, "still to be found by thumbnail"
    assert len(vectors.load(catalogue, KEY)[0]) == 3
    photos.with_name("unplugged").rename(photos)
    found, _ = index(catalogue, folder_id)
    assert (found.is_offline, found.unread, found.gone) == (False, (), 0)
    folder = folders.get_folder(catalogue, folder_id)
    assert folder is not None
    assert folder.state is FolderState.ONLINE


def test_an_empty_mount_point_is_a_missing_drive(
    catalogue: Catalogue, photos: Path, folder_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in list(photos.rglob("*.jpg")):
        path.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(scanning, "mount_point", lambda path: Path("/somewhere/else"))
        assert index(catalogue, folder_id)[0].is_offline
    assert len(shown(catalogue)) == 3
    assert index(catalogue, folder_id)[0].gone == 3, "on the same drive as before, the files were deleted"


def test_a_drive_pulled_out_during_the_walk_is_a_missing_drive(
    catalogue: Catalogue, photos: Path, folder_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk_of_a_vanishing_folder(folder: Path, excludes: object) -> object:
        yield PhotoError(folder, Problem.READ_FAILED, {"detail": "Input/output error"})

    monkeypatch.setattr(scanning, "walk", walk_of_a_vanishing_folder)
    assert scan(catalogue, folder_id).is_offline
    assert len(shown(catalogue)) == 3


def test_a_folder_that_became_a_file_is_said_to_be_one(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    photos.rename(photos.with_name("moved"))
    photos.write_text("in the way")
    with pytest.raises(FolderError):
        scan(catalogue, folder_id)
    assert len(shown(catalogue)) == 3


def test_a_removed_folder_is_not_scanned(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    remove_folder(catalogue, folder_id)
    write(photos / "new.jpg", "N")
    assert scan(catalogue, folder_id).found == 0


def test_a_file_with_a_problem_is_tried_again_only_when_it_changed(catalogue: Catalogue, photos: Path) -> None:
    write(photos / "bad.jpg", BAD)
    folder_id = add_folder(catalogue, catalogue.path.parent, photos).folder_id
    index(catalogue, folder_id)
    (problem,) = problems.list_problems(catalogue)
    assert (problem.path, problem.problem) == (photos / "bad.jpg", Problem.NOT_AN_IMAGE)
    assert scan(catalogue, folder_id).unread == ()
    problems.retry(catalogue, [problem.file_id])
    assert [file.path.name for file in scan(catalogue, folder_id).unread] == ["bad.jpg"], "unless asked for"
    index(catalogue, folder_id)
    assert problems.list_problems(catalogue)[0].since == problem.since
    write(photos / "bad.jpg", "good now", second=1_700_000_100)
    index(catalogue, folder_id)
    assert problems.list_problems(catalogue) == []
    assert shown(catalogue) == {photos / "bad.jpg"}


def test_a_photo_that_got_damaged_comes_back_with_its_content(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    write(photos / "a.jpg", BAD, second=1_700_000_100)
    index(catalogue, folder_id)
    assert photos / "a.jpg" not in shown(catalogue)
    write(photos / "a.jpg", "A", second=1_700_000_200)
    index(catalogue, folder_id)
    assert photo_at(catalogue, photos / "a.jpg") == 1


def test_a_problem_file_that_is_deleted_is_forgotten(catalogue: Catalogue, photos: Path, folder_id: int) -> None:
    write(photos / "bad.jpg", BAD)
    index(catalogue, folder_id)
    (photos / "bad.jpg").unlink()
    index(catalogue, folder_id)
    assert problems.list_problems(catalogue) == []
    assert catalogue.connection.execute("SELECT COUNT(*) FROM files").fetchone() == (3,)


@pytest.mark.parametrize("may_be_read", [True, False])
def test_a_file_that_could_not_be_read_is_tried_again_once_it_may_be(
    catalogue: Catalogue, photos: Path, folder_id: int, monkeypatch: pytest.MonkeyPatch, may_be_read: bool
) -> None:
    files.record_problems(catalogue, [(1, PhotoError(photos / "a.jpg", Problem.NO_PERMISSION))])
    monkeypatch.setattr(scanning.os, "access", lambda path, mode: may_be_read)
    assert len(scan(catalogue, folder_id).unread) == may_be_read


def test_what_cannot_even_be_looked_at_is_a_problem_until_it_goes(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    (photos / "link.jpg").symlink_to(photos / "nowhere.jpg")
    os.mkfifo(photos / "pipe.jpg")
    found, _ = index(catalogue, folder_id)
    assert len(found.problems) == 2
    listed = {problem.name: (problem.problem, problem.since) for problem in problems.list_problems(catalogue)}
    assert {name: kind for name, (kind, _) in listed.items()} == {
        "link.jpg": Problem.BROKEN_LINK,
        "pipe.jpg": Problem.NOT_A_FILE,
    }
    index(catalogue, folder_id)
    assert {problem.name: (problem.problem, problem.since) for problem in problems.list_problems(catalogue)} == listed
    (photos / "pipe.jpg").unlink()
    write(photos / "nowhere.jpg", "found at last")
    index(catalogue, folder_id)
    assert problems.list_problems(catalogue) == []
    assert photos / "link.jpg" in shown(catalogue)


def test_photos_in_a_subfolder_that_cannot_be_read_stay(
    catalogue: Catalogue, photos: Path, folder_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def walk_without_permission(folder: Path, excludes: object) -> object:
        yield from (found for found in walk(folder) if "2024" not in str(found.path))
        yield PhotoError(photos / "2024", Problem.NO_PERMISSION)

    walk = scanning.walk
    with monkeypatch.context() as patched:
        patched.setattr(scanning, "walk", walk_without_permission)
        found, _ = index(catalogue, folder_id)
    assert found.gone == 0
    assert len(shown(catalogue)) == 3
    assert [problem.path for problem in problems.list_problems(catalogue)] == [photos / "2024"]
    index(catalogue, folder_id)
    assert problems.list_problems(catalogue) == []


def test_a_file_that_vanishes_before_it_is_read_is_gone_not_a_problem(
    catalogue: Catalogue, photos: Path, folder_id: int
) -> None:
    files.record_problems(catalogue, [(1, PhotoError(photos / "a.jpg", Problem.VANISHED))])
    assert problems.list_problems(catalogue) == []
    assert len(shown(catalogue)) == 2
    assert index(catalogue, folder_id)[0].back == 1


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_file_name_that_is_not_text_is_no_trouble(catalogue: Catalogue, photos: Path) -> None:
    name = b"Stra\xdfe \xff.jpg"
    Path(os.fsdecode(os.fsencode(photos) + b"/" + name)).write_bytes(b"S")
    folder_id = add_folder(catalogue, catalogue.path.parent, photos).folder_id
    index(catalogue, folder_id)
    assert {os.fsencode(path.name) for path in shown(catalogue)} == {name}
    (shown_name,) = catalogue.connection.execute("SELECT name FROM files").fetchone()
    assert shown_name == "Stra\N{REPLACEMENT CHARACTER}e \N{REPLACEMENT CHARACTER}.jpg"
    assert index(catalogue, folder_id)[0].unread == ()

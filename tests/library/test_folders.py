from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.library.disk import KEY, index, shown, write
from visearch_desktop.catalogue import photos as photo_table
from visearch_desktop.catalogue import vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import FolderError, UsageError
from visearch_desktop.library import folders
from visearch_desktop.library.folders import add_folder, folder_rows, remove_folder, restore_folder
from visearch_desktop.library.rows import SubfolderRow


@pytest.fixture
def root(catalogue: Catalogue) -> Path:
    return catalogue.path.parent


@pytest.fixture
def year(photos: Path) -> Path:
    """A folder with two photos inside a folder with one."""
    write(photos / "a.jpg", "A")
    write(photos / "2024" / "b.jpg", "B")
    write(photos / "2024" / "may" / "c.jpg", "C")
    return photos / "2024"


def test_a_folder_tells_its_subfolders_and_their_photos(
    catalogue: Catalogue, root: Path, photos: Path, year: Path
) -> None:
    write(photos / "2024" / "may" / "b again.jpg", "B")
    index(catalogue, add_folder(catalogue, root, photos).folder_id)
    (row,) = folder_rows(catalogue)
    assert (row.path, row.name, row.count, row.is_offline) == (photos, "photos", 3, False)
    assert row.subfolders == (SubfolderRow("2024", 2), SubfolderRow("2024/may", 2)), "copies count once"


def test_the_same_folder_under_another_spelling_is_the_same_folder(
    catalogue: Catalogue, root: Path, photos: Path, tmp_path: Path
) -> None:
    first = add_folder(catalogue, root, photos)
    (tmp_path / "link").symlink_to(photos)
    assert add_folder(catalogue, root, photos / "x" / "..").folder_id == first.folder_id
    assert add_folder(catalogue, root, tmp_path / "link").folder_id == first.folder_id
    assert len(folder_rows(catalogue)) == 1


@pytest.mark.parametrize("reason", ["missing", "not_a_folder", "inside_library"])
def test_what_cannot_be_added_is_refused_with_its_reason(
    catalogue: Catalogue, root: Path, photos: Path, reason: str
) -> None:
    (root / "indexes").mkdir()
    paths = {
        "missing": photos / "nothing",
        "not_a_folder": write(photos / "a.jpg", "A"),
        "inside_library": root / "indexes",
    }
    with pytest.raises(FolderError) as refused:
        add_folder(catalogue, root, paths[reason])
    assert refused.value.reason == reason
    assert folder_rows(catalogue) == ()


def test_a_folder_that_may_not_be_read_is_refused(
    catalogue: Catalogue, root: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scandir(path: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(folders.os, "scandir", scandir)
    with pytest.raises(FolderError) as refused:
        add_folder(catalogue, root, photos)
    assert refused.value.reason == "no_permission"


def test_a_folder_inside_an_added_one_is_part_of_it_already(
    catalogue: Catalogue, root: Path, photos: Path, year: Path
) -> None:
    above = add_folder(catalogue, root, photos)
    index(catalogue, above.folder_id)
    assert add_folder(catalogue, root, year).folder_id == above.folder_id
    assert [row.path for row in folder_rows(catalogue)] == [photos]
    assert photo_table.count_present(catalogue) == 3


def test_a_folder_that_the_one_above_passes_over_can_be_added(catalogue: Catalogue, root: Path, photos: Path) -> None:
    write(photos / "raw" / "a.jpg", "A")
    write(photos / ".hidden" / "b.jpg", "B")
    index(catalogue, add_folder(catalogue, root, photos, ["raw"]).folder_id)
    for name in ("raw", ".hidden"):
        index(catalogue, add_folder(catalogue, root, photos / name).folder_id)
    assert [row.count for row in folder_rows(catalogue)] == [0, 1, 1]


def test_a_folder_above_takes_the_others_in_and_nothing_is_read_again(
    catalogue: Catalogue, root: Path, photos: Path, year: Path
) -> None:
    write(year / "small" / "thumb.jpg", "T")
    inner = add_folder(catalogue, root, year, ["small"])
    index(catalogue, inner.folder_id)
    before = vectors.load(catalogue, KEY)[0].tolist()
    outer = add_folder(catalogue, root, photos)
    assert [row.path for row in folder_rows(catalogue)] == [photos]
    assert outer.count == 2, "what was known is there before the first scan"
    found, recorded = index(catalogue, outer.folder_id)
    assert [file.path.name for file in found.unread] == ["a.jpg"]
    assert (found.gone, recorded.added) == (0, 1)
    assert set(before) < set(vectors.load(catalogue, KEY)[0].tolist())
    assert shown(catalogue) == {photos / "a.jpg", year / "b.jpg", year / "may" / "c.jpg"}, "excluded stays excluded"


def test_a_removed_folder_leaves_the_results_and_can_be_restored(
    catalogue: Catalogue, root: Path, photos: Path, year: Path
) -> None:
    row = add_folder(catalogue, root, photos)
    index(catalogue, row.folder_id)
    remove_folder(catalogue, row.folder_id)
    assert folder_rows(catalogue) == ()
    assert photo_table.count_present(catalogue) == 0
    assert len(vectors.load(catalogue, KEY)[0]) == 0
    assert restore_folder(catalogue, row.folder_id).count == 3
    assert len(vectors.load(catalogue, KEY)[0]) == 3
    assert index(catalogue, row.folder_id)[0].unread == ()


def test_adding_a_removed_folder_again_brings_everything_back(
    catalogue: Catalogue, root: Path, photos: Path, year: Path
) -> None:
    row = add_folder(catalogue, root, photos, ["may"])
    index(catalogue, row.folder_id)
    remove_folder(catalogue, row.folder_id)
    again = add_folder(catalogue, root, photos)
    assert (again.folder_id, again.count, again.excludes) == (row.folder_id, 2, ())
    found, _ = index(catalogue, row.folder_id)
    assert [file.path.name for file in found.unread] == ["c.jpg"]


def test_a_photo_in_two_folders_stays_when_one_is_removed(catalogue: Catalogue, root: Path, tmp_path: Path) -> None:
    rows = []
    for name in ("one", "two"):
        write(tmp_path / name / "a.jpg", "A")
        rows.append(add_folder(catalogue, root, tmp_path / name))
        index(catalogue, rows[-1].folder_id)
    assert photo_table.count_present(catalogue) == 1
    remove_folder(catalogue, rows[0].folder_id)
    assert photo_table.count_present(catalogue) == 1
    assert [row.count for row in folder_rows(catalogue)] == [1]


def test_restoring_a_folder_whose_surroundings_were_added_meanwhile_makes_it_part_of_them(
    catalogue: Catalogue, root: Path, photos: Path, year: Path
) -> None:
    inner = add_folder(catalogue, root, year)
    index(catalogue, inner.folder_id)
    remove_folder(catalogue, inner.folder_id)
    outer = add_folder(catalogue, root, photos)
    index(catalogue, outer.folder_id)
    assert restore_folder(catalogue, inner.folder_id).folder_id == outer.folder_id
    assert [row.count for row in folder_rows(catalogue)] == [3]
    assert index(catalogue, outer.folder_id)[0].unread == ()


def test_a_folder_that_is_not_there_cannot_be_removed(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError):
        remove_folder(catalogue, 77)


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_folder_whose_name_is_not_text_can_be_added(catalogue: Catalogue, root: Path, photos: Path) -> None:
    strange = photos / os.fsdecode(b"\xe4\xff")
    write(strange / os.fsdecode(b"\xfc") / "a.jpg", "A")
    row = add_folder(catalogue, root, strange)
    index(catalogue, row.folder_id)
    (found,) = folder_rows(catalogue)
    assert (found.path, found.count, len(found.subfolders)) == (strange, 1, 1)

"""Which copies of a picture stay and which may go: the best stays, and whatever shows something else than it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.library.indexed import HEIGHT, WIDTH
from tests.scenes import save, scene
from visearch_desktop.library.duplicate_rows import Change, DuplicateFile, KeepBy, Verdict
from visearch_desktop.library.library import Library
from visearch_desktop.library.rows import GroupKind

PIXELS = scene(1, WIDTH, HEIGHT)
KEEP, TRASH, DECIDE = Verdict.KEEP, Verdict.TRASH, Verdict.DECIDE


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of a photo in two folders; two files of one content; a photo that is like no other. Looked up."""
    folder = tmp_path_factory.mktemp("indexed")
    photos, more = folder / "photos", folder / "more"
    best = save(PIXELS, photos / "best.jpg", quality=95)
    save(PIXELS, photos / "saved.jpg", quality=40)
    save(cv2.GaussianBlur(PIXELS, (0, 0), 1.5), photos / "blurred.jpg", quality=100)
    save(PIXELS[::2, ::2], photos / "smaller.png")
    save(np.ascontiguousarray(np.rot90(PIXELS)), photos / "turned.jpg", quality=80)
    save(np.ascontiguousarray(PIXELS[:, ::-1]), photos / "mirrored.jpg")
    save(PIXELS[40:260, 60:340], more / "cropped.jpg")
    shutil.copy(best, more / "same.jpg")
    twin = save(scene(2, WIDTH, HEIGHT), photos / "twin.jpg")
    shutil.copy(twin, more / "twin again.jpg")
    save(scene(3, WIDTH, HEIGHT), photos / "single.jpg")
    os.utime(photos / "smaller.png", (10**9, 10**9))
    with Library.open(folder / "library") as library:
        library.index([photos, more], workers=1)
        library.group()
    return folder / "library"


def judged(library: Library, *keep_by: KeepBy) -> list[dict[str, tuple[Verdict, Change]]]:
    found = library.duplicates(keep_by or tuple(KeepBy))
    return [{file.row.name: (file.verdict, file.change) for file in group.files} for group in found.groups]


def file_named(library: Library, name: str) -> DuplicateFile:
    return next(file for group in library.duplicates().groups for file in group.files if file.row.name == name)


def test_the_largest_and_sharpest_stays_what_shows_the_same_may_go_and_what_shows_something_else_stays(
    library: Library,
) -> None:
    copies, twins = judged(library)
    assert copies == {
        "best.jpg": (KEEP, Change.BEST),
        "same.jpg": (TRASH, Change.SAME_FILE),
        "saved.jpg": (TRASH, Change.SAVED_AGAIN),
        "blurred.jpg": (TRASH, Change.SAVED_AGAIN),
        "smaller.png": (TRASH, Change.SMALLER),
        "turned.jpg": (TRASH, Change.TURNED),
        "mirrored.jpg": (DECIDE, Change.MIRRORED),
        "cropped.jpg": (DECIDE, Change.CROPPED),
    }
    assert next(iter(copies)) == "best.jpg"
    assert file_named(library, "turned.jpg").turned_deg == pytest.approx(90, abs=0.5)
    assert twins == {"twin.jpg": (KEEP, Change.BEST), "twin again.jpg": (TRASH, Change.SAME_FILE)}


def test_another_rule_keeps_another_one_and_judges_by_it(library: Library) -> None:
    copies = judged(library, KeepBy.OLDEST, KeepBy.LARGEST)[0]
    assert copies["smaller.png"] == (KEEP, Change.BEST)
    assert copies["best.jpg"] == (TRASH, Change.LARGER)
    assert copies["same.jpg"] == (TRASH, Change.SAME_FILE)
    assert copies["cropped.jpg"][0] is DECIDE


def test_groups_come_largest_first_and_as_many_as_are_wanted(library: Library) -> None:
    found = library.duplicates(limit=1)
    assert [len(group.files) for group in found.groups] == [8]
    assert (found.total_groups, found.total_files) == (2, 10)
    assert library.overview().groups[GroupKind.DUPLICATES] == 2


def test_what_a_person_says_are_no_duplicates_stays_apart_until_they_take_it_back(
    library: Library, tmp_path: Path
) -> None:
    photo_ids = {file.row.photo_id for file in library.duplicates().groups[0].files}
    library.refuse_duplicates(sorted(photo_ids))
    library.group()
    assert [set(group) for group in judged(library)] == [{"best.jpg", "same.jpg"}, {"twin.jpg", "twin again.jpg"}]
    library.refuse_duplicates(sorted(photo_ids), refused=False)
    assert len(judged(library)[0]) == 8


def test_files_that_cannot_be_reached_are_not_spoken_of(library: Library, indexed: Path) -> None:
    more = indexed.parent / "more"
    hidden = more.rename(indexed.parent / "elsewhere")
    try:
        library.index(workers=1)
        (copies,) = judged(library)
    finally:
        hidden.rename(more)
    assert set(copies) == {"best.jpg", "saved.jpg", "blurred.jpg", "smaller.png", "turned.jpg", "mirrored.jpg"}


def test_copies_of_a_copy_that_were_not_compared_with_the_best_are_left_to_the_person(library: Library) -> None:
    connection = library._catalogue.connection
    best, smaller = (file_named(library, name).row.photo_id for name in ("best.jpg", "smaller.png"))
    connection.execute(
        "DELETE FROM copies WHERE ? IN (photo_id, other_id) AND ? IN (photo_id, other_id)", (best, smaller)
    )
    assert judged(library)[0]["smaller.png"] == (DECIDE, Change.ALIKE)


def test_a_copy_that_was_turned_is_the_best_only_where_it_alone_is_there(library: Library, tmp_path: Path) -> None:
    larger = np.kron(np.rot90(PIXELS), np.ones((2, 2, 1), np.uint8))
    save(np.ascontiguousarray(larger), tmp_path / "more" / "turned and large.png")
    library.index([tmp_path / "more"], workers=1)
    library.group()
    copies = judged(library)[0]
    assert copies["turned and large.png"][0] is not KEEP
    assert copies["best.jpg"] == (KEEP, Change.BEST)
    twins = [file.file_id for file in library.duplicates().groups[0].files if "turned" not in file.row.name]
    library._catalogue.connection.execute(
        f"UPDATE files SET state = 'missing', is_first = 0 WHERE id IN ({', '.join(map(str, twins))})"
    )
    left = judged(library)[0]
    assert left["turned and large.png"] == (KEEP, Change.BEST)
    assert left["turned.jpg"] == (TRASH, Change.SMALLER)

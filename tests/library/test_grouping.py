"""The visual groups of a library of rendered photos: found, kept up to date, never looked up twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.library.indexed import HEIGHT, WIDTH
from tests.scenes import save, scene, similarity_transform, warped
from visearch_desktop.library import grouping
from visearch_desktop.library.control import Control
from visearch_desktop.library.library import Library
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.relatives import MirrorPicture, Relative
from visearch_desktop.library.rows import GroupKind, PhotoView

PIXELS = scene(1, WIDTH, HEIGHT)
ASKEW = np.array([[0.8, 0.25, 20], [-0.05, 0.85, 40], [1e-4, 6e-4, 1]])


def make_photos(folder: Path) -> Path:
    """A photo, four copies of it, another view of its scene; and three photos of other things."""
    folder.mkdir()
    save(PIXELS, folder / "photo.jpg")
    save(PIXELS[30:270, 40:370], folder / "cropped.jpg")
    save(np.ascontiguousarray(np.rot90(PIXELS)), folder / "turned.jpg")
    save(np.ascontiguousarray(PIXELS[:, ::-1]), folder / "mirrored.jpg")
    save((PIXELS * 0.6).astype(np.uint8), folder / "darker.jpg", quality=40)
    save(warped(PIXELS, ASKEW, WIDTH, HEIGHT, scene(70, WIDTH, HEIGHT)), folder / "view.jpg")
    for seed in (2, 3, 4):
        save(scene(seed, WIDTH, HEIGHT), folder / f"other{seed}.jpg")
    return folder


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of these photos, closed; for copies of it."""
    folder = tmp_path_factory.mktemp("indexed")
    with Library.open(folder / "library") as library:
        library.index([make_photos(folder / "photos")], workers=1)
    return folder / "library"


def names(library: Library, kind: GroupKind) -> list[set[str]]:
    found = library.visual_groups(kind)
    return [{library.paths_of(photo_id)[0].stem for photo_id in group.photo_ids} for group in found]


COPIES = {"photo", "cropped", "turned", "mirrored", "darker"}


def test_copies_and_other_views_are_found_and_photos_of_other_things_are_in_no_group(library: Library) -> None:
    report = library.group()
    assert (report.looked, report.cancelled) == (9, False)
    assert names(library, GroupKind.DUPLICATES) == [COPIES]
    assert names(library, GroupKind.SAME) == [COPIES | {"view"}]
    assert report.groups == {GroupKind.DUPLICATES: 1, GroupKind.SAME: 1}
    assert library.overview().groups == report.groups


def test_new_photos_are_looked_up_alone_join_the_group_that_is_there_and_leave_it_again(
    library: Library, tmp_path: Path
) -> None:
    library.group()
    (before,) = library.visual_groups(GroupKind.SAME)
    save(PIXELS[::2, ::2], tmp_path / "more" / "smaller.png")
    library.index([tmp_path / "more"], workers=1)
    assert library.group().looked == 1
    (after,) = library.visual_groups(GroupKind.SAME)
    assert after.group_id == before.group_id
    assert names(library, GroupKind.DUPLICATES) == [COPIES | {"smaller"}]
    library.remove_folder(library.folders()[1].folder_id)
    assert names(library, GroupKind.DUPLICATES) == [COPIES], "at once"
    assert library.group().looked == 0
    assert names(library, GroupKind.DUPLICATES) == [COPIES]


def test_photos_that_return_are_not_looked_up_and_know_those_that_came_meanwhile(
    library: Library, tmp_path: Path
) -> None:
    library.group()
    (folder,) = library.folders()
    library.remove_folder(folder.folder_id)
    assert names(library, GroupKind.SAME) == []
    assert library.overview().groups == {}
    save(PIXELS[::2, ::2], tmp_path / "more" / "smaller.png")
    library.index([tmp_path / "more"], workers=1)
    assert library.group().looked == 1
    library.restore_folder(folder.folder_id)
    assert library.group().looked == 0
    assert names(library, GroupKind.SAME) == [COPIES | {"view", "smaller"}]


def test_what_was_found_before_it_was_stopped_is_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    control, looked, look = Control(), list[int](), grouping.relatives

    def stop_soon(objects: ObjectIndex, photo_id: int, turned_over: MirrorPicture | None) -> Iterator[Relative]:
        looked.append(photo_id)
        if len(looked) == 4:
            control.cancel()
        return look(objects, photo_id, turned_over)

    monkeypatch.setattr(grouping, "relatives", stop_soon)
    stopped = library.group(control=control)
    assert stopped.cancelled
    assert stopped.looked == 4
    rest = library.group()
    assert rest.looked == 9 - stopped.looked
    assert names(library, GroupKind.SAME) == [COPIES | {"view"}]


def test_a_kill_between_two_batches_loses_nothing(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "BATCH", 2)
    stored = grouping.links.put_many

    def killed(catalogue: object, key: str, done: list[int], found: object) -> None:
        if max(done) > 5:
            raise KeyboardInterrupt
        stored(catalogue, key, done, found)  # type: ignore[arg-type]

    monkeypatch.setattr(grouping.links, "put_many", killed)
    with pytest.raises(KeyboardInterrupt):
        library.group()
    library.close()
    monkeypatch.undo()
    with Library.open(tmp_path / "library") as again:
        assert 0 < again.group().looked < 9
        assert names(again, GroupKind.DUPLICATES) == [COPIES]


def test_alike_photos_of_one_moment_are_a_burst_and_no_copies(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for second in range(3):
        exif = Image.Exif()
        exif.get_ifd(0x8769)[0x9003] = f"2024:05:01 12:00:0{second}"
        seen = warped(PIXELS, similarity_transform(1, 0, 4 * second, 2 * second), WIDTH, HEIGHT, PIXELS)
        Image.fromarray(seen).save(folder / f"burst{second}.jpg", exif=exif)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2024:05:01 12:00:01"
    Image.fromarray(scene(9, WIDTH, HEIGHT)).save(folder / "elsewhere.jpg", exif=exif)
    with Library.open(tmp_path / "library") as library:
        library.index([folder], workers=1)
        library.group()
        assert names(library, GroupKind.BURSTS) == [{"burst0", "burst1", "burst2"}]
        assert names(library, GroupKind.DUPLICATES) == []
        assert names(library, GroupKind.SAME) == [{"burst0", "burst1", "burst2"}]


def test_a_view_of_groups_has_a_section_each_and_a_group_can_be_opened_and_named(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.group()
    monkeypatch.setattr("visearch_desktop.library.browsing.SHOWN_OF_A_GROUP", 4)
    view = PhotoView(groups=GroupKind.SAME)
    (section,) = library.sections(view)
    assert (section.count, section.total, section.name) == (4, 6, "")
    assert section.months[0] == section.months[1] != ""
    shown = library.page(view, 0, 10)
    assert len(shown) == 4
    group_id = int(section.key)
    whole = PhotoView(groups=GroupKind.SAME, group_id=group_id)
    everything = library.page(whole, 0, 10)
    assert {row.path.stem for row in everything} == COPIES | {"view"}
    assert sum(month.count for month in library.sections(whole)) == 6
    assert set(library.group_photos(GroupKind.SAME, group_id)) == {row.photo_id for row in everything}
    library.label(library.group_photos(GroupKind.SAME, group_id), "Harbour")
    assert library.sections(view)[0].name == "Harbour"
    assert library.visual_groups(GroupKind.SAME)[0].name == "Harbour"

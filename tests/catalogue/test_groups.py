"""Links between photos and the groups made of them: stored once, seen only where the photos are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.conftest import fill
from visearch_desktop.catalogue import copies, folders, groups, labels, links, purge, shown
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.copies import Difference
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.catalogue.thumbnails import Thumbnails

KEY = "groups@1/0"


def remove_everything(catalogue: Catalogue) -> None:
    (folder,) = folders.list_folders(catalogue)
    with catalogue.transaction():
        folders.set_state(catalogue, folder.folder_id, FolderState.REMOVED)
        shown.refresh_folder(catalogue, folder.folder_id)


def test_a_link_is_one_link_from_either_side_and_the_stronger_counts(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    links.put_many(catalogue, KEY, [b], [("same", b, a, 20.0)])
    links.put_many(catalogue, KEY, [a, c], [("same", a, b, 30.0), ("bursts", c, a, 1.0)])
    assert links.between_present(catalogue, KEY, "same") == {(a, b): 30.0}
    assert links.between_present(catalogue, KEY, "bursts") == {(a, c): 1.0}
    assert links.between_present(catalogue, "groups@1/other", "same") == {}


def test_photos_that_were_looked_up_are_not_looked_up_again(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    links.put_many(catalogue, KEY, [b, 99], [("same", b, 99, 20.0)])
    assert links.unlinked(catalogue, KEY, [c, b, a]) == [c, a]
    assert links.between_present(catalogue, KEY, "same") == {}
    links.delete_key(catalogue, KEY)
    assert links.unlinked(catalogue, KEY, [a, b]) == [a, b]


def test_the_stamp_changes_with_links_and_with_photos(catalogue: Catalogue) -> None:
    a, b = fill(catalogue, 2)
    seen = {links.stamp(catalogue, KEY)}
    links.put_many(catalogue, KEY, [a], [("same", a, b, 20.0)])
    seen.add(links.stamp(catalogue, KEY))
    assert links.stamp(catalogue, KEY) in seen
    fill(catalogue, 1, Path("/more"))
    remove = folders.list_folders(catalogue)[0].folder_id
    with catalogue.transaction():
        folders.set_state(catalogue, remove, FolderState.REMOVED)
        shown.refresh_folder(catalogue, remove)
    seen.add(links.stamp(catalogue, KEY))
    assert len(seen) == 3


def test_groups_come_largest_first_with_their_first_photos(catalogue: Catalogue) -> None:
    photos = fill(catalogue, 8)
    groups.replace_groups(catalogue, "same", [photos[:2], photos[3:7]])
    groups.replace_groups(catalogue, "bursts", [photos[6:]])
    assert [row[:2] for row in groups.sizes(catalogue, "same")] == [(photos[3], 4), (photos[0], 2)]
    assert groups.counts(catalogue) == {"same": 2, "bursts": 1}
    assert groups.members(catalogue, "same", photos[3]) == photos[3:7]
    assert groups.members(catalogue, "same", 99) == []
    everything = groups.page(catalogue, "same", 3, 0, 99)
    assert len(everything) == 3 + 2
    assert groups.page(catalogue, "same", 3, 2, 2) == everything[2:4]


def test_making_groups_anew_forgets_the_old_ones_of_that_kind(catalogue: Catalogue) -> None:
    photos = fill(catalogue, 4)
    groups.replace_groups(catalogue, "same", [photos[:2]])
    groups.replace_groups(catalogue, "bursts", [photos[2:]])
    groups.replace_groups(catalogue, "same", [photos[1:3]])
    assert groups.members(catalogue, "same", photos[1]) == photos[1:3]
    assert groups.counts(catalogue) == {"same": 1, "bursts": 1}


def test_photos_that_leave_take_their_groups_with_them(catalogue: Catalogue, tmp_path: Path) -> None:
    photos = fill(catalogue, 3)
    links.put_many(catalogue, KEY, photos, [("same", photos[0], photos[1], 20.0)])
    groups.replace_groups(catalogue, "same", [photos])
    remove_everything(catalogue)
    assert groups.counts(catalogue) == {}
    assert links.between_present(catalogue, KEY, "same") == {}
    thumbnails = Thumbnails(tmp_path / "thumbnails.sqlite")
    purge.purge(catalogue, thumbnails)
    thumbnails.close()
    for table in ("links", "linked", "visual_groups"):
        assert catalogue.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize(("labelled", "name"), [(0, None), (1, "Bridge"), (3, "Lighthouse")])
def test_a_group_is_called_what_most_of_its_photos_are(catalogue: Catalogue, labelled: int, name: str | None) -> None:
    photos = fill(catalogue, 4)
    groups.replace_groups(catalogue, "same", [photos])
    words = ["Bridge", "Lighthouse", "Lighthouse"][:labelled]
    labels.set_labels(catalogue, dict(zip(photos, words, strict=False)))
    assert labels.most_common_in_groups(catalogue, "same").get(photos[0]) == name


def test_how_two_copies_differ_is_known_from_either_side_and_the_more_alike_counts(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    cropped, mirrored = Difference(False, 90.0, 0.8, 0.4, 1.0), Difference(True, 0.0, 0.9, 1.0, 1.0)
    copies.put_many(catalogue, KEY, [(b, a, mirrored), (b, a, cropped), (a, b, mirrored), (c, 99, mirrored)])
    assert copies.among(catalogue, KEY, [a, b, c]) == {(b, a): cropped, (a, b): Difference(False, 90.0, 0.8, 1.0, 0.4)}
    links.delete_key(catalogue, KEY)
    assert copies.among(catalogue, KEY, [a, b]) == {}


def test_files_of_one_content_are_a_group_and_so_are_files_of_a_group_of_photos(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    assert copies.grouped_files(catalogue) == []
    fill(catalogue, 2, Path("/copies"))  # the same contents as the first two
    assert [len(files) for _, files in copies.grouped_files(catalogue)] == [2, 2]
    groups.replace_groups(catalogue, "duplicates", [[a, c]])
    assert [(group, len(files)) for group, files in copies.grouped_files(catalogue)] == [(a, 3), (b, 2)]
    assert copies.count_groups(catalogue) == groups.counts(catalogue)["duplicates"] == 2
    remove_everything_in(catalogue, Path("/copies"))
    assert [(group, len(files)) for group, files in copies.grouped_files(catalogue)] == [(a, 2)]


def remove_everything_in(catalogue: Catalogue, path: Path) -> None:
    (folder,) = (one for one in folders.list_folders(catalogue) if one.path == path)
    with catalogue.transaction():
        folders.set_state(catalogue, folder.folder_id, FolderState.REMOVED)
        shown.refresh_folder(catalogue, folder.folder_id)


def test_what_is_refused_is_remembered_and_changes_the_stamp(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    before = links.stamp(catalogue, KEY)
    copies.refuse(catalogue, [(b, a), (b, c), (a, b)], refused=True)
    assert copies.refused_pairs(catalogue) == {(a, b), (b, c)}
    assert links.stamp(catalogue, KEY) != before
    copies.refuse(catalogue, [(a, b), (c, b)], refused=False)
    assert copies.refused_pairs(catalogue) == set()
    assert links.stamp(catalogue, KEY) == before

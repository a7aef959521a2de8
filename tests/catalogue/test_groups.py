"""Links between photos and the groups made of them: stored once, seen only where the photos are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.conftest import fill
from visearch_desktop.catalogue import folders, groups, labels, links, purge, shown
from visearch_desktop.catalogue.catalogue import Catalogue
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

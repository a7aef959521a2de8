"""Labels: one a photo, gone with the photo, seen only where the photo is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.catalogue.conftest import fill
from visearch_desktop.catalogue import files, folders, labels, purge, shown
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import FolderState
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.errors import UsageError
from visearch_desktop.library.labels import LONGEST, label_photos, set_labels, unlabel_photos


def test_a_photo_has_one_label(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    label_photos(catalogue, [a, b], "Lighthouse")
    label_photos(catalogue, [b, c], "Bridge")
    assert labels.list_labels(catalogue) == {"Bridge": (b, c), "Lighthouse": (a,)}
    assert labels.labels_of(catalogue, [a, c, 99]) == {a: "Lighthouse", c: "Bridge"}


def test_what_was_done_can_be_undone(catalogue: Catalogue) -> None:
    a, b, c = fill(catalogue, 3)
    label_photos(catalogue, [a], "Lighthouse")
    before = labels.list_labels(catalogue)
    had = label_photos(catalogue, [a, b, c], "Bridge")
    assert had == {a: "Lighthouse", b: "", c: ""}
    set_labels(catalogue, had)
    assert labels.list_labels(catalogue) == before
    set_labels(catalogue, unlabel_photos(catalogue, [a, b]))
    assert labels.list_labels(catalogue) == before


def test_case_and_spaces_make_no_other_group(catalogue: Catalogue) -> None:
    a, b = fill(catalogue, 2)
    label_photos(catalogue, [a], "  Old   bridge ")
    label_photos(catalogue, [b], "old BRIDGE")
    assert labels.list_labels(catalogue) == {"Old bridge": (a, b)}


@pytest.mark.parametrize("name", ["", "  \t", "x" * (LONGEST + 1)])
def test_a_group_needs_a_name_of_a_sensible_length(catalogue: Catalogue, name: str) -> None:
    (a,) = fill(catalogue, 1)
    with pytest.raises(UsageError):
        label_photos(catalogue, [a], name)
    assert labels.list_labels(catalogue) == {}


def test_photos_that_nobody_has_are_not_labelled(catalogue: Catalogue) -> None:
    label_photos(catalogue, [77], "Nothing")
    assert labels.list_labels(catalogue) == {}


def test_photos_of_a_removed_folder_leave_their_group_until_it_is_back(catalogue: Catalogue) -> None:
    (a,) = fill(catalogue, 1)
    label_photos(catalogue, [a], "Bridge")
    for state, expected in ((FolderState.REMOVED, {}), (FolderState.ONLINE, {"Bridge": (a,)})):
        folders.set_state(catalogue, 1, state)
        shown.refresh_folder(catalogue, 1)
        assert labels.list_labels(catalogue) == expected


def test_a_purged_photo_takes_its_label_along(catalogue: Catalogue, tmp_path: Path) -> None:
    a, b = fill(catalogue, 2)
    label_photos(catalogue, [a, b], "Bridge")
    files.mark_gone(catalogue, [1])
    thumbnails = Thumbnails(tmp_path / "thumbnails.sqlite")
    purge.purge(catalogue, thumbnails)
    thumbnails.close()
    assert catalogue.connection.execute("SELECT photo_id FROM labels").fetchall() == [(b,)]
    assert catalogue.check_integrity() == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.sets(st.integers(0, 4), min_size=1), st.sampled_from(["", "a", "b"])), max_size=6))
def test_undoing_every_step_backwards_leads_to_the_beginning(
    catalogue: Catalogue, steps: list[tuple[set[int], str]]
) -> None:
    ids = fill(catalogue, 5) if not catalogue.connection.execute("SELECT 1 FROM photos").fetchone() else range(1, 6)
    before = labels.list_labels(catalogue)
    done = [set_labels(catalogue, {ids[i]: label for i in which}) for which, label in steps]
    for had in reversed(done):
        set_labels(catalogue, had)
    assert labels.list_labels(catalogue) == before

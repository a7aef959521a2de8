"""The index of local features: however it grew, it answers as if it had been made of its photos at once."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.methods.indexes.local.made import (
    KEY,
    asked,
    assert_same_answer,
    assert_same_photo,
    features,
    filled,
    photo,
    photos,
)
from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.core.region import Region
from visearch_desktop.methods.indexes.local import local_index
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows


@pytest.fixture(autouse=True)
def small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_index, "SEALED", 6)


def assert_is(index: LocalIndex, ids: list[int], folder: Path) -> None:
    """It answers as an index that was made of these photos at once."""
    straight = filled(folder, sorted(ids))
    assert index.ids().tolist() == sorted(ids)
    assert len(index) == len(ids)
    for seed in (0, 3, 77):
        for k in (3, 0):
            assert_same_answer(index.search(asked(seed), k), straight.search(asked(seed), k))
    straight.close()


STEP = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 9)),
    st.tuples(st.just("remove"), st.lists(st.integers(0, 30), max_size=4)),
    st.tuples(st.sampled_from(["merge", "merge fully", "open"]), st.just(0)),
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=1, max_size=10))
def test_any_history_gives_the_answers_of_what_is_left(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    index, ids = LocalIndex.open(folder, KEY), list[int]()
    for step, what in steps:
        if step == "append":
            new = [one for one in range(40) if one not in ids][: int(what)]  # ids that were removed come back
            index.append(photos(new), new)
            ids += new
        elif step == "remove":
            index.remove(list(what))
            ids = [one for one in ids if one not in what]
        elif step == "open":
            index.close()
            index = LocalIndex.open(folder, KEY)
        else:
            while index.merge(fully=step == "merge fully"):
                pass
    assert_is(index, ids, tmp_path_factory.mktemp("straight"))
    for one in ids:
        assert_same_photo(index.features_of(one), photo(one))


def test_the_photo_that_is_asked_with_is_found_first_with_all_its_features_in_pairs(tmp_path: Path) -> None:
    index = filled(tmp_path, range(30))
    found = index.search(asked(12), 5)
    assert found.ids[0] == 12
    assert found.scores[0] > 2 * found.scores[1]
    assert np.all(np.diff(found.scores) <= 0)
    of_first = slice(0, int(found.starts[1]))
    assert np.count_nonzero(found.agrees[of_first]) == 30
    points, _, _ = photo(12).keypoints()
    np.testing.assert_array_equal(found.points[of_first][:30], points[found.query[of_first]][:30])


def test_each_feature_is_in_one_pair_of_a_photo_at_most(tmp_path: Path) -> None:
    found = filled(tmp_path, range(30)).search(asked(50, 60), 0)
    for begin, end in zip(found.starts[:-1], found.starts[1:], strict=True):
        assert len(set(found.query[begin:end].tolist())) == end - begin
        assert len({tuple(point) for point in found.points[begin:end].tolist()}) == end - begin


def test_only_the_features_inside_a_region_are_asked_with(tmp_path: Path) -> None:
    index, rows = filled(tmp_path, range(10)), photo(4)
    points, _, _ = rows.keypoints()
    region = Region(100, 50, 400, 300)
    query = QueryRows.of_stored(rows, region.contains(points))
    found = index.search(query, 1)
    assert 0 < len(query) < len(rows)
    assert found.ids.tolist() == [4]
    assert len(found.points) == len(query)
    assert np.all(region.contains(found.points))


def test_a_removed_photo_is_not_found_and_may_come_back(tmp_path: Path) -> None:
    index = filled(tmp_path, range(20))
    index.remove([3, 19, 444])
    assert index.features_of(3) is None
    assert 3 not in index.search(asked(3), 0).ids
    index.append([photo(3)], [3])
    assert index.search(asked(3), 1).ids.tolist() == [3]


def test_an_id_is_not_added_twice(tmp_path: Path) -> None:
    index = filled(tmp_path, range(8))
    for ids in ([9, 9], [7, 9]):
        with pytest.raises(ValueError, match="twice"):
            index.append(photos([1, 2]), ids)
    with pytest.raises(ValueError, match="are not"):
        index.append(photos([1]), [20, 21])
    assert index.ids().tolist() == list(range(8))


def test_photos_and_queries_without_details(tmp_path: Path) -> None:
    index = LocalIndex.open(tmp_path / "new", KEY)
    empty = PhotoRows.of(features(0, 0), np.zeros(0, int), np.zeros((0, 8), np.uint8))
    assert len(index.search(asked(1), 5)) == len(index.search(asked(1), 0)) == 0
    index.append([empty] * 7, range(7))
    assert len(index.search(asked(1), 5)) == 0
    assert_same_photo(index.features_of(2), empty)
    index.append([photo(8)], [8])
    assert len(index.search(QueryRows.of_stored(empty), 5)) == 0
    assert index.search(asked(8), 5).ids.tolist() == [8]
    index.close()
    index = LocalIndex.open(tmp_path / "new", KEY)
    assert len(index) == 8
    assert index.search(asked(8), 0).ids.tolist() == [8]


def test_a_single_feature_finds_its_photo(tmp_path: Path) -> None:
    index = filled(tmp_path, range(10))
    one = QueryRows.of_stored(photo(5), np.arange(30) == 11)
    assert index.search(one, 1).ids.tolist() == [5]


def test_nothing_is_left_over_when_every_photo_goes(tmp_path: Path) -> None:
    index = filled(tmp_path, range(20))
    index.remove(range(20))
    while index.merge():
        pass
    assert len(index) == 0
    assert len(index.search(asked(3), 0)) == 0
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".journal", ".json"]


def test_merging_leaves_few_segments(tmp_path: Path) -> None:
    index = LocalIndex.open(tmp_path, KEY)
    for start in range(0, 96, 6):
        index.append(photos(range(start, start + 6)), range(start, start + 6))
        while index.merge():
            pass
    assert len(list(tmp_path.glob("*.segment"))) <= 4
    while index.merge(fully=True):
        pass
    assert len(list(tmp_path.glob("*.segment"))) == 1


def test_what_stops_a_merge_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = filled(tmp_path / "index", range(24))
    before = {file.name for file in (tmp_path / "index").iterdir()}

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        index.merge(between=stop)
    assert {file.name for file in (tmp_path / "index").iterdir()} == before
    assert_is(index, list(range(24)), tmp_path / "straight")
    assert index.merge()


def test_searches_and_changes_go_on_during_a_merge(tmp_path: Path) -> None:
    index = filled(tmp_path / "index", range(24))
    inside, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        assert go_on.wait(60)

    merging = threading.Thread(target=lambda: index.merge(fully=True, between=wait))
    merging.start()
    assert inside.wait(60)
    index.remove([2, 9])
    index.append(photos(range(30, 40)), range(30, 40))
    index.append(photos([9]), [9])
    assert not index.merge(), "one at a time"
    left = [one for one in [*range(24), *range(30, 40)] if one != 2]
    assert_is(index, left, tmp_path / "straight")
    go_on.set()
    merging.join()
    assert_is(index, left, tmp_path / "straight")
    index.close()
    assert_is(LocalIndex.open(tmp_path / "index", KEY), left, tmp_path / "straight")


def test_an_index_of_other_features_is_not_taken(tmp_path: Path) -> None:
    filled(tmp_path, range(3)).close()
    with pytest.raises(IndexDamagedError, match="another descriptor"):
        LocalIndex.open(tmp_path, f"{KEY}0")
    assert len(LocalIndex.create(tmp_path, f"{KEY}0")) == 0
    assert len(LocalIndex.open(tmp_path, f"{KEY}0")) == 0


def test_hidden_photos_are_not_found_and_leave_room_for_others(tmp_path: Path) -> None:
    index = filled(tmp_path, range(20))
    everything = index.search(asked(3), 0).ids
    hidden = np.sort(everything[:5])
    assert 3 in hidden
    assert set(index.search(asked(3), 0, hidden).ids) == set(everything) - set(hidden)
    assert len(index.search(asked(3), 4, hidden)) == 4
    assert len(index.search(asked(3), 4, index.ids())) == 0
    assert set(index.search(asked(3), 0, np.empty(0, np.int64)).ids) == set(everything)
    index.close()

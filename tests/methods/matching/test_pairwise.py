"""Every pair is matched: the very same is 1, what agrees comes before what only looks alike, nothing is nothing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.keypoints import none
from visearch_desktop.methods.local_features.orb import Orb
from visearch_desktop.methods.matching.pairwise import PairwiseIndex, around, unverified, verified
from visearch_desktop.photos.decode import decode

ORB = Orb(most=300)
KINDS = ["sift", "rootsift", "orb", "akaze", "mser", "harris_laplace"]
CHANGES = {"rotate25", "crop50", "scale4", "darkcast"}
SETS_OF_CHANGES = 2
OTHERS = 20


def signature(pixels: np.ndarray, extractor: LocalFeatureExtractor = ORB) -> np.ndarray:
    height, width = pixels.shape[:2]
    return np.frombuffer(extractor.pack(extractor.extract(pixels, width, height)), np.uint8)


@cache
def of_scene(seed: int) -> np.ndarray:
    return signature(scene(seed))


def index_of(count: int, **options) -> PairwiseIndex:
    index = PairwiseIndex(0, extractor=ORB, **options)
    index.add([of_scene(seed) for seed in range(count)], np.arange(count) * 10)
    return index


def test_the_very_same_photo_is_one_and_strangers_are_about_zero():
    ids, similar = index_of(8).search(of_scene(3), 0)
    assert ids[0] == 30
    assert similar[0] == pytest.approx(1, abs=1e-6)
    assert sorted(ids) == [10 * seed for seed in range(8)]
    assert (similar[1:] < 0.1).all()
    assert (np.diff(similar) <= 0).all()


def test_a_photo_of_the_same_thing_comes_before_strangers_and_after_itself():
    index = index_of(8)
    index.add([signature(warped(scene(3), similarity_transform(0.8, 25, 200, 20), 800, 600))], np.array([5]))
    ids, similar = index.search(of_scene(3), 0)
    assert ids[:2].tolist() == [30, 5]
    assert 0.3 < similar[1] < 1


def test_a_part_of_a_photo_is_found_in_the_whole():
    whole = ORB.extract(scene(3), 640, 480)
    part = whole.only((whole.points[:, 0] > 200) & (whole.points[:, 0] < 500))
    ids, similar = index_of(8).search(np.frombuffer(ORB.pack(part), np.uint8), 2)
    assert ids[0] == 30
    assert similar[0] > 0.9


def test_only_the_strongest_features_are_matched():
    ids, similar = index_of(4, most=3).search(of_scene(2), 0)
    assert len(ids) == 4
    assert similar.max() <= 1
    ids, similar = index_of(4, most=150).search(of_scene(2), 1)
    assert ids.tolist() == [20]


@pytest.mark.parametrize(
    "query", [np.zeros(0, np.uint8), np.zeros(40, np.uint8), np.frombuffer(ORB.pack(none(640, 480, 32)), np.uint8)]
)
def test_a_query_without_details_is_alike_to_nothing(query):
    ids, similar = index_of(3).search(query, 0)
    assert ids.tolist() == [0, 10, 20]
    assert not similar.any()


def test_photos_without_details_are_no_error_and_are_found_last():
    index = index_of(3)
    index.add([np.zeros(0, np.uint8), np.frombuffer(ORB.pack(none(9, 9, 32)), np.uint8)], np.array([1, 2]))
    ids, similar = index.search(of_scene(1), 0)
    assert ids[0] == 10
    assert set(ids) == {0, 10, 20, 1, 2}
    assert not similar[np.isin(ids, [1, 2])].any()


@pytest.mark.parametrize("count", [1, 3, 5, 8])
def test_a_photo_of_a_few_details_is_still_most_alike_itself(count):
    few = ORB.extract(scene(1), 640, 480).only(np.arange(count))
    index = index_of(4)
    index.add([np.frombuffer(ORB.pack(few), np.uint8)], np.array([99]))
    ids, similar = index.search(np.frombuffer(ORB.pack(few), np.uint8), 0)
    itself = similar[ids == 99]
    assert itself == pytest.approx(similar.max())
    assert np.isfinite(similar).all()


def test_rubbish_is_refused_and_changes_nothing():
    index = index_of(2)
    with pytest.raises(ValueError, match="local features"):
        index.add([of_scene(4), np.arange(50, dtype=np.uint8)], np.array([4, 5]))
    with pytest.raises(ValueError, match="local features"):
        index.search(np.arange(50, dtype=np.uint8), 0)
    assert index.ids().tolist() == [0, 10]


def test_an_id_is_added_once():
    index = index_of(2)
    for ids in ([10, 11], [7, 7]):
        with pytest.raises(ValueError, match="twice"):
            index.add([of_scene(4), of_scene(5)], np.array(ids))
    assert index.ids().tolist() == [0, 10]


def test_what_is_removed_is_not_found_any_more():
    index = index_of(4)
    index.remove(np.array([10, 30, 777]))
    assert index.ids().tolist() == [0, 20]
    assert len(index) == 2
    assert set(index.search(of_scene(1), 0)[0]) == {0, 20}
    index.add([of_scene(1)], np.array([10]))
    assert index.search(of_scene(1), 1)[0].tolist() == [10]


def test_the_order_of_adding_changes_nothing():
    one, other = index_of(5), PairwiseIndex(0, extractor=ORB)
    for seed in (4, 1, 3, 0, 2):
        other.add([of_scene(seed)], np.array([10 * seed]))
    for found, again in zip(one.search(of_scene(2), 0), other.search(of_scene(2), 0), strict=True):
        assert np.array_equal(found, again)


@pytest.mark.parametrize("k", [-1, 0, 1, 3, 5, 6])
def test_as_many_are_given_as_asked_for(k):
    ids, similar = index_of(5).search(of_scene(2), k)
    assert len(ids) == len(similar) == (min(k, 5) if k > 0 else 5)
    assert np.array_equal(ids, index_of(5).search(of_scene(2), 0)[0][: len(ids)])


def test_equal_ones_come_by_ascending_id():
    index = PairwiseIndex(0, extractor=ORB)
    index.add([of_scene(1)] * 4, np.array([9, 2, 30, 4]))
    ids, similar = index.search(of_scene(1), 0)
    assert ids.tolist() == [2, 4, 9, 30]
    assert len(set(similar.tolist())) == 1


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_more_that_agree_are_worth_more_and_any_that_agree_more_than_all_that_do_not(some, more, matches):
    less, greater = sorted([some, more])
    assert verified(less) <= verified(greater) < 1
    assert 0 <= unverified(less) <= unverified(greater)
    assert unverified(matches) < verified(0) or matches == 0
    assert verified(less) < verified(greater) or less == greater


@settings(deadline=None)
@given(count=st.integers(1, 20), seed=st.integers(0, 1000))
def test_the_box_around_points_holds_them_and_has_an_area(count, seed):
    points = (np.random.default_rng(seed).random((count, 2)) * 500).astype(np.float32)
    box = around(points)
    assert box.area >= 1
    assert (points >= [box.x - 0.01, box.y - 0.01]).all()
    assert (points <= [box.x + box.width + 0.01, box.y + box.height + 0.01]).all()


@cache
def changed_photos() -> tuple[list[Path], list[tuple[Path, Path]]]:
    """Originals, and pairs of a changed copy and its original."""
    folder = SHARED / "transforms"
    queries = json.loads((folder / "groundtruth.json").read_text(encoding="utf-8"))["queries"]
    originals = list(dict.fromkeys(folder / query["positive"][0] for query in queries))[: OTHERS + 1]
    pairs = [
        (folder / query["image"], folder / query["positive"][0]) for query in queries if query["transform"] in CHANGES
    ]
    return originals, [pair for pair in pairs if pair[1] in originals[:SETS_OF_CHANGES]]


@cache
def photo(path: Path) -> np.ndarray:
    return decode(path, 320).pixels


@pytest.mark.shared_data
@pytest.mark.parametrize("kind", KINDS)
def test_turned_cropped_shrunk_and_darkened_photos_are_found_among_others(kind):
    extractor = build_extractor(kind)
    originals, pairs = changed_photos()
    index = PairwiseIndex(0, extractor=extractor, most=300)
    index.add([signature(photo(path), extractor) for path in originals], np.arange(len(originals)))
    assert len(pairs) == SETS_OF_CHANGES * len(CHANGES)
    first = [
        index.search(signature(photo(changed), extractor), 1)[0][0] == originals.index(original)
        for changed, original in pairs
    ]
    assert np.mean(first) >= 0.75, [changed.name for (changed, _), found in zip(pairs, first, strict=True) if not found]

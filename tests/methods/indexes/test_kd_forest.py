"""The k-d forest: photos by the votes of their local features."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.methods.descriptors.kd_forest import MOST, KdForest
from visearch_desktop.methods.indexes.kd_forest import KdForestIndex
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift

SCENES = 12


def described(pixels: np.ndarray) -> np.ndarray:
    return KdForest().describe(RootSift().extract(pixels, pixels.shape[1], pixels.shape[0]))


@cache
def pictured(seed: int) -> np.ndarray:
    return described(scene(seed, 320, 240))


def packed(descriptors: np.ndarray) -> np.ndarray:
    """Features with these (N, 128) levels, anywhere in a photo."""
    count = len(descriptors)
    some = np.ones(count, np.float32)
    features = LocalFeatures(np.ones((count, 2), np.float32), some, some, descriptors.astype(np.uint8), 640, 480)
    return KdForest().describe(features)


def empty(most_rows: int = 1_000_000) -> KdForestIndex:
    return KdForestIndex(0, extractor=RootSift(), most=MOST, most_rows=most_rows)


@pytest.fixture
def index() -> KdForestIndex:
    index = empty()
    index.add([pictured(seed) for seed in range(SCENES)], np.arange(SCENES) + 100)
    return index


def test_a_photo_finds_itself_at_1_and_what_is_another_thing_near_0(index: KdForestIndex) -> None:
    for seed in range(SCENES):
        ids, similarities = index.search(pictured(seed), 0)
        assert sorted(ids.tolist()) == list(range(100, 100 + SCENES))
        assert ids[0] == 100 + seed
        assert similarities[0] == pytest.approx(1, abs=0.01)
        assert similarities[1] < 0.2
        assert (np.diff(similarities) <= 0).all()


@pytest.mark.parametrize("turned_deg", [0, 35, 160])
def test_a_thing_is_found_in_another_place_size_and_direction(index: KdForestIndex, turned_deg: float) -> None:
    for seed in range(4):
        moved = warped(scene(seed, 320, 240), similarity_transform(0.8, turned_deg, 180, 120), 400, 400)
        ids, similarities = index.search(described(moved), 2)
        assert ids[0] == 100 + seed
        assert similarities[0] > 2 * similarities[1]


def test_a_part_of_a_photo_finds_the_photo(index: KdForestIndex) -> None:
    for seed in range(4):
        part = np.ascontiguousarray(scene(seed, 320, 240)[60:180, 80:240])
        assert index.search(described(part), 1)[0].tolist() == [100 + seed]


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.integers(0, 30), max_size=6), mine=st.integers(0, 30), seed=st.integers(0, 2**32 - 1))
def test_similarities_lie_between_0_and_1_whatever_the_features(sizes: list[int], mine: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    several = rng.integers(
        0, 16, (8, 128)
    )  # few that differ: photos have the same features, and one photo has them twice
    index = empty()
    index.add([packed(several[rng.integers(0, 8, size)]) for size in sizes], np.arange(len(sizes)))
    ids, similarities = index.search(packed(several[rng.integers(0, 8, mine)]), 0)
    assert sorted(ids.tolist()) == list(range(len(sizes)))
    assert ((similarities >= 0) & (similarities <= 1 + 1e-5)).all()
    assert mine or not similarities.any()
    assert not similarities[[sizes[photo] == 0 for photo in ids]].any()


def test_a_feature_has_one_vote_for_a_photo_and_a_photo_one_vote_for_a_feature() -> None:
    rng = np.random.default_rng(2)
    others = rng.integers(0, 16, (40, 128))
    wanted = rng.integers(0, 16, (1, 128))
    index = empty()
    index.add(
        [packed(np.repeat(wanted, 5, axis=0)), packed(np.vstack([wanted, others[:4]])), packed(others)], np.arange(3)
    )
    _, similarities = by_id(index, packed(wanted))
    assert similarities[0] == pytest.approx(1 / np.sqrt(5), abs=1e-5)  # five alike: one vote
    assert similarities[1] == pytest.approx(1 / np.sqrt(5), abs=1e-5)
    _, similarities = by_id(index, packed(np.repeat(wanted, 5, axis=0)))
    assert similarities[1] == pytest.approx(1 / 5, abs=1e-5)  # five voters for one feature: one counts


def by_id(index: KdForestIndex, query: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    ids, similarities = index.search(query, 0)
    order = np.argsort(ids)
    return ids[order], similarities[order]


def test_photos_come_and_go(index: KdForestIndex) -> None:
    assert index.search(pictured(3), 1)[0].tolist() == [103]
    index.remove(np.array([103, 104, 999]))
    assert len(index) == SCENES - 2
    assert 103 not in index.search(pictured(3), 0)[0]
    index.add([pictured(3)], np.array([7]))
    assert index.search(pictured(3), 1)[0].tolist() == [7]
    assert index.ids().tolist() == [7, *(100 + seed for seed in range(SCENES) if seed not in {3, 4})]
    index.remove(index.ids())
    assert [part.tolist() for part in index.search(pictured(3), 5)] == [[], []]


def test_adding_an_id_twice_is_refused(index: KdForestIndex) -> None:
    for ids in ([103, 200], [1, 1]):
        with pytest.raises(ValueError, match="twice"):
            index.add([pictured(0), pictured(1)], np.array(ids))
    assert len(index) == SCENES


def test_a_photo_without_details_is_alike_to_nothing(index: KdForestIndex) -> None:
    plain = described(np.full((50, 60, 3), 128, np.uint8))
    assert not len(plain)
    ids, similarities = index.search(plain, 3)
    assert (ids.tolist(), similarities.tolist()) == ([100, 101, 102], [0, 0, 0])
    index.add([plain], np.array([5]))
    ids, similarities = index.search(pictured(0), 0)
    assert (ids[0], similarities[ids == 5].tolist()) == (100, [0])
    only = empty()
    only.add([plain], np.array([5]))
    assert [part.tolist() for part in only.search(pictured(0), 0)] == [[5], [0]]


def test_nothing_but_the_photos_changes_an_answer(index: KdForestIndex) -> None:
    """Neither the order of adding, nor who drew random numbers from OpenCV before, nor the thread."""
    wanted = index.search(pictured(2), 0)
    other = empty()
    for seed in reversed(range(SCENES)):
        other.add([pictured(seed)], np.array([seed + 100]))
    cv2.setRNGSeed(123)
    with ThreadPoolExecutor(1) as pool:
        for found in (other.search(pictured(2), 0), index.search(pictured(2), 0), pool.submit(again).result()):
            for want, have in zip(wanted, found, strict=True):
                np.testing.assert_array_equal(want, have)


def again() -> tuple[np.ndarray, np.ndarray]:
    fresh = empty()
    fresh.add([pictured(seed) for seed in range(SCENES)], np.arange(SCENES) + 100)
    return fresh.search(pictured(2), 0)


def test_a_great_library_keeps_fewer_features_of_each_photo() -> None:
    index = empty(most_rows=SCENES * 20)
    index.add([pictured(seed) for seed in range(SCENES)], np.arange(SCENES))
    ids, _ = index.search(pictured(5), 1)
    assert ids.tolist() == [5]
    assert index._forest is not None
    assert index._forest.counts.tolist() == [20] * SCENES


def test_it_may_be_searched_while_photos_come_and_go(index: KdForestIndex) -> None:
    def change() -> None:
        for seed in (50, 51, 52):
            index.add([pictured(seed)], np.array([seed]))
            index.remove(np.array([seed]))

    with ThreadPoolExecutor(3) as pool:
        changes = pool.submit(change)
        searches = [pool.submit(index.search, pictured(seed), 1) for seed in range(SCENES)]
        assert [search.result()[0][0] for search in searches] == list(range(100, 100 + SCENES))
        changes.result()
    assert len(index) == SCENES

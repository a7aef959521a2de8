"""The best region of each photo is found, exactly, however photos come and go."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from visearch_desktop.core.usual import Usual, usual_of
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.indexes.regions import RegionIndex

PHOTOS, REGIONS, NUMBERS, STEPS = 60, 5, 64, 256
RNG = np.random.default_rng(0)
ROWS = RNG.integers(-127, 128, (PHOTOS, REGIONS, NUMBERS)).astype(np.int8)
WHOLE = RNG.integers(-127, 128, NUMBERS)
WHOLE[0] = 127
QUERY = normalise(WHOLE.astype(np.float64))  # what rounding leaves as it is


def index_of(ids: list[int]) -> RegionIndex:
    index = RegionIndex(REGIONS, NUMBERS, STEPS)
    index.add(ROWS[ids], ids)
    return index


@pytest.mark.parametrize("k", [1, 10, 0])
def test_photos_come_in_the_order_of_their_best_region(k: int) -> None:
    ids, similarities, places = index_of(list(range(PHOTOS))).search(QUERY, k)
    likeness = ROWS.astype(np.float64) @ QUERY / STEPS
    order = np.argsort(-likeness.max(axis=1))[: k or PHOTOS]
    assert ids.tolist() == order.tolist()
    assert np.allclose(similarities, likeness.max(axis=1)[order], atol=1e-5)
    assert places.tolist() == likeness.argmax(axis=1)[order].tolist()


@pytest.mark.parametrize("numbers", [1, 7, 16, 32, 64, 96, 128, 256])
def test_similarities_are_right_at_every_length(numbers: int) -> None:
    rows = normalise(RNG.normal(size=(20, 3, numbers))) * 127
    query = normalise(RNG.normal(size=numbers))
    index = RegionIndex(3, numbers, 127)
    index.add(np.rint(rows).astype(np.int8), range(20))
    ids, similarities, _ = index.search(query, 0)
    assert np.allclose(similarities, (rows @ query).max(axis=1)[ids] / 127, atol=0.03)


def test_many_alike_regions_of_one_photo_do_not_hide_the_others() -> None:
    rows = ROWS.copy()
    rows[7] = 127 * np.sign(QUERY)
    index = RegionIndex(REGIONS, NUMBERS, STEPS)
    index.add(rows, range(PHOTOS))
    ids, _, _ = index.search(QUERY, 3)
    assert ids[0] == 7
    assert len(set(ids.tolist())) == 3


def test_what_came_and_went_leaves_no_trace_and_the_order_of_coming_plays_no_part() -> None:
    wanted = [number for number in range(PHOTOS) if number % 7]
    index = index_of(list(RNG.permutation(PHOTOS)))
    index.remove([number for number in range(PHOTOS) if number % 7 == 0] + [999])
    found, expected = index.search(QUERY, 0), index_of(wanted).search(QUERY, 0)
    assert all(np.array_equal(one, other) for one, other in zip(found, expected, strict=True))
    assert sorted(index.ids().tolist()) == wanted


def test_a_photo_that_is_added_again_is_replaced() -> None:
    index = index_of([1, 2, 3])
    index.add(ROWS[[9]], [2])
    assert len(index) == 3
    ids, similarities, _ = index.search(QUERY, 0)
    best = (ROWS[9].astype(np.float64) @ QUERY / STEPS).max()
    assert similarities[ids.tolist().index(2)] == pytest.approx(best, abs=1e-5)


def test_a_region_is_what_was_put_in() -> None:
    index = index_of([5, 9, 2])
    index.remove([5])
    assert np.array_equal(index.region(2, 3) * STEPS, ROWS[2, 3])
    with pytest.raises(KeyError):
        index.region(5, 0)


def test_photos_that_are_the_same_come_by_ascending_id() -> None:
    index = RegionIndex(REGIONS, NUMBERS, STEPS)
    index.add(np.repeat(ROWS[:1], 4, axis=0), [8, 3, 9, 1])
    assert index.search(QUERY, 0)[0].tolist() == [1, 3, 8, 9]


def test_nothing_to_search_and_nothing_to_look_for() -> None:
    empty = RegionIndex(REGIONS, NUMBERS, STEPS)
    empty.remove([1])
    assert [len(part) for part in empty.search(QUERY, 5)] == [0, 0, 0]
    assert empty.usual(QUERY) == Usual()
    nothing = index_of([4, 2]).search(np.zeros(NUMBERS, np.float32), 0)
    assert nothing[0].tolist() == [2, 4]
    assert not nothing[1].any()
    with pytest.raises(ValueError, match="photos of 5 × 64"):
        empty.add(ROWS[:, :2], range(PHOTOS))


def test_what_is_usual_is_the_median_over_the_photos_whichever_there_are_now() -> None:
    best = (ROWS.astype(np.float64) @ QUERY / STEPS).max(axis=1)

    index = index_of(list(range(PHOTOS)))
    assert astuple(index.usual(QUERY)) == pytest.approx(astuple(usual_of(best)), abs=1e-4)
    index.remove(range(0, PHOTOS, 2))
    assert astuple(index.usual(QUERY)) == pytest.approx(astuple(usual_of(best[1::2])), abs=1e-4)
    index.add(ROWS[::2], range(0, PHOTOS, 2))
    assert astuple(index.usual(QUERY)) == pytest.approx(astuple(usual_of(best)), abs=1e-4)

"""Details and looks are one ranking: what stands out by either is in front."""

from __future__ import annotations

import numpy as np

from visearch_desktop.search.fusion import detail_evidence, fuse, region_evidence
from visearch_desktop.search.object_search import ObjectHit

USUAL = (0.2, 0.05)


def ordinary(count: int = 60) -> list[ObjectHit]:
    return [ObjectHit(100 + number, 1.0 - number / 1000, 2.0) for number in range(count)]


def test_a_photo_that_stands_out_by_details_or_by_looks_is_before_the_ordinary_ones() -> None:
    hits = [*ordinary(), ObjectHit(1, 6.0, 9.0), ObjectHit(2, 0.5, 1.0)]
    looks = {100 + number: 0.2 for number in range(60)} | {1: 0.1, 2: 0.6, 3: 0.5}
    ranking = fuse(hits, looks, USUAL)
    assert {photo for photo, _ in ranking[:3]} == {1, 2, 3}
    assert len(ranking) == 63
    assert [value for _, value in ranking] == sorted((value for _, value in ranking), reverse=True)


def test_details_like_those_of_many_photos_say_nothing() -> None:
    assert np.allclose(detail_evidence(ordinary()), 0, atol=0.2)
    looks = {100: 0.2, 101: 0.3}
    assert fuse(ordinary(), looks, USUAL)[0][0] == 101


def test_right_answers_do_not_hide_each_other() -> None:
    several = [ObjectHit(number, 20.0, 30.0) for number in range(12)]
    alone = detail_evidence([*ordinary(), several[0]])[-1]
    together = detail_evidence([*ordinary(), *several])[-12:]
    assert np.allclose(together, alone, rtol=0.05)


def test_the_order_in_which_hits_come_plays_no_part() -> None:
    hits = [*ordinary(), ObjectHit(1, 6.0, 9.0)]
    looks = {number: number / 200 for number in (100, 1, 130)}
    turned = dict(reversed(looks.items()))
    assert fuse(hits, looks, USUAL) == fuse(hits[::-1], turned, USUAL)


def test_one_way_of_looking_is_enough_and_so_is_nothing() -> None:
    assert fuse([], {}, (0.0, 0.0)) == []
    assert [photo for photo, _ in fuse([], {5: 0.1, 4: 0.3}, USUAL)] == [4, 5]
    assert [photo for photo, _ in fuse([ObjectHit(2, 1.0, 1.0), ObjectHit(1, 1.0, 1.0)], {}, USUAL)] == [1, 2]
    assert np.isfinite(region_evidence(np.array([0.5, 0.5]), (0.5, 0.0))).all()

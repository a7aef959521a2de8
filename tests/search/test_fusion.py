"""Details and looks are one ranking: what stands out by either is in front."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.search.fusion import detail_evidence, likeness, region_evidence

USUAL = (0.2, 0.05)
ORDINARY = 1.0 - np.arange(60) / 1000


def test_a_photo_that_stands_out_by_details_or_by_looks_is_before_the_ordinary_ones() -> None:
    scores = np.concatenate([ORDINARY, [6.0, 0.5, 0.0]])
    looks = region_evidence(np.concatenate([np.full(60, 0.2), [0.1, 0.6, 0.5]]), USUAL)
    evidence = detail_evidence(scores) + looks
    assert set(np.argsort(-evidence)[:3].tolist()) == {60, 61, 62}


def test_details_like_those_of_many_photos_say_nothing() -> None:
    assert np.allclose(detail_evidence(ORDINARY), 0, atol=0.2)
    assert not detail_evidence(np.zeros(60)).any()


def test_right_answers_do_not_hide_each_other() -> None:
    alone = detail_evidence(np.append(ORDINARY, 20.0))[-1]
    together = detail_evidence(np.append(ORDINARY, np.full(12, 20.0)))[-12:]
    assert np.allclose(together, alone, rtol=0.05)


def test_where_it_was_located_counts_besides() -> None:
    inliers = np.zeros(60, np.int64)
    inliers[50] = 12
    assert np.argmax(detail_evidence(ORDINARY, inliers)) == 50
    assert np.array_equal(detail_evidence(ORDINARY, np.zeros(60, np.int64)), detail_evidence(ORDINARY))


@given(st.permutations(range(12)))
def test_the_order_in_which_photos_come_plays_no_part(order: list[int]) -> None:
    scores = np.append(ORDINARY[:11], 6.0)
    assert np.array_equal(detail_evidence(scores)[order], detail_evidence(scores[order]))


def test_nothing_and_photos_that_are_all_alike_are_no_error() -> None:
    assert len(detail_evidence(np.zeros(0))) == 0
    assert np.isfinite(region_evidence(np.array([0.5, 0.5]), (0.5, 0.0))).all()


def test_likeness_keeps_the_order_between_nothing_and_one() -> None:
    evidence = np.array([0.0, 0.5, 3.0, 40.0])
    found = likeness(evidence)
    assert found[0] == 0
    assert np.all(np.diff(found) > 0)
    assert found[-1] < 1

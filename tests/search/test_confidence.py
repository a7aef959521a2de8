"""The words say no more than what was measured, and follow the evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.search.confidence import calibration_for, count_standing_out
from visearch_desktop.search.hits import SURE_INLIERS, Confidence

ORDER = {Confidence.MAYBE: 0, Confidence.LIKELY: 1, Confidence.SURE: 2}
NAMES = st.sampled_from([f"{n}@1/x" for n in ("rootsift_vlad", "colour_histogram", "gist", "perceptual_hash", "other")])


@given(NAMES, st.integers(1, 500), st.integers(0, 500), st.integers(0, 300), st.floats(-0.5, 1), st.booleans())
def test_more_evidence_never_makes_a_hit_less_sure(
    name: str, inliers: int, middle: int, more: int, lift: float, has_region: bool
) -> None:
    words = calibration_for(name)
    before = words.word(inliers, middle, lift, has_region)
    after = words.word(inliers + more, middle + more, min(1.0, lift + 0.1), has_region)
    assert ORDER[after] >= ORDER[before]


@given(NAMES, st.integers(0, SURE_INLIERS - 1), st.integers(0, 500), st.floats(-0.5, 1), st.booleans())
def test_nothing_is_sure_without_enough_verified_details(
    name: str, inliers: int, middle: int, lift: float, has_region: bool
) -> None:
    assert calibration_for(name).word(inliers, middle, lift, has_region) is not Confidence.SURE


@pytest.mark.parametrize("name", ["rootsift_vlad@1/x", "colour_histogram@1/x", "mobilenet_v2@1/x"])
def test_many_details_in_the_middle_are_enough_where_likeness_says_nothing(name: str) -> None:
    words = calibration_for(name)
    assert words.word(319, 160, 0.0) is Confidence.SURE
    assert words.word(60, 40, 0.0) is Confidence.LIKELY
    assert words.word(60, 0, 0.0) is Confidence.MAYBE


def test_the_same_place_seen_again_is_no_near_duplicate() -> None:
    words = calibration_for("perceptual_hash@1/x")
    assert words.word(319, 160, 0.3, has_region=True) is Confidence.MAYBE
    assert words.word(60, 20, 0.9) is Confidence.SURE
    assert words.word(0, 0, 1 - 6 / 32) is Confidence.LIKELY
    assert words.word(0, 0, 1 - 16 / 32) is Confidence.MAYBE


def test_a_box_says_what_is_meant_so_that_fewer_details_are_enough() -> None:
    words = calibration_for("rootsift_vlad@1/x")
    assert words.word(60, 35, 0.0, has_region=True) is Confidence.SURE
    assert words.word(60, 35, 0.0, has_region=False) is Confidence.LIKELY


def test_the_shown_hits_end_with_the_last_one_that_stands_out() -> None:
    words = [Confidence.SURE, Confidence.MAYBE, Confidence.LIKELY, Confidence.MAYBE, Confidence.MAYBE]
    assert count_standing_out(words, [True, False, False, False, False], [True, False, True, False, False]) == 3
    assert count_standing_out(words[3:], [False, False], [False, True]) == 2
    assert count_standing_out(words[3:], [True, False], [False, False]) == 1
    assert count_standing_out(words[3:], [False, False], [False, False]) == 0
    assert count_standing_out([], [], []) == 0


@pytest.mark.parametrize("name", ["visearch_v1@1/x", "gist@1/x", "perceptual_hash@1/x", "other@1/x"])
def test_what_looks_alike_is_no_more_than_a_maybe_once_nothing_in_it_agreed(name: str) -> None:
    words = calibration_for(name)
    assert words.word(0, 0, words.likely_unverified) is Confidence.LIKELY
    refused = words.word(0, 0, 1.0, was_tried=True)
    assert (refused is Confidence.MAYBE) == (name != "perceptual_hash@1/x")

"""Similarity, verified matches and the words for them fit together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.search.confidence import calibration_for
from visearch_desktop.search.evidence import combined_scores, lift
from visearch_desktop.search.hits import SURE_INLIERS, Confidence

ANY = calibration_for("some_network@1/0")
ORDER = [Confidence.MAYBE, Confidence.LIKELY, Confidence.SURE]
QUERY = np.ones(4, np.float32) / 2


@given(
    similar=st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=30),
    middles=st.lists(st.integers(-1, 900), min_size=30),
)
def test_verified_photos_lead_and_what_was_known_before_orders_the_others(similar, middles):
    values, found = np.array(similar, np.float32), np.array(middles[: len(similar)])
    before = values + 1.6 * np.linspace(0, 1, len(values))
    scores = combined_scores(values, before, found)
    rest = found < 0
    assert np.array_equal(scores[rest], before[rest])
    assert scores[~rest].min(initial=np.inf) > scores[rest].max(initial=-np.inf)


def test_more_matches_in_the_middle_raise_the_score():
    scores = combined_scores(np.full(4, 0.3, np.float32), np.full(4, 1.3), np.array([-1, 0, 10, 100]))
    assert (np.diff(scores) > 0).all()


def test_lift_is_zero_for_the_usual_and_one_for_the_same_picture():
    usual = np.linspace(0.2, 0.4, 101).astype(np.float32)
    assert lift(np.array([0.3, 1.0, 0.65], np.float32), usual, QUERY) == pytest.approx([0, 1, 0.5], abs=1e-5)


def test_lift_is_the_same_whatever_the_range_of_a_descriptor():
    background = np.random.default_rng(0).normal(0, 0.1, 300).astype(np.float32)
    similar = np.array([0.9, 0.4, 0.1], np.float32)
    squeezed = lift(0.8 + 0.2 * similar, 0.8 + 0.2 * background, QUERY)
    assert squeezed == pytest.approx(lift(similar, background, QUERY), abs=1e-4)


def test_a_query_with_nothing_to_describe_is_like_nothing():
    assert not lift(np.zeros(30, np.float32), np.zeros(30, np.float32), np.zeros(4, np.float32)).any()


@given(inliers=st.integers(1, 500), share=st.floats(0, 1), lifted=st.floats(-1, 1), more=st.integers(0, 300))
def test_more_evidence_never_gives_a_weaker_word(inliers, share, lifted, more):
    middle = int(inliers * share)
    word = ANY.word(inliers, middle, lifted)
    assert ORDER.index(ANY.word(inliers + more, middle + more, lifted)) >= ORDER.index(word)
    assert ORDER.index(ANY.word(inliers, middle, min(1.0, lifted + 0.2))) >= ORDER.index(word)


@given(middle=st.integers(0, 500), lifted=st.floats(-1, 1))
def test_nothing_is_sure_without_enough_verified_matches(middle, lifted):
    assert ANY.word(0, 0, lifted) is not Confidence.SURE
    assert ANY.word(SURE_INLIERS - 1, min(middle, SURE_INLIERS - 1), lifted) is not Confidence.SURE

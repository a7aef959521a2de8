"""Details and looks are one ranking: what stands out by either is in front."""

from __future__ import annotations

import numpy as np

from visearch_desktop.search.fusion import fused, region_evidence


def test_a_photo_that_stands_out_by_details_or_by_looks_is_before_the_ordinary_ones() -> None:
    excess, looks = np.zeros(63), np.full(63, 1.5)
    excess[[60, 61]] = 3.0, 1.0
    looks[[61, 62]] = 4.0, 6.0
    scores = fused(excess, looks)
    assert set(np.argsort(-scores)[:3].tolist()) == {60, 61, 62}
    assert 0 < scores.min() <= scores.max() < 1


def test_nothing_speaks_for_nothing() -> None:
    assert fused(np.zeros(4), np.zeros(4)).tolist() == [0] * 4
    assert region_evidence(np.array([-0.4, 0.2]), (0.2, 0.05)).tolist() == [0, 0]


def test_evidence_counts_in_spreads_and_photos_that_are_all_alike_are_no_error() -> None:
    assert np.allclose(region_evidence(np.array([0.3, 0.45]), (0.2, 0.05)), [2, 5])
    assert np.isfinite(region_evidence(np.array([0.5, 0.5]), (0.5, 0.0))).all()


def test_more_evidence_is_a_higher_score() -> None:
    steps = np.array([0.0, 0.5, 3.0, 40.0])
    assert np.all(np.diff(fused(steps, np.zeros(4))) > 0)
    assert np.all(np.diff(fused(np.zeros(4), steps)) > 0)

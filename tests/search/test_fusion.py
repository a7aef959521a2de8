"""Details and looks are one ranking: what stands out by either is in front."""

from __future__ import annotations

import numpy as np

from visearch_desktop.search.fusion import fused


def test_a_photo_that_stands_out_by_details_or_by_looks_is_before_the_ordinary_ones() -> None:
    excess, looks = np.zeros(63), np.full(63, 1.5)
    excess[[60, 61]] = 3.0, 1.0
    looks[[61, 62]] = 4.0, 6.0
    scores = fused(excess, looks)
    assert set(np.argsort(-scores)[:3].tolist()) == {60, 61, 62}
    assert 0 < scores.min() <= scores.max() < 1


def test_nothing_speaks_for_nothing() -> None:
    assert fused(np.zeros(4), np.zeros(4)).tolist() == [0] * 4


def test_more_evidence_is_a_higher_score() -> None:
    steps = np.array([0.0, 0.5, 3.0, 40.0])
    assert np.all(np.diff(fused(steps, np.zeros(4))) > 0)
    assert np.all(np.diff(fused(np.zeros(4), steps)) > 0)

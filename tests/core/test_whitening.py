"""Whitening evens out what is known and does not blow up what is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visearch_desktop.core.whitening import apply_whitening, fit_whitening


def sample(count: int, width: int, seed: int = 0) -> np.ndarray:
    """Vectors whose numbers vary less and less, turned at random, about a common mean."""
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(width, width)))
    return (rng.normal(size=(count, width)) * np.geomspace(1, 0.01, width)) @ turn + rng.normal(size=width)


def test_without_shrinkage_the_sample_comes_out_round() -> None:
    rows = sample(5000, 12)
    mean, projection = fit_whitening(rows, 12, shrinkage=0)
    white = (rows - mean) @ projection
    assert white.T @ white / len(rows) == pytest.approx(np.eye(12), abs=1e-3)


def test_the_strongest_directions_are_kept() -> None:
    rows = sample(2000, 30)
    _, projection = fit_whitening(rows, 5, exponent=0)
    kept = np.var((rows - rows.mean(axis=0)) @ projection, axis=0)
    assert projection.shape == (30, 5)
    assert list(kept) == sorted(kept, reverse=True)
    assert kept.sum() > 0.5 * np.var(rows, axis=0).sum()


def test_a_direction_that_no_sample_shows_is_never_raised_above_those_seen() -> None:
    rows = sample(40, 200)
    mean, projection = fit_whitening(rows, 200)
    gains = np.linalg.norm(projection, axis=0)
    assert gains.max() / gains.min() < 10
    fresh = sample(40, 200, seed=0) + np.random.default_rng(9).normal(0, 1e-3, (40, 200))
    assert (
        float(np.min(np.sum(apply_whitening(rows, (mean, projection)) * apply_whitening(fresh, (mean, projection)), 1)))
        > 0.98
    )


def test_more_numbers_than_vectors_go_through_the_small_matrix_and_agree_with_the_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = sample(20, 50)
    large = apply_whitening(rows, fit_whitening(rows, 19, shrinkage=1))
    monkeypatch.setattr("visearch_desktop.core.whitening.FULL_BASIS_UP_TO", 10)
    small = apply_whitening(rows, fit_whitening(rows, 19, shrinkage=1))
    assert small @ small.T == pytest.approx(large @ large.T, abs=1e-4)


def test_the_same_sample_gives_the_same_numbers() -> None:
    rows = sample(60, 40)
    one, two = fit_whitening(rows, 16), fit_whitening(rows.copy(), 16)
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 60),
    width=st.integers(1, 40),
    kept=st.integers(1, 50),
    seed=st.integers(0, 99),
    flat=st.booleans(),
)
def test_any_sample_gives_finite_unit_vectors(count: int, width: int, kept: int, seed: int, flat: bool) -> None:
    rows = np.ones((count, width)) if flat else sample(count, width, seed)
    whitening = fit_whitening(rows, kept)
    white = apply_whitening(rows, whitening)
    assert white.shape == (count, min(kept, width))
    assert np.isfinite(whitening[1]).all()
    lengths = np.linalg.norm(white, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))


@pytest.mark.parametrize("rows", [np.zeros((0, 4)), np.zeros(4), np.full((3, 4), np.nan)])
def test_what_is_no_sample_is_refused(rows: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a whitening is learned from"):
        fit_whitening(rows, 2)


def test_half_the_exponent_leaves_half_of_the_differences_between_directions() -> None:
    rng = np.random.default_rng(0)
    given = rng.standard_normal((5000, 3)) * (9.0, 3.0, 1.0)
    mean, projection = fit_whitening(given, 3, shrinkage=0.0, exponent=0.5)
    spreads = ((given - mean) @ projection).std(axis=0)
    assert spreads == pytest.approx([3.0, 3.0**0.5, 1.0], rel=0.05)

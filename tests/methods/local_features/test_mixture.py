"""A mixture of Gaussians finds what made its rows, and is sound however few they are."""

from __future__ import annotations

import numpy as np
import pytest

from visearch_desktop.methods.local_features.mixture import Mixture, fit_mixture


def drawn(mixture: Mixture, count: int, seed: int = 0) -> np.ndarray:
    """Rows that a mixture makes."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(mixture.weights), count, p=mixture.weights)
    noise = rng.standard_normal((count, mixture.means.shape[1]))
    return (mixture.means[chosen] + noise * np.sqrt(mixture.variances[chosen])).astype(np.float32)


def three() -> Mixture:
    means = np.array([[4.0, 0, 0, 0], [0, 4, 0, 0], [0, 0, 4, 0]])
    return Mixture(np.array([0.5, 0.3, 0.2]), means, np.array([[0.2, 0.4, 0.6, 0.8]] * 3))


def test_what_made_the_rows_is_found() -> None:
    true = three()
    found = fit_mixture(drawn(true, 4000), 3, seed=0)
    order = np.argsort(-found.weights)
    assert found.weights[order] == pytest.approx(true.weights, abs=0.03)
    assert found.means[order] == pytest.approx(true.means, abs=0.15)
    assert found.variances[order] == pytest.approx(true.variances, rel=0.2)


def test_responsibilities_are_bayes_rule() -> None:
    mixture, rows = three(), drawn(three(), 50)
    densities = np.stack(
        [
            weight * np.exp(-0.5 * ((rows - mean) ** 2 / variance).sum(axis=1)) / np.sqrt(variance.prod())
            for weight, mean, variance in zip(mixture.weights, mixture.means, mixture.variances, strict=True)
        ],
        axis=1,
    )
    assert mixture.responsibilities(rows) == pytest.approx(densities / densities.sum(axis=1, keepdims=True), abs=1e-9)


def test_a_row_far_from_every_gaussian_still_belongs_somewhere() -> None:
    shares = three().responsibilities(np.full((1, 4), 1e4))
    assert np.isfinite(shares).all()
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
@pytest.mark.parametrize("alike", [True, False])
def test_any_number_of_rows_gives_a_sound_mixture(count: int, alike: bool) -> None:
    rows = np.ones((count, 4), np.float32) if alike else drawn(three(), count)
    mixture = fit_mixture(rows, 8, seed=0)
    assert mixture.means.shape == mixture.variances.shape == (8, 4)
    assert mixture.weights.sum() == pytest.approx(1)
    assert (mixture.weights > 0).all()
    assert (mixture.variances > 0).all()
    assert np.isfinite(mixture.means).all()


def test_the_same_rows_and_seed_give_the_same_mixture() -> None:
    rows = drawn(three(), 300)
    one, two, other = fit_mixture(rows, 4, 1), fit_mixture(rows, 4, 1), fit_mixture(rows, 4, 2)
    assert np.array_equal(one.means, two.means)
    assert np.array_equal(one.variances, two.variances)
    assert not np.array_equal(one.means, other.means)

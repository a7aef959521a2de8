"""Whitening evens out the directions of a sample, from many vectors or few."""

from __future__ import annotations

import numpy as np
import pytest

from visearch_desktop.methods.descriptors.pca_whitening import fit_whitening


def sample(count: int, dimensions: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.standard_normal((count, dimensions)) * np.linspace(3, 0.2, dimensions) + 1).astype(np.float32)


@pytest.mark.parametrize(("count", "dimensions"), [(400, 20), (15, 60)])
def test_whitened_numbers_vary_alike_and_independently(count, dimensions):
    given = sample(count, dimensions)
    whitening = fit_whitening(given, 10)
    projected = (given - whitening.mean) @ whitening.projection.T
    assert np.allclose(np.cov(projected.T, bias=True), np.eye(10), atol=1e-2)


def test_power_zero_only_turns():
    projection = fit_whitening(sample(300, 12), 12, power=0).projection
    assert np.allclose(projection @ projection.T, np.eye(12), atol=1e-4)


def test_vectors_come_out_with_unit_length_and_zero_stays_zero():
    whitening = fit_whitening(sample(100, 16), 8, power=0.25, shrinkage=1.0)
    assert np.allclose(np.linalg.norm(whitening.apply(sample(20, 16)), axis=1), 1, atol=1e-5)
    assert not whitening.apply(np.zeros(16)).any()
    assert whitening.apply(np.ones(16)).shape == (8,)


def test_there_are_never_more_numbers_than_the_sample_can_tell():
    assert fit_whitening(sample(5, 50), 100).projection.shape == (4, 50)


def test_one_vector_or_equal_ones_teach_nothing():
    for given in (np.ones((1, 4)), np.ones((9, 4)), np.ones(4)):
        with pytest.raises(ValueError, match="whitening"):
            fit_whitening(given, 2)


def test_the_same_sample_gives_the_same_projection():
    one, other = fit_whitening(sample(30, 40), 8), fit_whitening(sample(30, 40), 8)
    assert np.array_equal(one.projection, other.projection)

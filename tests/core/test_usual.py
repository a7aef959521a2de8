"""What is usual among values, and how far one stands out."""

from __future__ import annotations

import numpy as np
import pytest

from visearch_desktop.core.usual import Usual, usual_of


def test_of_a_normal_distribution_they_are_the_mean_and_the_standard_deviation() -> None:
    found = usual_of(np.random.default_rng(0).normal(0.3, 0.05, 20_000))
    assert (found.median, found.spread) == pytest.approx((0.3, 0.05), rel=0.03)


def test_a_few_large_values_hide_nothing() -> None:
    values = np.append(np.linspace(0, 0.1, 95), [0.9] * 5)
    found = usual_of(values)
    assert found.spread < 0.04
    assert found.spreads_over(values)[-5:].min() > 20


def test_values_count_in_spreads_and_values_that_are_all_alike_are_no_error() -> None:
    assert np.allclose(Usual(0.2, 0.05).spreads_over([0.3, 0.45, 0.1]), [2, 5, -2])
    assert np.isfinite(usual_of(np.full(4, 0.5)).spreads_over([0.5, 0.6])).all()
    assert usual_of(np.zeros(0)) == Usual(0.0, 0.0)

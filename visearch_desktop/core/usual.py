"""What is usual among many values, and how far one stands out from it; a few that are large hide nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_SPREAD = 1e-3
"""Of similarities: where all photos are alike, last digits decide nothing."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Median and spread of some values: half of what two thirds of them lie within.

    Of a normal distribution they are the mean and the standard deviation.
    """

    median: float = 0.0
    spread: float = 0.0

    def spreads_over(self, values: ArrayLike) -> NDArray[np.float64]:
        """By how many spreads each value is above the median; a spread counts for 0.001 at least."""
        return (np.asarray(values, dtype=np.float64) - self.median) / max(self.spread, LEAST_SPREAD)


def usual_of(values: NDArray[np.floating[Any]]) -> Usual:
    """Of values (N,); of none, median and spread are 0."""
    if not len(values):
        return Usual()
    low, median, high = np.quantile(values, (0.16, 0.5, 0.84))
    return Usual(float(median), float(high - low) / 2)

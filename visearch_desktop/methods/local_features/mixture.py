"""A mixture of Gaussians with diagonal covariances, fitted to local descriptors by expectation–maximisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.vocabulary import learn_vocabulary

ROUNDS = 20
START_ROUNDS = 5
LEAST_VARIANCE = 1e-3
"""Of the mean variance of the rows: no Gaussian becomes a point."""
PRIOR_ROWS = 1.0
"""Each Gaussian counts so many rows of average spread besides its own, so that a few rows are enough for all."""
BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class Mixture:
    """K Gaussians of D numbers.

    Attributes:
        weights: (K,) float64, above 0, sum 1.
        means: (K, D) float64.
        variances: (K, D) float64, above 0.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    variances: NDArray[np.float64]

    def responsibilities(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """(N, K) how likely each Gaussian made each of (N, D) rows; every row sums to 1."""
        precision = 1 / self.variances
        logs = np.log(self.weights) - 0.5 * np.log(self.variances).sum(axis=1)
        logs = logs - 0.5 * (self.means**2 * precision).sum(axis=1)
        logs = logs + rows @ (self.means * precision).T - 0.5 * (rows**2) @ precision.T
        logs -= logs.max(axis=1, keepdims=True)
        shares: NDArray[np.float64] = np.exp(logs)
        shares /= shares.sum(axis=1, keepdims=True)
        return shares


def fit_mixture(rows: NDArray[np.float32], count: int, seed: int) -> Mixture:
    """Expectation–maximisation, started at the centres of k-means.

    Args:
        rows: (N, D); N may be anything from 0.
        count: K.
        seed: of the start.
    Returns:
        The same for the same rows and seed.
    """
    centres = learn_vocabulary(rows, count, seed, START_ROUNDS).astype(np.float64)
    spread = rows.var(axis=0, dtype=np.float64) if len(rows) > 1 else np.ones(rows.shape[1])
    floor = LEAST_VARIANCE * float(spread.mean()) or LEAST_VARIANCE
    spread = np.maximum(spread, floor)
    mixture = Mixture(np.full(count, 1 / count), centres, np.tile(spread, (count, 1)))
    for _ in range(ROUNDS):
        totals, sums, squares = np.zeros(count), np.zeros(centres.shape), np.zeros(centres.shape)
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK].astype(np.float64)
            shares = mixture.responsibilities(block)
            totals += shares.sum(axis=0)
            sums += shares.T @ block
            squares += shares.T @ block**2
        each = (totals + PRIOR_ROWS)[:, None]
        means = (sums + PRIOR_ROWS * mixture.means) / each
        scatter = squares - 2 * means * sums + totals[:, None] * means**2
        variances = np.maximum((scatter + PRIOR_ROWS * spread) / each, floor)
        mixture = Mixture(each[:, 0] / each.sum(), means, variances)
    return mixture

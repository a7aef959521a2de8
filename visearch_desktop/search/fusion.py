"""One ranking from details that agree and from regions that look alike: each finds what the other one misses.

Both say how far a photo stands out from what is usual for this query, and the sum decides. On ``objects-develop``
(``python -m tests.benchmarks.regions``) details alone find few things that are not flat, regions alone few that are.
A plain sum of standardised scores does not do: a dozen right photos among the details make the spread so large that
the others no longer stand out from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

USUAL_PLACE = 30
"""The photo at this place of the details' ranking is taken for an ordinary one."""

PER_INLIERS, PER_EXCESS = 2.0, 4.0
"""Weights of log(1 + inliers) and of log(score / usual score), beside standard deviations of regions."""

LEAST_SPREAD = 1e-3
"""Of similarities: where all photos are alike, last digits decide nothing."""

HALF = 10.0
"""Evidence that counts as a similarity of one half; any number keeps the order."""


def detail_evidence(scores: NDArray[np.floating], inliers: NDArray[np.integer] | None = None) -> NDArray[np.float64]:
    """(N,) of the photos of a library; 0 for one whose details are like those of many, and not located.

    Args:
        scores: (N,) what the pairs of details are worth that agree, 0 for none.
        inliers: (N,) verified matches; None where nothing was verified yet.
    """
    best = np.sort(np.asarray(scores, dtype=np.float64))[::-1]
    usual = float(best[USUAL_PLACE - 1]) if len(best) >= USUAL_PLACE else 0.0
    excess = np.maximum(np.log(np.maximum(scores, LEAST_SPREAD) / max(usual, LEAST_SPREAD)), 0.0)
    located = 0.0 if inliers is None else PER_INLIERS * np.log1p(np.asarray(inliers, dtype=np.float64))
    return np.asarray(located + PER_EXCESS * excess, dtype=np.float64)


def region_evidence(similarities: NDArray[np.floating], usual: tuple[float, float]) -> NDArray[np.float64]:
    """(N,) how many spreads each is over the mean.

    Args:
        similarities: (N,) of the best region of photos.
        usual: mean and spread of that similarity over the library.
    """
    mean, spread = usual
    return np.asarray((np.asarray(similarities, dtype=np.float64) - mean) / max(spread, LEAST_SPREAD))


def likeness(evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) evidence from 0 as a number from 0 to 1, in the same order, in place of a similarity."""
    return evidence / (evidence + HALF)

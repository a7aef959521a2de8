"""One ranking from details that agree and from regions that look alike: each finds what the other one misses.

Both say how far a photo stands out from what is usual for this query, and the sum decides. On ``objects-develop``
(``python -m tests.benchmarks.regions``) details alone find few things that are not flat, regions alone few that are.
A plain sum of standardised scores does not do: a dozen right photos among the details make the spread so large that
the others no longer stand out from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PER_EXCESS = 2.0
"""Weight of the logarithm of how many times as much the details are worth as usual, beside spreads of similarity."""

HALF = 10.0
"""Evidence that counts as a similarity of one half; any number keeps the order."""


def fused(excess: NDArray[np.float64], looks: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) what both say, from 0 to 1 as a similarity.

    Args:
        excess: (N,) of the details, see :func:`visearch_desktop.search.details.excess`.
        looks: (N,) of the regions, from 0.
    """
    evidence = PER_EXCESS * excess + looks
    return evidence / (evidence + HALF)

"""One score out of similarity and verification."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification


def combined_scores(
    similarities: NDArray[np.float32], standing: NDArray[np.float32], verifications: Sequence[Verification | None]
) -> NDArray[np.float64]:
    """(N,) what the ranking is sorted by.

    Args:
        similarities: (N,) dot products.
        standing: (N,) how far each stands out from the rest, see ``confidence.standing``.
        verifications: N, None where not verified.
    """
    scores = similarities.astype(np.float64)
    for i, verification in enumerate(verifications):
        if verification is not None and verification.verdict is Verdict.VERIFIED:
            scores[i] += 2.0 + np.log1p(verification.inliers)
    return scores

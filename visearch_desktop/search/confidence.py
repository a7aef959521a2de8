"""A word for how sure a hit is, and where the hits end that are worth showing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.search.hits import SURE_INLIERS, Confidence, Hit

LIKELY_INLIERS = 10
LIKELY_STANDING = 12.0
SHOWN_STANDING = 4.0
LEAST_BACKGROUND = 20


def standing(similarities: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float32]:
    """How far each similarity lies above those of photos that have nothing to do with the query.

    Zero is the median of the background and one the distance from it to the lower sixth (one standard deviation, if it
    were normal): the lower side knows nothing of the photos that do belong to the query. Descriptors with similarities of
    any range can so be judged alike.

    Args:
        similarities: (N,) of the candidates.
        background: (M,) of an even sample of the gallery.
    Returns:
        (N,) float32; all zero where there are too few photos to know.
    """
    if len(background) < LEAST_BACKGROUND:
        return np.zeros(len(similarities), dtype=np.float32)
    low, middle = np.percentile(background, [15.87, 50])
    return np.asarray((similarities - middle) / max(float(middle - low), 1e-3), dtype=np.float32)


def confidence_of(verification: Verification | None, stands: float) -> Confidence:
    """The word for one hit."""
    if verification is not None and verification.verdict is Verdict.VERIFIED:
        if verification.inliers >= SURE_INLIERS:
            return Confidence.SURE
        if verification.inliers >= LIKELY_INLIERS:
            return Confidence.LIKELY
    return Confidence.LIKELY if stands >= LIKELY_STANDING else Confidence.MAYBE


def count_standing_out(hits: Sequence[Hit], standing_of: NDArray[np.float32]) -> int:
    """How many hits, from the first on, are worth showing."""
    worth = [
        position
        for position, (hit, stands) in enumerate(zip(hits, standing_of.tolist(), strict=True), start=1)
        if hit.confidence is not Confidence.MAYBE or stands >= SHOWN_STANDING
    ]
    return max(worth, default=0)

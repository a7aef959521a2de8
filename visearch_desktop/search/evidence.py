"""What speaks for a hit: how far it is alike beyond the usual, and how many inliers lie in the middle of the query."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.methods.descriptors.descriptor import Signature
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification

LEAST_BACKGROUND = 20
UNKNOWN_LIFT = 0.2
VERIFIED_LEAD = 5.0
"""More than a photo can have that is not verified."""
MIDDLE_WEIGHT = 0.4


def lift(similarities: NDArray[np.float32], background: NDArray[np.float32], query: Signature) -> NDArray[np.float32]:
    """Where each similarity lies between that of any two photos (0) and that of the very same picture (1).

    So descriptors whose similarities have other ranges can be judged by one scale.

    Args:
        similarities: (N,) of the candidates.
        background: (M,) of an even sample of the gallery; its median is the usual similarity.
        query: the query's signature.

    Returns:
        (N,) float32; 0 where the query has nothing to describe. Of fewer than 20 photos the least alike stands for the
        usual, and a single one has a lift of 0.2 at most.
    """
    if not query.any():
        return np.zeros(len(similarities), dtype=np.float32)
    if len(background) < 2:
        return np.minimum(similarities, np.float32(UNKNOWN_LIFT))
    usual = min(float(np.median(background) if len(background) >= LEAST_BACKGROUND else background.min()), 0.99)
    return np.asarray((similarities - usual) / (1 - usual), dtype=np.float32)


def middle_inliers(verification: Verification, query: LocalFeatures, region: Region | None) -> int:
    """How many inliers lie in the middle of the query, half its width and half its height.

    What a person shows is in the middle; two photos taken on the same table agree at their edges alone.

    Args:
        verification: of the query's features with a photo's.
        query: those features.
        region: of the query; None is the whole picture.
    """
    if verification.quad is None:
        return 0
    outline = region or Region(0, 0, query.width, query.height)
    middle = Region(
        outline.x + outline.width / 4, outline.y + outline.height / 4, outline.width / 2, outline.height / 2
    )
    points = query.points[verification.matches[verification.is_inlier, 0]]
    return int(middle.contains(points).sum())


def combined_scores(
    similarities: NDArray[np.float32], scores: NDArray[np.float64], middles: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(N,) what the ranking is sorted by: verified photos lead, by similarity and inliers; of others all that is known.

    Args:
        similarities: (N,) dot products.
        scores: (N,) before verification.
        middles: (N,) inliers in the middle of the query, -1 for photos that are not verified, or do not lead for it.
    """
    verified = similarities.astype(np.float64) + VERIFIED_LEAD + MIDDLE_WEIGHT * np.log1p(np.maximum(middles, 0))
    return np.where(middles >= 0, verified, scores)

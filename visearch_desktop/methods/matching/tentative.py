"""Tentative matches: mutual nearest neighbours that pass the ratio test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures

RATIO = 0.9


def tentative_matches(
    query: NDArray[np.float32], photo: NDArray[np.float32], ratio: float = RATIO
) -> NDArray[np.int32]:
    """One-to-one matches: each is the other's nearest, and clearly nearer than the query's second nearest.

    Args:
        query: (N, D) unit rows.
        photo: (M, D) unit rows.
        ratio: greatest distance to the nearest over that to the second nearest (Lowe, IJCV 2004).
    Returns:
        (T, 2) positions in query and photo, best first: ascending ratio, then position.
    """
    if len(query) == 0 or len(photo) == 0:
        return np.zeros((0, 2), dtype=np.int32)
    products = query @ photo.T
    rows = np.arange(len(query))
    nearest = products.argmax(axis=1)
    best = products[rows, nearest]
    mutual = best >= products.max(axis=0)[nearest]
    products[rows, nearest] = -1
    second = products.max(axis=1)
    ratios = np.sqrt(np.maximum(1 - best, 0) / np.maximum(1 - second, 1e-6))
    kept = np.flatnonzero(mutual & (ratios < ratio))
    kept = kept[np.argsort(ratios[kept], kind="stable")]
    return _one_to_one(np.column_stack([kept, nearest[kept]]).astype(np.int32))


def _one_to_one(matches: NDArray[np.int32]) -> NDArray[np.int32]:
    """Equal descriptors can make two rows mutual with one column: the first stays."""
    first = np.unique(matches[:, 1], return_index=True)[1]
    return matches[np.sort(first)]


def distinct_spots(matches: NDArray[np.int32], query: LocalFeatures, photo: LocalFeatures) -> NDArray[np.int32]:
    """Matches that begin or end where a better one does are dropped: one spot has a keypoint for each orientation.

    Args:
        matches: (T, 2), best first.
        query: features of the query.
        photo: features of the photo.
    """
    for side, features in ((0, query), (1, photo)):
        spots = np.rint(features.points[matches[:, side]] * 2).astype(np.int64)
        first = np.unique(spots[:, 0] << 32 | spots[:, 1], return_index=True)[1]
        matches = matches[np.sort(first)]
    return matches

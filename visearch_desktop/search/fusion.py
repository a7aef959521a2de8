"""One ranking from details that agree and from regions that look alike: each finds what the other one misses.

Both say how far a photo stands out from what is usual for this query, and the sum decides. On ``objects-develop``
(``python -m tests.benchmarks.regions``) details alone find few things that are not flat, regions alone few that are.
A plain sum of standardised scores does not do: a dozen right photos among the details make the spread so large that
the others no longer stand out from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.search.object_search import ObjectHit

USUAL_PLACE = 30
"""The photo at this place of the details' ranking is taken for an ordinary one."""

PER_INLIERS, PER_EXCESS = 2.0, 4.0
"""Weights of log(1 + inliers) and of log(score / usual score), beside standard deviations of regions."""

LEAST_SPREAD = 1e-3
"""Of similarities: where all photos are alike, last digits decide nothing."""


def fuse(
    hits: Sequence[ObjectHit], regions: Mapping[int, float], usual: tuple[float, float]
) -> list[tuple[int, float]]:
    """Photos with their evidence, best first; equal ones by ascending id.

    Args:
        hits: of the local index, verified or not, in any order.
        regions: similarity of the best region by photo; one that is missing counts as usual.
        usual: mean and spread of that similarity over the library.
    """
    details = dict(zip([hit.photo_id for hit in hits], detail_evidence(hits).tolist(), strict=True))
    looks = dict(zip(regions, region_evidence(np.array(list(regions.values())), usual).tolist(), strict=True))
    evidence = {photo: details.get(photo, 0.0) + looks.get(photo, 0.0) for photo in [*details, *looks]}
    return sorted(evidence.items(), key=lambda item: (-item[1], item[0]))


def detail_evidence(hits: Sequence[ObjectHit]) -> NDArray[np.float64]:
    """(N,) of hits of the local index: 0 for one whose details are like those of many photos, and not located."""
    scores = np.array([hit.score for hit in hits], dtype=np.float64)
    inliers = np.array([hit.inliers for hit in hits], dtype=np.float64)
    best = np.sort(scores)[::-1]
    usual = float(best[USUAL_PLACE - 1]) if len(best) >= USUAL_PLACE else 0.0
    excess = np.maximum(np.log(np.maximum(scores, LEAST_SPREAD) / max(usual, LEAST_SPREAD)), 0.0)
    return np.asarray(PER_INLIERS * np.log1p(inliers) + PER_EXCESS * excess)


def region_evidence(similarities: NDArray[np.floating], usual: tuple[float, float]) -> NDArray[np.float64]:
    """(N,) how many spreads each is over the mean."""
    mean, spread = usual
    return np.asarray((np.asarray(similarities, dtype=np.float64) - mean) / max(spread, LEAST_SPREAD))

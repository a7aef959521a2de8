"""What a geometric verification says about two photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography
from visearch_desktop.core.region import Quad
from visearch_desktop.methods.matching.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Verification:
    """Query matched to one photo.

    Attributes:
        verdict: VERIFIED, or what is wrong.
        tentative: number of one-to-one matches before geometry.
        inliers: number that agree with ``homography``; kept also where the verdict is bad, for the sentence.
        homography: (3, 3) float64, query px -> gallery px; None where the verdict is not VERIFIED.
        quad: the query region's outline in the gallery photo's upright px; None where not VERIFIED.
        matches: (T, 2) int32, positions of the tentative matches in the query's and the gallery's features, best first.
        is_inlier: (T,) bool.
    """

    verdict: Verdict
    tentative: int
    inliers: int
    homography: Homography | None
    quad: Quad | None
    matches: NDArray[np.int32]
    is_inlier: NDArray[np.bool_]

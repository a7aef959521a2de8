"""MSER: areas that stay the same over many thresholds, warped to circles and described by SIFT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.local_features.opencv_extractor import OpenCvExtractor
from visearch_desktop.methods.local_features.regions import FACTS, Regions, described

if TYPE_CHECKING:
    import cv2

DELTA, LEAST_AREA_PX, GREATEST_SHARE, VARIATION, DIVERSITY = 3, 30, 0.1, 0.5, 0.2
MEASURED = 3.0
"""What is described is so many times as wide as the region: its surroundings tell it apart."""
LONGEST = 6.0
"""Longer over shorter axis; beyond it a region is a line."""


@register(
    name="mser",
    kind="local_features",
    source="Matas, Chum, Urban, Pajdla, Robust wide baseline stereo from maximally stable extremal regions, BMVC 2002; "
    "Mikolajczyk et al., A comparison of affine region detectors, IJCV 2005",
    title="MSER",
    summary="Finds areas that stand out from what is around them, seen from any side; good for signs and letters.",
)
class Mser(OpenCvExtractor):
    """Maximally stable regions, dark and bright, with the ellipses of their moments; 128 bytes of SIFT for each."""

    name = "mser"

    @property
    def parameters(self) -> Mapping[str, object]:
        """The detector's thresholds and what of a region is described."""
        return {
            "stable": [DELTA, LEAST_AREA_PX, GREATEST_SHARE, VARIATION, DIVERSITY],
            "measured": [MEASURED, LONGEST],
            **FACTS,
        }

    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """See :class:`OpenCvExtractor`; the largest regions count as the strongest."""
        import cv2

        detector = cv2.MSER.create(DELTA, LEAST_AREA_PX, int(GREATEST_SHARE * picture.size), VARIATION, DIVERSITY)
        found, _ = detector.detectRegions(picture)
        return described(picture, ellipses([np.asarray(area, dtype=np.int32) for area in found]))


def ellipses(areas: Sequence[NDArray[np.int32]]) -> Regions:
    """The ellipses of the same moments as N areas, given as (P, 2) pixels; lines are left out."""
    centres = np.array([area.mean(axis=0) for area in areas]).reshape(-1, 2)
    outwards = [area - centre for area, centre in zip(areas, centres, strict=True)]
    moments = np.array([out.T @ out / len(out) + np.eye(2) / 12 for out in outwards]).reshape(-1, 2, 2)
    squares, axes = np.linalg.eigh(moments)
    kept = squares[:, 1] <= LONGEST**2 * squares[:, 0]
    halves = MEASURED * 2 * np.sqrt(squares)  # a filled ellipse deviates by half its axis
    shapes = axes * halves[:, None, :] @ axes.swapaxes(1, 2)
    strengths = np.array([len(area) for area in areas], dtype=np.float64)
    return Regions(centres[kept], shapes[kept], strengths[kept])

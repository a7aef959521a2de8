"""Harris–Laplace: corners at the size at which they stand out, described by SIFT."""

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

OCTAVES, CORNER, CONTRAST = 6, 0.005, 0.01
OFF_PX = 0.5
"""So far to the right and below the corner OpenCV puts its keypoints: mirrored pictures show it."""
MEASURED = 1.0
"""Radius of what is described, in sizes of OpenCV's keypoint."""


@register(
    name="harris_laplace",
    kind="local_features",
    source="Mikolajczyk, Schmid, Scale & affine invariant interest point detectors, IJCV 2004",
    title="Harris–Laplace",
    summary="Finds corners of every size and describes the edges around them; good for buildings and printed things.",
)
class HarrisLaplace(OpenCvExtractor):
    """Harris corners at the extremes of the Laplacian over scale; 128 bytes of SIFT for each."""

    name = "harris_laplace"

    @property
    def parameters(self) -> Mapping[str, object]:
        """The detector's thresholds and what of a region is described."""
        return {"corners": [OCTAVES, CORNER, CONTRAST], "off": OFF_PX, "measured": MEASURED, **FACTS}

    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """See :class:`OpenCvExtractor`."""
        import cv2

        detector = cv2.xfeatures2d.HarrisLaplaceFeatureDetector.create(OCTAVES, CORNER, CONTRAST, self._most)
        found = detector.detect(picture, None)
        centres = np.array([k.pt for k in found]).reshape(-1, 2) - OFF_PX
        radii = np.array([k.size for k in found]) * MEASURED
        strengths = np.array([k.response for k in found])
        return described(picture, Regions(centres, radii[:, None, None] * np.eye(2), strengths))

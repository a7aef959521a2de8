"""ORB: corners, described by 256 comparisons of two pixels; the quickest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import unit_bits
from visearch_desktop.methods.local_features.opencv_extractor import OpenCvExtractor

if TYPE_CHECKING:
    import cv2

BITS = 256
FAST_THRESHOLD = 10


@register(
    name="orb",
    kind="local_features",
    source="Rublee, Rabaud, Konolige, Bradski, ORB: an efficient alternative to SIFT or SURF, ICCV 2011",
    title="ORB",
    summary="Finds corners and describes them by 256 comparisons of pixels; the quickest, and less sure than SIFT.",
)
class Orb(OpenCvExtractor):
    """Oriented FAST corners and rotated BRIEF: 32 bytes of bits, compared by their Hamming distance."""

    name = "orb"
    numbers = BITS // 8

    @property
    def parameters(self) -> Mapping[str, object]:
        """The detector's threshold."""
        return {"fast": FAST_THRESHOLD}

    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """See :class:`OpenCvExtractor`."""
        import cv2

        orb = cv2.ORB.create(nfeatures=self._most, fastThreshold=FAST_THRESHOLD)
        found: tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]] = orb.detectAndCompute(picture, None)
        return found

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, 256) float32 rows of ±1/16."""
        return unit_bits(features.descriptors, BITS)

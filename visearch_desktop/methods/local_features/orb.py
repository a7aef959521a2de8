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
SHRUNK = 1.2
"""How much smaller each level of the pyramid is than the one before it."""


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
        """The detector's threshold and pyramid."""
        return {"fast": FAST_THRESHOLD, "shrunk": SHRUNK}

    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """See :class:`OpenCvExtractor`."""
        import cv2

        orb = cv2.ORB.create(nfeatures=self._most, scaleFactor=SHRUNK, fastThreshold=FAST_THRESHOLD)
        found, codes = orb.detectAndCompute(picture, None)
        height, width = picture.shape
        for keypoint in found:
            times = SHRUNK**keypoint.octave
            x, y = keypoint.pt
            keypoint.pt = (_centred(x / times, times, width), _centred(y / times, times, height))
        return found, codes

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, 256) float32 rows of ±1/16."""
        return unit_bits(features.descriptors, BITS)


def _centred(place: float, times: float, length: int) -> float:
    """Where the middle of a pixel of a shrunk picture lies in the whole one.

    OpenCV only multiplies, though a level has a whole number of pixels and they are larger: up to a pixel off.
    """
    return (place + 0.5) * length / round(length / times) - 0.5

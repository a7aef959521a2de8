"""AKAZE: blobs in a scale space that keeps edges sharp, described by 486 comparisons of small areas."""

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

BITS = 486
THRESHOLD = 0.0005


@register(
    name="akaze",
    kind="local_features",
    source="Alcantarilla, Nuevo, Bartoli, Fast explicit diffusion for accelerated features in nonlinear scale spaces, "
    "BMVC 2013",
    title="AKAZE",
    summary="Finds blobs without blurring edges and describes them by 486 comparisons; between ORB and SIFT.",
)
class Akaze(OpenCvExtractor):
    """Fast explicit diffusion, Hessian keypoints and M-LDB: 61 bytes of bits, compared by their Hamming distance."""

    name = "akaze"
    numbers = -(-BITS // 8)

    @property
    def parameters(self) -> Mapping[str, object]:
        """The detector's threshold."""
        return {"threshold": THRESHOLD}

    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """See :class:`OpenCvExtractor`."""
        import cv2

        akaze = cv2.xfeatures2d.AKAZE.create(threshold=THRESHOLD)
        found: tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]] = akaze.detectAndCompute(picture, None)
        return found

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, 486) float32 rows of ±1/√486."""
        return unit_bits(features.descriptors, BITS)

"""SIFT: blobs of every size, described by the histograms of the gradients around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.local_features.opencv_extractor import OpenCvExtractor

if TYPE_CHECKING:
    import cv2

CONTRAST = 0.02


@register(
    name="sift",
    kind="local_features",
    source="Lowe, Distinctive image features from scale-invariant keypoints, IJCV 2004",
    title="SIFT",
    summary="Finds blobs of every size and describes the edges around them by histograms, compared by their distance.",
)
class Sift(OpenCvExtractor):
    """The keypoints of RootSIFT with the histograms as Lowe compares them: 128 bytes, L2-normalised."""

    name = "sift"

    def __init__(self, working_px: int = 640, most: int = 1000) -> None:
        super().__init__(working_px, most)
        self._sift: cv2.SIFT | None = None

    @property
    def parameters(self) -> Mapping[str, object]:
        """The detector's threshold."""
        return {"contrast": CONTRAST}

    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """See :class:`OpenCvExtractor`."""
        import cv2

        if self._sift is None:
            self._sift = cv2.SIFT.create(nfeatures=self._most, contrastThreshold=CONTRAST, enable_precise_upscale=True)
        found: tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]] = self._sift.detectAndCompute(picture, None)
        return found

"""RootSIFT: SIFT keypoints whose histograms are compared by the Hellinger kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import descriptor_key
from visearch_desktop.methods.local_features import packing
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import from_keypoints, grey, none, strongest
from visearch_desktop.methods.local_features.vocabulary import unit_rows

if TYPE_CHECKING:
    import cv2

STEP = 0.032
"""One level of a quantised descriptor: 4 bits reach 0.48, beyond which hardly a number of a RootSIFT lies."""


@register(
    name="rootsift",
    kind="local_features",
    source="Arandjelović and Zisserman, CVPR 2012; Lowe, IJCV 2004",
    title="RootSIFT",
    summary="Finds blobs of every size and describes the edges around them; unmoved by turning and scaling.",
)
class RootSift:
    """SIFT of OpenCV on grey, the strongest keypoints, square-rooted and quantised to 4 bits a number.

    Args:
        working_px: longest side the photo is decoded to.
        most: how many keypoints are kept.
        contrast: contrast threshold of the detector.
    """

    name = "rootsift"

    def __init__(self, working_px: int = 640, most: int = 1000, contrast: float = 0.02) -> None:
        self._working_px, self._most, self._contrast = working_px, most, contrast
        self._sift: cv2.SIFT | None = None

    @property
    def key(self) -> str:
        """See :class:`LocalFeatureExtractor`."""
        facts = {"px": self._working_px, "most": self._most, "contrast": self._contrast, "step": STEP}
        return descriptor_key("rootsift", 1, facts)

    @property
    def working_px(self) -> int:
        """Longest side the photo is decoded to before it comes here."""
        return self._working_px

    def extract(self, pixels: NDArray[np.uint8], width: int, height: int) -> LocalFeatures:
        """See :class:`LocalFeatureExtractor`; the descriptors are (N, 128) levels, see :func:`quantised`."""
        import cv2

        if self._sift is None:
            self._sift = cv2.SIFT.create(
                nfeatures=self._most, contrastThreshold=self._contrast, enable_precise_upscale=True
            )
        found, histograms = self._sift.detectAndCompute(grey(pixels), None)  # at once: one pyramid instead of two
        if not found:
            return none(width, height)
        order = strongest(found, self._most)
        descriptors = quantised(histograms[order])
        return from_keypoints([found[i] for i in order], descriptors, pixels.shape[:2], width, height)

    def pack(self, features: LocalFeatures) -> bytes:
        """See :mod:`packing`: about 48 bytes a keypoint."""
        return packing.pack(features)

    def unpack(self, blob: bytes) -> LocalFeatures:
        """Raises: ValueError: the blob was not made by :meth:`pack`."""
        return packing.unpack(blob)

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, 128) float32 unit rows."""
        return unit_rows(features.descriptors)


def quantised(histograms: NDArray[np.floating[Any] | np.integer[Any]]) -> NDArray[np.uint8]:
    """(N, 128) SIFT histograms as levels 0…15 of their Hellinger map, the root of the L1-normalised histogram."""
    sums = histograms.sum(axis=1, keepdims=True)
    rooted = np.sqrt(histograms / np.where(sums > 0, sums, 1))
    return np.clip(np.rint(rooted / STEP), 0, packing.TOP_LEVEL).astype(np.uint8)

"""What the local features of OpenCV's detectors have in common: one grey picture, the strongest keypoints, bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import descriptor_key
from visearch_desktop.methods.local_features import packing
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import from_keypoints, grey, none, strongest
from visearch_desktop.methods.local_features.vocabulary import unit_rows

if TYPE_CHECKING:
    import cv2

LEAST_SIDE_PX = 16
"""Thinner pictures have no details; some of the detectors fail on them."""


class OpenCvExtractor(ABC):
    """A :class:`LocalFeatureExtractor` around a detector of OpenCV; its descriptors are bytes as OpenCV gives them.

    Args:
        working_px: longest side the photo is decoded to.
        most: how many keypoints are kept.

    Attributes:
        name: as registered.
        version: raised when the same parameters give other features.
        numbers: D, how many bytes a descriptor has.
    """

    name: str
    version: int = 1
    numbers: int = 128

    def __init__(self, working_px: int = 640, most: int = 1000) -> None:
        self._working_px, self._most = working_px, most

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, object]:
        """What changes the features, beyond the picture's size and the number of keypoints."""

    @property
    def key(self) -> str:
        """See :class:`LocalFeatureExtractor`."""
        return descriptor_key(self.name, self.version, {"px": self._working_px, "most": self._most, **self.parameters})

    @property
    def working_px(self) -> int:
        """Longest side the photo is decoded to before it comes here."""
        return self._working_px

    def extract(self, pixels: NDArray[np.uint8], width: int, height: int) -> LocalFeatures:
        """See :class:`LocalFeatureExtractor`."""
        found: Sequence[cv2.KeyPoint] = ()
        if min(pixels.shape[:2]) >= LEAST_SIDE_PX:
            found, descriptors = self.detect(grey(pixels))
        if not found:
            return none(width, height, self.numbers)
        order = strongest(found, self._most)
        kept = np.asarray(descriptors[order], dtype=np.uint8)
        return from_keypoints([found[i] for i in order], kept, pixels.shape[:2], width, height)

    @abstractmethod
    def detect(self, picture: NDArray[np.uint8]) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.generic]]:
        """N keypoints of an (h, w) grey picture and their (N, D) descriptors (anything where N is 0)."""

    def pack(self, features: LocalFeatures) -> bytes:
        """See :mod:`packing`: 6 bytes a keypoint, and its descriptor deflated."""
        return packing.pack(features, bits=8)

    def unpack(self, blob: bytes) -> LocalFeatures:
        """Raises: ValueError: the blob was not made by :meth:`pack`."""
        return packing.unpack(blob, bits=8, numbers=self.numbers)

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, D) float32 unit rows: the numbers themselves, L2-normalised."""
        return unit_rows(features.descriptors)

"""What every local-feature method offers."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures


class LocalFeatureExtractor(Protocol):
    """Finds keypoints in a photo and describes them; registered with kind "local_features"."""

    @property
    def name(self) -> str:
        """As registered."""
        ...

    @property
    def key(self) -> str:
        """``name@version/hash`` of everything that changes the output."""
        ...

    @property
    def working_px(self) -> int:
        """Longest side the photo is decoded to before it comes here."""
        ...

    def extract(self, pixels: NDArray[np.uint8], width: int, height: int) -> LocalFeatures:
        """Local features of an upright picture.

        Args:
            pixels: (h, w, 3) uint8 RGB, the photo scaled down; any size from 1 × 1.
            width: the photo's full width in px: keypoints are given in full-size pixels.
            height: its full height.
        Returns:
            Possibly none at all (N = 0), never an error: a plain photo has no details.
        """
        ...

    def pack(self, features: LocalFeatures) -> bytes:
        """A compact form for the catalogue; :meth:`unpack` gives back what matching needs."""
        ...

    def unpack(self, blob: bytes) -> LocalFeatures:
        """Raises: ValueError: the blob was not made by :meth:`pack` of the same key."""
        ...

    def comparable(self, features: LocalFeatures) -> NDArray[np.float32]:
        """(N, D) float32 unit rows whose dot products rank matches (for RootSIFT: the square-rooted histograms)."""
        ...

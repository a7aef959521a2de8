"""64 bits that stay the same when a photo is shrunk or saved again: the near-duplicate baseline everyone knows.

C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010 (the DCT hash).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.descriptor import ByteDescriptor, Signature, Source

SIDE = 32
KEPT = 8  # of the frequencies in each direction; zero, the mean, is left out
DEAD_ZONE = 0.5
"""Coefficients so small count as nothing. One grey level in every pixel would give the mean a coefficient of 32."""


@register(
    name="perceptual_hash",
    kind="descriptor",
    source="C. Zauner: Implementation and Benchmarking of Perceptual Image Hash Functions, 2010",
    title="Perceptual hash",
    summary="64 bits that survive shrinking and saving again; finds near duplicates only. 8 bytes a photo.",
)
class PerceptualHash(ByteDescriptor):
    """Which of the 64 lowest frequencies of a 32 × 32 grey picture are above their median, packed into 8 bytes.

    Half of the bits are set, so that photos that have nothing to do with each other differ in about 32. A picture
    without any structure has all bits set: it is 32 bits from every other and the same as its like.
    """

    name = "perceptual_hash"
    version = 1
    source = Source.PIXELS
    working_px = 256
    index = "exact_hamming"

    @property
    def parameters(self) -> Mapping[str, object]:
        """The sizes and what counts as nothing."""
        return {"side": SIDE, "kept": KEPT, "dead_zone": DEAD_ZONE, "working_px": self.working_px}

    def describe(self, item: NDArray[np.uint8]) -> Signature:
        """(8,) uint8 of (h, w, 3) uint8 RGB pixels."""
        import cv2

        grey = cv2.cvtColor(np.ascontiguousarray(item), cv2.COLOR_RGB2GRAY).astype(np.float32)
        small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        return hash_of(cv2.dct(small)[1 : 1 + KEPT, 1 : 1 + KEPT].ravel())


def hash_of(coefficients: NDArray[Any]) -> NDArray[np.uint8]:
    """(8,) the upper half of (64,) coefficients as bits; equal ones go by their place, so it is always a half.

    All bits are set where all coefficients are nothing.
    """
    steady = np.where(np.abs(coefficients) < DEAD_ZONE, 0.0, coefficients)
    upper = np.zeros(len(steady), bool)
    upper[np.argsort(-steady, kind="stable")[: len(steady) // 2]] = True
    return np.packbits(upper | (not steady.any()))

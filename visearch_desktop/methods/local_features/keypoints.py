"""From OpenCV's keypoints to local features: what its detectors have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures

if TYPE_CHECKING:
    import cv2


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w) luma of (h, w, 3) RGB pixels."""
    import cv2

    return np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def strongest(found: Sequence[cv2.KeyPoint], most: int) -> list[int]:
    """Positions of the ``most`` keypoints of the greatest response; equal ones by where they are, then by angle."""
    return sorted(range(len(found)), key=lambda i: (-found[i].response, found[i].pt, found[i].angle))[:most]


def from_keypoints(
    keypoints: Sequence[cv2.KeyPoint],
    descriptors: NDArray[np.uint8],
    working: tuple[int, int],
    width: int,
    height: int,
) -> LocalFeatures:
    """Keypoints of a scaled picture in pixels of the full-size photo.

    Args:
        keypoints: N, in px of the scaled picture, pixel centres at whole numbers.
        descriptors: (N, D) uint8.
        working: height and width of the scaled picture in px.
        width: of the photo.
        height: of the photo.
    """
    scale = np.array([width / working[1], height / working[0]], dtype=np.float32)
    points = np.array([k.pt for k in keypoints], dtype=np.float32).reshape(-1, 2)
    return LocalFeatures(
        points=((points + 0.5) * scale).astype(np.float32),
        sizes=np.array([k.size for k in keypoints], dtype=np.float32) * float(scale.mean()),
        angles_deg=np.array([k.angle for k in keypoints], dtype=np.float32) % np.float32(360),
        descriptors=descriptors,
        width=width,
        height=height,
    )


def none(width: int, height: int, numbers: int = 128) -> LocalFeatures:
    """The local features of a photo without details; ``numbers`` is the length D of a descriptor."""
    empty = np.zeros(0, dtype=np.float32)
    rows = np.zeros((0, numbers), dtype=np.uint8)
    return LocalFeatures(np.zeros((0, 2), dtype=np.float32), empty, empty, rows, width, height)


def unit_bits(codes: NDArray[np.uint8], bits: int) -> NDArray[np.float32]:
    """(N, bits) rows of ±1/√bits: their dot product is 1 - 2·(Hamming distance)/bits.

    Args:
        codes: (N, ⌈bits / 8⌉) uint8, the lowest bit of a byte first.
        bits: how many of them count.
    """
    rows = np.unpackbits(codes, axis=1, count=bits, bitorder="little").astype(np.float32)
    rows -= np.float32(0.5)
    rows *= np.float32(2 / np.sqrt(bits))
    return rows

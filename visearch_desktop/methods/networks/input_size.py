"""Any picture becomes one that a network can see: not too large, not too thin, enlarged only where it should be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST_SIDE_PX = 32  # every backbone halves a picture five times


def input_size(width: int, height: int, longest_px: int, *, enlarges: bool = False) -> tuple[int, int]:
    """Width and height that a picture is shown at.

    The longest side is at most ``longest_px``, and that of a smaller picture becomes as long where the network
    ``enlarges``; the shape is kept, but no side is under 32 px: a picture thinner than that is stretched.
    """
    scale = longest_px / max(width, height)
    scale = scale if enlarges else min(1.0, scale)
    return max(LEAST_SIDE_PX, round(width * scale)), max(LEAST_SIDE_PX, round(height * scale))


def fit_input(pixels: NDArray[np.uint8], longest_px: int, *, enlarges: bool = False) -> NDArray[np.uint8]:
    """(h, w, 3) uint8 -> (h', w', 3) uint8 of :func:`input_size`; the same array where nothing is to do."""
    height, width = pixels.shape[:2]
    size = input_size(width, height, longest_px, enlarges=enlarges)
    if size == (width, height):
        return np.ascontiguousarray(pixels)
    import cv2

    shrinks = size[0] <= width and size[1] <= height
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.ascontiguousarray(shrunk, dtype=np.uint8)

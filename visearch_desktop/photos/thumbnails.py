"""Small copies of photos: scaled by area, encoded as JPEG."""

from __future__ import annotations

import numpy as np
import simplejpeg
from numpy.typing import NDArray

THUMBNAIL_PX = 384
_THUMBNAIL_QUALITY = 82

_SLIGHT = 1.2
"""Up to here a new pixel covers hardly more than one old one: cubic interpolation keeps more detail than the mean of an
area, and takes a fifth of the time."""

Pixels = NDArray[np.uint8]
"""(h, w, 3) RGB."""


def size_within(width: int, height: int, longest_px: int | None) -> tuple[int, int]:
    """(width, height) of a picture shrunk to a longer side of ``longest_px``; never enlarged, no side under 1 px."""
    longest = max(width, height)
    if longest_px is None or longest <= longest_px:
        return width, height
    scale = longest_px / longest
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize(pixels: Pixels, longest_px: int) -> Pixels:
    """Shrink so that the longer side is ``longest_px``, each new pixel the mean of the area it covers; never enlarges.

    Args:
        pixels: (h, w, 3) uint8.
        longest_px: for the longer side.
    Returns:
        (h', w', 3) uint8; the same array where nothing had to be done.
    """
    return resize_to(pixels, size_within(pixels.shape[1], pixels.shape[0], longest_px))


def resize_to(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Shrink to exactly (width, height): by area, or by cubic interpolation where it is hardly shrunk at all."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    import cv2

    is_slight = pixels.shape[1] <= _SLIGHT * size[0] and pixels.shape[0] <= _SLIGHT * size[1]
    interpolation = cv2.INTER_CUBIC if is_slight else cv2.INTER_AREA
    return np.asarray(cv2.resize(pixels, size, interpolation=interpolation), dtype=np.uint8)


def encode_jpeg(pixels: Pixels, quality: int) -> bytes:
    """(h, w, 3) RGB as a JPEG file with 4:2:0 colour.

    Args:
        pixels: (h, w, 3) uint8.
        quality: 1–100.
    """
    encoded = simplejpeg.encode_jpeg(np.ascontiguousarray(pixels), quality=quality, colorsubsampling="420")
    return bytes(encoded)


def encode_thumbnail(pixels: Pixels) -> bytes:
    """A JPEG file of the picture with at most ``THUMBNAIL_PX`` on the longer side."""
    return encode_jpeg(resize(pixels, THUMBNAIL_PX), _THUMBNAIL_QUALITY)

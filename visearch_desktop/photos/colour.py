"""Colour as stored -> sRGB: embedded profiles, CMYK, Lab, deep grey and see-through pictures."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_MODE_BY_SPACE = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_UNSEEN_DIFFERENCE = 2  # levels of 255
_WHITE = (255, 255, 255, 255)


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Bring an 8-bit picture into sRGB.

    A profile that is rubbish, that does not fit the picture, or that changes nothing is passed over.

    Args:
        image: of mode L, RGB, CMYK or LAB.
        profile: the embedded ICC profile; b"" for none.
    Returns:
        A picture of mode RGB.
    """
    mode_and_transform = _transform(profile) if profile else None
    if mode_and_transform is not None:
        mode, transform = mode_and_transform
        if image.mode != mode and {image.mode, mode} == {"L", "RGB"}:
            image = image.convert(mode)
        if image.mode == mode:
            converted = ImageCms.applyTransform(image, transform)
            if converted is not None:
                return converted
    return _lab_to_srgb(image) if image.mode == "LAB" else image.convert("RGB")


def pixels_to_srgb(pixels: NDArray[np.uint8], profile: bytes) -> NDArray[np.uint8]:
    """The same for (h, w, 3) uint8 RGB, without a copy where the profile changes nothing."""
    if not profile or _transform(profile) is None:
        return pixels
    return np.array(to_srgb(Image.fromarray(pixels), profile))


@lru_cache(maxsize=16)
def _transform(profile: bytes) -> tuple[str, ImageCms.ImageCmsTransform] | None:
    """The mode a profile is for and the way from it to sRGB; None where there is none, or it leads nowhere else."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODE_BY_SPACE[source.profile.xcolor_space]
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError, TypeError):
        return None
    return None if mode != "CMYK" and _changes_nothing(mode, transform) else (mode, transform)


def _changes_nothing(mode: str, transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a transform leaves a grid of 9 × 9 × 9 colours (or all greys) as they are."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    before = Image.fromarray(grid) if mode == "RGB" else Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    after = ImageCms.applyTransform(before, transform)
    difference = np.asarray(after, dtype=np.int16) - np.asarray(before.convert("RGB"), dtype=np.int16)
    return bool(np.abs(difference).max() <= _UNSEEN_DIFFERENCE)


def _lab_to_srgb(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.applyTransform(image, ImageCms.buildTransform(lab, srgb, "LAB", "RGB"))
    return image.convert("RGB") if converted is None else converted


def flatten(image: Image.Image) -> Image.Image:
    """Any mode of Pillow's as 8-bit L, RGB, CMYK or LAB, see-through parts over white.

    Deep greys keep their full range: 16 bits are divided by 257, floats in 0…1 multiplied by 255, anything else is
    stretched from its darkest to its brightest.
    """
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_deep_to_8_bits(np.asarray(image)))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, _WHITE), image).convert("RGB")
    if image.mode in ("L", "RGB", "CMYK", "LAB"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _deep_to_8_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    if values.dtype.kind in "ui" and values.min() >= 0 and values.max() <= 65535:
        return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    deep = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(deep.min()), float(deep.max())
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    stretched: NDArray[np.uint8] = np.rint((deep - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)
    return stretched

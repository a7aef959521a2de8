"""Photos that the tests make themselves: rendered scenes full of detail, and what cameras do to them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (h, w, 3) RGB


def scene(seed: int, width: int = 640, height: int = 480) -> Pixels:
    """A picture of many overlapping shapes and words; another seed gives one that has nothing in common with it."""
    rng = np.random.default_rng(seed)
    low = rng.integers(40, 215, (6, 8, 3), dtype=np.uint8)
    pixels = cv2.resize(low, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(90):
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        size = int(rng.integers(6, max(8, min(width, height) // 6)))
        match rng.integers(0, 4):
            case 0:
                cv2.circle(pixels, (x, y), size, colour, int(rng.choice([-1, 2])), cv2.LINE_AA)
            case 1:
                corners = (rng.normal(0, size, (4, 2)) + np.array([x, y])).astype(np.int32)
                cv2.fillPoly(pixels, [cv2.convexHull(corners)], colour, cv2.LINE_AA)
            case 2:
                word = "".join(chr(int(c)) for c in rng.integers(65, 91, 4))
                cv2.putText(pixels, word, (x, y), cv2.FONT_HERSHEY_DUPLEX, size / 30, colour, 2, cv2.LINE_AA)
            case _:
                end = (int(x + rng.normal(0, 3 * size)), int(y + rng.normal(0, 3 * size)))
                cv2.line(pixels, (x, y), end, colour, 2, cv2.LINE_AA)
    return np.ascontiguousarray(pixels)


def warped(
    pixels: Pixels, homography: NDArray[np.floating], width: int, height: int, ground: Pixels | None = None
) -> Pixels:
    """The picture seen through a homography (its px -> new px), over another picture or grey."""
    inside = cv2.warpPerspective(pixels, homography, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones(pixels.shape[:2], np.uint8), homography, (width, height))
    under = np.full((height, width, 3), 127, np.uint8) if ground is None else ground
    return np.where(mask[..., None] > 0, inside, under).astype(np.uint8)


def similarity_transform(scale: float, turned_deg: float, x: float, y: float) -> NDArray[np.float64]:
    """Scale and turn (clockwise) about the origin, then move: (3, 3)."""
    angle = np.deg2rad(turned_deg)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, x], [s, c, y], [0, 0, 1]])


def save(pixels: Pixels, path: Path, quality: int = 92) -> Path:
    """Write as the name's ending says; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return path


def photo_folder(folder: Path, count: int, *, first_seed: int = 0, width: int = 640, height: int = 480) -> list[Path]:
    """``count`` photos that have nothing in common, named photo000.jpg…"""
    return [save(scene(first_seed + i, width, height), folder / f"photo{i:03}.jpg") for i in range(count)]

"""Elliptic regions become SIFT descriptors: each is warped to a circle, turned upright and described there.

Mikolajczyk, Schmid, Scale & affine invariant interest point detectors, IJCV 2004; directions: Lowe, IJCV 2004, 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import cv2

PATCH_PX = 32
RADIUS_PX = 12.0
"""Of the region in its patch; SIFT's 4 × 4 cells cover the square around it."""
SIFT_SIZE = 4.0
"""Size of the keypoint of which four cells are twice :data:`RADIUS_PX`: a cell is 1.5 sizes wide."""
DIRECTIONS = 36
ALSO_SHARE = 0.8
"""Directions that are nearly as frequent as the commonest one are described, too."""
SHEET_PATCHES = 16
"""Patches in a row of the sheet that is described at once."""

FACTS = {"patch": [PATCH_PX, RADIUS_PX, SIFT_SIZE], "directions": [DIRECTIONS, ALSO_SHARE]}
"""What changes descriptors, for the keys of those who use this."""

Shapes = NDArray[np.float64]  # (N, 2, 2)


@dataclass(frozen=True, slots=True)
class Regions:
    """N ellipses in a picture.

    Attributes:
        centres: (N, 2) x and y in px, pixel centres at whole numbers.
        shapes: (N, 2, 2) that take the unit circle to the outline of what is described.
        strengths: (N,) the greater, the better.
    """

    centres: NDArray[np.float64]
    shapes: Shapes
    strengths: NDArray[np.float64]


def described(picture: NDArray[np.uint8], regions: Regions) -> tuple[list[cv2.KeyPoint], NDArray[np.generic]]:
    """Keypoints of the regions, one for each of their directions, and their (M, 128) SIFT histograms.

    Args:
        picture: (h, w) uint8 grey.
        regions: of the picture.
    """
    import cv2

    levels = _pyramid(picture)
    which, turns_rad = _directions(_patches(levels, regions.centres, regions.shapes))
    if not len(which):
        return [], np.zeros((0, 128), dtype=np.uint8)
    centres, shapes = regions.centres[which], regions.shapes[which] @ _rotations(turns_rad)
    patches = _patches(levels, centres, shapes)
    angles = np.degrees(np.arctan2(shapes[:, 1, 0], shapes[:, 0, 0])) % 360
    sizes = 2 * np.sqrt(np.abs(np.linalg.det(shapes)))
    rows = zip(centres, sizes, angles, regions.strengths[which], strict=True)
    keypoints = [cv2.KeyPoint(float(c[0]), float(c[1]), float(d), float(a), float(s)) for c, d, a, s in rows]
    return keypoints, _histograms(patches)


def _pyramid(picture: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The picture, halved again and again: large regions are shrunk from a level where nothing is skipped."""
    import cv2

    levels = [picture]
    while min(levels[-1].shape) >= 2 * PATCH_PX:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), dtype=np.uint8))
    return levels


def _patches(levels: list[NDArray[np.uint8]], centres: NDArray[np.float64], shapes: Shapes) -> NDArray[np.uint8]:
    """(N, 32, 32)."""
    found = np.zeros((len(centres), PATCH_PX, PATCH_PX), dtype=np.uint8)
    for place, (centre, shape) in enumerate(zip(centres, shapes, strict=True)):
        found[place] = _patch(levels, centre, shape)
    return found


def _patch(
    levels: list[NDArray[np.uint8]], centre: NDArray[np.float64], shape: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """(32, 32) what lies in and around the region, as if it were a circle."""
    import cv2

    step = shape / RADIUS_PX
    widest = max(float(abs(step[0, 0] * step[1, 1] - step[0, 1] * step[1, 0])) ** 0.5, 1.0)
    level = min(int(np.log2(widest)), len(levels) - 1)
    step, start = step / 2**level, centre / 2**level
    middle = (PATCH_PX - 1) / 2
    matrix = np.column_stack([step, start - step @ [middle, middle]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(levels[level], matrix, (PATCH_PX, PATCH_PX), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(patch, dtype=np.uint8)


def _directions(patches: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The commonest directions of the gradients of N patches: (M,) which patch, and (M,) clockwise angles."""
    wide = patches.astype(np.float32)
    across = np.zeros_like(wide)
    down = np.zeros_like(wide)
    across[:, :, 1:-1] = wide[:, :, 2:] - wide[:, :, :-2]
    down[:, 1:-1] = wide[:, 2:] - wide[:, :-2]
    place = np.arange(PATCH_PX) - (PATCH_PX - 1) / 2
    window = np.exp(-(place[:, None] ** 2 + place[None, :] ** 2) / (2 * (RADIUS_PX / 2) ** 2)).astype(np.float32)
    weights = np.hypot(across, down) * window
    parts = np.rint(np.arctan2(down, across) * (DIRECTIONS / (2 * np.pi))).astype(np.int64) % DIRECTIONS
    parts += np.arange(len(patches))[:, None, None] * DIRECTIONS
    flat = np.bincount(parts.ravel(), weights.ravel(), minlength=len(patches) * DIRECTIONS)
    counts = flat.reshape(-1, DIRECTIONS).astype(np.float64)
    for _ in range(2):
        counts = (np.roll(counts, 1, axis=1) + counts + np.roll(counts, -1, axis=1)) / 3
    before, after = np.roll(counts, 1, axis=1), np.roll(counts, -1, axis=1)
    top = counts.max(axis=1, keepdims=True)
    which, part = np.nonzero((counts >= ALSO_SHARE * top) & (counts > before) & (counts >= after))
    left, here, right = before[which, part], counts[which, part], after[which, part]
    finer = part + 0.5 * (left - right) / (left - 2 * here + right)
    return which, np.asarray(finer * (2 * np.pi / DIRECTIONS), dtype=np.float64)


def _rotations(angles_rad: NDArray[np.float64]) -> Shapes:
    """(N, 2, 2)."""
    c, s = np.cos(angles_rad), np.sin(angles_rad)
    return np.stack([np.stack([c, -s], axis=1), np.stack([s, c], axis=1)], axis=1)


def _histograms(patches: NDArray[np.uint8]) -> NDArray[Any]:
    """(N, 128) SIFT of the middle of each patch, computed on one sheet of all of them."""
    import cv2

    down = -(-len(patches) // SHEET_PATCHES)
    filled = np.zeros((down * SHEET_PATCHES, PATCH_PX, PATCH_PX), dtype=np.uint8)
    filled[: len(patches)] = patches
    sheet = filled.reshape(down, SHEET_PATCHES, PATCH_PX, PATCH_PX).swapaxes(1, 2).reshape(down * PATCH_PX, -1)
    middle = (PATCH_PX - 1) / 2
    spots = [
        cv2.KeyPoint(
            i % SHEET_PATCHES * PATCH_PX + middle, i // SHEET_PATCHES * PATCH_PX + middle, SIFT_SIZE, 0.0, 0.0, 0, i
        )
        for i in range(len(patches))
    ]
    kept, found = cv2.SIFT.create().compute(np.ascontiguousarray(sheet), spots)
    rows = np.zeros((len(patches), 128), dtype=np.float32)
    rows[[spot.class_id for spot in kept]] = found
    return rows

"""What ALIKE says about one picture, and its descriptors at any points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors, normalise

LEAST_MULTIPLE_PX = 32
SCORE_CELLS, DESCRIPTOR_CELLS = 16, 4


@dataclass(frozen=True, slots=True)
class AlikeMaps:
    """The outputs of the network for a picture of h × w pixels.

    Attributes:
        scores: (h, w) float32, 0…1: how good a keypoint each pixel is.
        levels: four (D / 4, h / s, w / s) float32 at strides s of 1, 2, 8 and 32.
        head: (D, D) float32; times the four levels at a place, it is the descriptor there.
    """

    scores: NDArray[np.float32]
    levels: tuple[NDArray[np.float32], ...]
    head: NDArray[np.float32]

    @classmethod
    def of_outputs(cls, outputs: Sequence[NDArray[np.float32]]) -> AlikeMaps:
        """From what the network gives, in its order."""
        scores, *levels, head = outputs
        return cls(scores, tuple(levels), head)

    def descriptors(self, points: NDArray[np.number[Any]]) -> Vectors:
        """(N, D) unit rows.

        Args:
            points: (N, 2) x and y, in pixels of the picture, where 0, 0 is the centre of the first.
        """
        height, width = self.scores.shape
        last = np.array([max(width - 1, 1), max(height - 1, 1)])
        sampled = [bilinear(level, points / last * (np.array(level.shape[:0:-1]) - 1)) for level in self.levels]
        return normalise(np.concatenate(sampled, axis=1) @ self.head.T)


def bilinear(level: NDArray[np.float32], points: NDArray[np.number[Any]]) -> NDArray[np.float32]:
    """(N, C) values of a (C, h, w) map between its cells.

    Args:
        level: the map.
        points: (N, 2) x and y in cells, 0, 0 is the first; held inside.
    """
    height, width = level.shape[1:]
    x, y = np.clip(points, 0, [width - 1, height - 1]).T
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    over, down = (x - left).astype(np.float32), (y - top).astype(np.float32)
    above = level[:, top, left] * (1 - over) + level[:, top, right] * over
    below = level[:, bottom, left] * (1 - over) + level[:, bottom, right] * over
    return np.asarray(above * (1 - down) + below * down, dtype=np.float32).T


def pad_to_multiple(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h, w, 3) -> the same with its last row and column repeated until the sides are multiples of 32.

    Repeated, because a border of black would be an edge, and edges make keypoints.
    """
    height, width = pixels.shape[:2]
    more = ((0, -height % LEAST_MULTIPLE_PX), (0, -width % LEAST_MULTIPLE_PX), (0, 0))
    return np.ascontiguousarray(np.pad(pixels, more, mode="edge"))


def proof(outputs: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    """Some of the numbers, by which a device shows that it gives the same: half are scores, half are descriptors."""
    maps = AlikeMaps.of_outputs(outputs)
    height, width = maps.scores.shape
    bands = np.array_split(maps.scores, SCORE_CELLS)
    means = np.array([cell.mean() for band in bands for cell in np.array_split(band, SCORE_CELLS, axis=1)])
    middles = (np.arange(DESCRIPTOR_CELLS) + 0.5) / DESCRIPTOR_CELLS
    x, y = np.meshgrid(middles * width, middles * height)
    descriptors = maps.descriptors(np.column_stack([x.ravel(), y.ravel()]))
    scores = normalise(means - means.mean()) * DESCRIPTOR_CELLS  # as long as all descriptors together
    return np.concatenate([scores, descriptors.ravel()]).astype(np.float64)

"""What a homography does to a small patch: how it turns, scales, shears it, or turns it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography


@dataclass(frozen=True, slots=True)
class LocalChange:
    """At each of N points.

    Attributes:
        depth: (N,) the third homogeneous coordinate; its sign changes at the horizon.
        determinant: (N,) area of the image of a unit patch; negative where it is mirrored.
        turned_rad: (N,) clockwise rotation.
        stretch: (N,) longer over shorter axis of the image of a circle.
    """

    depth: NDArray[np.float64]
    determinant: NDArray[np.float64]
    turned_rad: NDArray[np.float64]
    stretch: NDArray[np.float64]


def local_change(homography: Homography, points: NDArray[np.floating[Any]]) -> LocalChange:
    """The derivative of a homography at (N, 2) points, taken apart (Hartley and Zisserman, section 2.4)."""
    ones = np.ones((len(points), 1))
    moved = np.hstack([np.asarray(points, dtype=np.float64), ones]) @ homography.T
    depth = moved[:, 2]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        x, y = moved[:, 0] / depth, moved[:, 1] / depth
        a = (homography[0, 0] - x * homography[2, 0]) / depth
        b = (homography[0, 1] - x * homography[2, 1]) / depth
        c = (homography[1, 0] - y * homography[2, 0]) / depth
        d = (homography[1, 1] - y * homography[2, 1]) / depth
        total = np.sqrt((a + d) ** 2 + (c - b) ** 2)
        apart = np.sqrt((a - d) ** 2 + (b + c) ** 2)
        stretch = (total + apart) / np.abs(total - apart)
    return LocalChange(depth, a * d - b * c, np.arctan2(c - b, a + d), stretch)

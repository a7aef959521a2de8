"""Regions and quads in upright full-size pixels; light enough for the window's first millisecond (no numpy).

Everywhere in the program: x to the right, y down, floats, origin at the top-left corner of the picture, the centre of
the first pixel at (0.5, 0.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from visearch_desktop.core.errors import RegionError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_REGION_PX = 8

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Four corners, clockwise from the query region's own top left."""


@dataclass(frozen=True, slots=True)
class Region:
    """An upright box: left, top, width and height in px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x just right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y just below the box."""
        return self.y + self.height

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    def as_tuple(self) -> tuple[float, float, float, float]:
        """(x, y, width, height)."""
        return (self.x, self.y, self.width, self.height)

    def quad(self) -> Quad:
        """Its corners, clockwise from the top left."""
        return ((self.x, self.y), (self.right, self.y), (self.right, self.bottom), (self.x, self.bottom))

    def clipped(self, width: int, height: int) -> Region:
        """The part of it inside a picture of that size.

        Raises:
            RegionError: under 8 px of a side are left, or a number is not finite.
        """
        numbers = (self.x, self.y, self.width, self.height)
        left, top = max(0.0, self.x), max(0.0, self.y)
        right, bottom = min(float(width), self.right), min(float(height), self.bottom)
        if not all(map(math.isfinite, numbers)) or right - left < LEAST_REGION_PX or bottom - top < LEAST_REGION_PX:
            raise RegionError(numbers, (width, height), LEAST_REGION_PX)
        return Region(left, top, right - left, bottom - top)

    def contains(self, points: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
        """(N,) bool: which of the (N, 2) points lie inside."""
        x, y = points[:, 0], points[:, 1]
        return (x >= self.x) & (x < self.right) & (y >= self.y) & (y < self.bottom)

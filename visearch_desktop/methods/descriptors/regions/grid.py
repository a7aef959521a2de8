"""Which regions of a photo get a vector: overlapping windows of several sizes, the same share of every photo.

After Tolias, Sicre, Jégou: Particular object retrieval with integral max-pooling of CNN activations, ICLR 2016; their
squares are replaced by windows of the photo's own shape, so that every photo has as many, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region

LEVELS = (1, 3, 6)
"""46 windows: all of the photo, halves and, for small things, sides of two sevenths. The 30 of levels 1 to 4 find less,
and more levels between these hardly more (``tests/benchmarks/regions.py``)."""


HALVES = slice(1, 10)
"""Of the windows of these levels, the nine of half the width and half the height."""


def grid(levels: Sequence[int] = LEVELS) -> NDArray[np.float64]:
    """(R, 4) left, top, right, bottom of each window, 0…1 of width and height.

    Args:
        levels: for each n, n × n windows of 2 / (n + 1) of a side, neighbours half over each other; 1 is the whole.
    """
    windows = []
    for count in levels:
        side = 2 / (count + 1)
        for row in range(count):
            for column in range(count):
                left, top = column * side / 2, row * side / 2
                windows.append((left, top, left + side, top + side))
    return np.minimum(np.array(windows, dtype=np.float64).reshape(-1, 4), 1.0)


def window_region(window: NDArray[np.float64], width: int, height: int) -> Region:
    """Where a window (4,) of the grid lies in a photo of that size in px."""
    left, top, right, bottom = (window * [width, height, width, height]).tolist()
    return Region(left, top, right - left, bottom - top)


def window_of(region: Region | None, width: int, height: int) -> NDArray[np.float64]:
    """(4,) a region of a picture in the grid's terms; None is the whole picture.

    Raises:
        RegionError: hardly any of it lies inside the picture.
    """
    if region is None:
        return np.array([0.0, 0.0, 1.0, 1.0])
    inside = region.clipped(width, height)
    return np.array([inside.x / width, inside.y / height, inside.right / width, inside.bottom / height])

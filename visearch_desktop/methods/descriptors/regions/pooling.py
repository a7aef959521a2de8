"""The vector of any region of a picture from its feature map, in a fraction of a millisecond: sums over rectangles.

Generalised mean pooling (Radenović, Tolias, Chum, TPAMI 2018) is a mean of powers, so a table of sums over all
rectangles from the corner (Crow: Summed-Area Tables for Texture Mapping, SIGGRAPH 1984) gives it for every region.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors, normalise
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR

LEAST_SIDE_CELLS = 1e-3
WHOLE_POWERS = (1.0, 2.0, 3.0, 4.0)


class PooledMap:
    """The feature map of one picture, ready for any region.

    Args:
        cells: (D, h, w) positive numbers.
        p: exponent of the mean, (1,) for all channels or (D,) one each.
    """

    def __init__(self, cells: NDArray[np.floating], p: NDArray[np.floating] | float = 3.0) -> None:
        depth, self.height, self.width = cells.shape
        self._p = np.asarray(p, dtype=np.float64).reshape(-1)
        powered = _power(np.maximum(cells.astype(np.float64).transpose(1, 2, 0), GEM_FLOOR), self._p)
        self._sums = np.zeros((self.height + 1, self.width + 1, depth))
        np.cumsum(powered, axis=0, out=self._sums[1:, 1:])
        np.cumsum(self._sums[1:, 1:], axis=1, out=self._sums[1:, 1:])

    def pool(self, windows: NDArray[np.float64]) -> Vectors:
        """(R, D) unit vectors of windows (R, 4): left, top, right, bottom, 0…1 of the picture.

        A place that is only partly inside counts as much as is inside.
        """
        sides = np.array([self.width, self.height, self.width, self.height], dtype=np.float64)
        left, top, right, bottom = (np.asarray(windows, dtype=np.float64).reshape(-1, 4) * sides).T
        total = self._sum(bottom, right) - self._sum(top, right) - self._sum(bottom, left) + self._sum(top, left)
        area = np.maximum((right - left) * (bottom - top), LEAST_SIDE_CELLS**2)
        mean = np.maximum(total / area[:, None], GEM_FLOOR**self._p)
        return normalise(mean ** (1 / self._p))

    def _sum(self, y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
        """(R, D) of all that lies above and left of points (R,): between corners of places the sums are bilinear."""
        row = np.clip(np.floor(y).astype(np.int64), 0, self.height - 1)
        column = np.clip(np.floor(x).astype(np.int64), 0, self.width - 1)
        down, right = (y - row)[:, None], (x - column)[:, None]
        above = self._sums[row, column] * (1 - right) + self._sums[row, column + 1] * right
        below = self._sums[row + 1, column] * (1 - right) + self._sums[row + 1, column + 1] * right
        return np.asarray(above * (1 - down) + below * down)


def _power(cells: NDArray[np.float64], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole powers by multiplying, which is far quicker."""
    if p.size == 1 and float(p[0]) in WHOLE_POWERS:
        powered = cells
        for _ in range(int(p[0]) - 1):
            powered = powered * cells
        return powered
    return np.asarray(cells**p)

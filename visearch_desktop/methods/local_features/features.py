"""The local features of one photo: keypoints and their descriptors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """N keypoints of one photo, strongest first.

    Attributes:
        points: (N, 2) float32, x and y in upright full-size pixels, pixel centres at .5.
        sizes: (N,) float32, diameter of the described neighbourhood in full-size pixels.
        angles_deg: (N,) float32, orientation in [0, 360).
        descriptors: (N, D) uint8; what the numbers mean is the business of the method that made them.
        width, height: the photo's upright full size in px.
    """

    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles_deg: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.points)

    def only(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> LocalFeatures:
        """Those a mask or a list of positions chooses."""
        return LocalFeatures(
            self.points[keep], self.sizes[keep], self.angles_deg[keep], self.descriptors[keep], self.width, self.height
        )

    def inside(self, region: Region) -> LocalFeatures:
        """Those whose centre lies in a region of the photo."""
        return self.only(region.contains(self.points))

"""What a search needs of a library: neighbours of a vector, and stored local features."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vector
from visearch_desktop.methods.local_features.features import LocalFeatures


class Gallery(Protocol):
    """The present photos of a library under one descriptor; a photo is named by its id in the catalogue."""

    def size(self) -> int:
        """How many photos can be found: those that have a vector of the descriptor."""
        ...

    def nearest(self, vector: Vector, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The photos most alike.

        Args:
            vector: (D,) float32, unit length or all zero.
            k: how many; 0 or less is all of them.
        Returns:
            Photo ids (N,) and their exact similarities (N,), best first, N <= k; equal ones by ascending id.
        """
        ...

    def background(self, vector: Vector) -> NDArray[np.float32]:
        """(M,) similarities of a vector to an even sample of the photos: all of them, or about 1,000 if there are more.

        They say what similarity two photos have that have nothing to do with each other.
        """
        ...

    def features(self, photo_id: int) -> LocalFeatures | None:
        """Stored local features of a photo; None where the closer look has not come to it yet."""
        ...

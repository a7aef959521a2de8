"""What a search needs of a library: neighbours of a signature, and stored local features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.descriptors.descriptor import Signature
from visearch_desktop.methods.local_features.features import LocalFeatures


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The photos most alike to a query.

    Attributes:
        ids: (N,) photo ids, best first; equal ones by ascending id.
        similarities: (N,) exact, as the descriptor's own index gives them.
        background: (M,) similarities to an even sample of all photos (all of them, or about 1,000 if there are more):
            they say what similarity two photos have that have nothing to do with each other.
    """

    ids: NDArray[np.int64]
    similarities: NDArray[np.float32]
    background: NDArray[np.float32]


class Gallery(Protocol):
    """The present photos of a library under one descriptor; a photo is named by its id in the catalogue."""

    def size(self) -> int:
        """How many photos can be found: those that the descriptor has described."""
        ...

    def nearest(self, signature: Signature, k: int) -> Neighbours:
        """The photos most alike.

        Args:
            signature: of the query, by the gallery's descriptor.
            k: how many at most; 0 or less is all of them.
        """
        ...

    def features(self, photo_id: int) -> LocalFeatures | None:
        """Stored local features of a photo; None where the closer look has not come to it yet."""
        ...

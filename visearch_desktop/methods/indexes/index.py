"""What every index offers: vectors with ids go in, the most alike come out."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vector, Vectors

Ids = NDArray[np.int64]  # (N,)
Similarities = NDArray[np.float32]  # (N,)


class Index(Protocol):
    """Neighbours by dot product; registered with kind "index". An id is in it at most once."""

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """(N,) what is in it, ascending."""
        ...

    def add(self, vectors: Vectors, ids: Ids) -> None:
        """Add (N, D) unit rows under (N,) new ids. Raises: ValueError: an id is there already."""
        ...

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        ...

    def search(self, query: Vector, k: int) -> tuple[Ids, Similarities]:
        """The ids most alike to a (D,) query and their similarities, best first, equal ones by ascending id.

        Args:
            query: (D,) unit length or all zero.
            k: how many; 0 or less is all (which an approximate index does not offer).
        Returns:
            At most k; an approximate index may miss some and give approximate similarities.
        """
        ...


def best_first(similarities: Similarities, ids: Ids, k: int) -> tuple[Ids, Similarities]:
    """The k best of (N,) similarities and their ids, equal ones by ascending id; k <= 0 is all of them."""
    if 0 < k < len(ids):
        least = np.partition(similarities, len(ids) - k)[len(ids) - k]
        keep = np.flatnonzero(similarities >= least)  # more than k where several are equal to the last one
        similarities, ids = similarities[keep], ids[keep]
    order = np.lexsort((ids, -similarities))
    order = order[:k] if k > 0 else order
    return ids[order], similarities[order]

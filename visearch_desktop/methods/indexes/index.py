"""What every index offers: signatures with ids go in, the most alike come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors

Ids = NDArray[np.int64]  # (N,)
Similarities = NDArray[np.float32]  # (N,)


class Index(Protocol):
    """Neighbours of a signature; registered with kind "index". An id is in it at most once.

    Built with ``build(dimension, **options)``: the length of one signature (of no meaning where lengths differ), and
    what the descriptor's ``index_options`` say. May be searched by any thread while another one changes it.
    """

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """(N,) what is in it, ascending."""
        ...

    def add(self, signatures: Vectors | Sequence[NDArray[Any]], ids: Ids) -> None:
        """Add N signatures (an (N, D) array where they are vectors) under (N,) new ids.

        Raises:
            ValueError: an id is there already.
        """
        ...

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        ...

    def search(self, query: NDArray[Any], k: int) -> tuple[Ids, Similarities]:
        """The ids most alike to a query's signature and their similarities, best first, equal ones by ascending id.

        Args:
            query: one signature; an empty or all-zero one is alike to nothing (similarity 0).
            k: how many; 0 or less is all of them.
        Returns:
            At most k. Similarities are 1 for the very same and about 0 for what has nothing in common.
        """
        ...


class ApproximateIndex(Index, Protocol):
    """Stands in for comparing a unit vector with all others: proposes ids, which are scored again exactly.

    Its ``search`` takes only k above 0, may miss some and may give approximate similarities. It is built with the
    dimension alone; registered with kind "approximate".
    """

    def __init__(self, dimension: int) -> None: ...

    @property
    def dead_share(self) -> float:
        """Which part of it is removed entries that still cost time."""
        ...

    def save(self, path: Path, key: str) -> None:
        """Write under a manifest at ``path`` (``.json``), replacing what was there as a whole.

        Args:
            path: of the manifest.
            key: of the descriptor whose vectors these are.
        """
        ...

    @classmethod
    def load(cls, path: Path, key: str, dimension: int) -> Self:
        """The index that :meth:`save` wrote.

        Raises:
            FileNotFoundError: none has been written.
            IndexDamagedError: anything about it is off, or it is of another descriptor.
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

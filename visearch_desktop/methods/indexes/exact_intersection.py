"""Exact search by histogram intersection: how much two photos share of each bin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import Similarities

BLOCK = 2048  # rows; what is made of them on the way stays in the processor's cache


@register(
    name="exact_intersection",
    kind="index",
    source="M. J. Swain, D. H. Ballard: Color Indexing, IJCV 1991",
    title="Exact, intersection",
    summary="Compares the query's histogram with that of every photo by what the two have in common.",
)
class ExactIntersectionIndex(ExactIndex):
    """Histograms h, g that sum to 1; their similarity is Σ min(h, g)."""

    def compare(self, query: NDArray[Any], signatures: NDArray[Any]) -> Similarities:
        """(N,) Σ min(h, g) of a (D,) query with (N, D) histograms: only the query's own bins count."""
        (filled,) = np.nonzero(query)
        mine = query[filled].astype(np.float32)
        found = np.empty(len(signatures), np.float32)
        for start in range(0, len(signatures), BLOCK):
            theirs = signatures[start : start + BLOCK, filled]
            found[start : start + BLOCK] = np.minimum(theirs, mine).sum(axis=1)
        return found

"""Exact search by the chi-square distance of histograms: a difference counts more where there is little."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import Similarities

BLOCK = 2048  # rows; what is made of them on the way stays in the processor's cache


@register(
    name="exact_chi2",
    kind="index",
    source="J. Puzicha, T. Hofmann, J. M. Buhmann: Non-parametric Similarity Measures for Unsupervised Texture "
    "Segmentation and Image Retrieval, CVPR 1997",
    title="Exact, chi-square",
    summary="Compares the query's histogram with that of every photo by the chi-square distance.",
)
class ExactChi2Index(ExactIndex):
    """Histograms h, g that sum to 1; their similarity is 1 − χ², χ² = ½ Σ (h − g)² / (h + g)."""

    def compare(self, query: NDArray[Any], signatures: NDArray[Any]) -> Similarities:
        """(N,) 1 − χ² of a (D,) query with (N, D) histograms: Σ 2hg / (h + g), so only the query's own bins count."""
        (filled,) = np.nonzero(query)
        mine = query[filled].astype(np.float32)
        found = np.empty(len(signatures), np.float32)
        for start in range(0, len(signatures), BLOCK):
            theirs = signatures[start : start + BLOCK, filled]
            found[start : start + BLOCK] = (theirs / (theirs + mine)) @ (2 * mine)
        return found

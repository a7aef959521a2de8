"""Selective match kernel: aggregated entries of one word count by a steep function of how many bits agree."""

from __future__ import annotations

import numpy as np

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.match_kernel import MatchKernelIndex
from visearch_desktop.methods.local_features.visual_word_rows import BITS

ALPHA = 3.0
TAU = 0.0


@register(
    name="selective_match",
    kind="index",
    source="Tolias, Avrithis and Jégou, ICCV 2013 and IJCV 2016",
    title="Selective match kernel",
    summary="An inverted file with one entry for each visual word of a photo; only close agreement of bits counts.",
)
class SelectiveMatchIndex(MatchKernelIndex):
    """A pair of entries of one word is worth sign(u) |u|^α where u = 1 - 2d / 64 is above τ, and nothing elsewhere.

    Args:
        dimension: of no meaning here.
        alpha: the selectivity.
        tau: the least agreement that counts, -1…1.
    """

    def __init__(self, dimension: int = 0, *, alpha: float = ALPHA, tau: float = TAU) -> None:
        agreement = 1 - 2 * np.arange(BITS + 1) / BITS
        super().__init__(np.where(agreement > tau, np.sign(agreement) * np.abs(agreement) ** alpha, 0.0))

"""Hamming embedding: features of one word match as far as their 64 bits agree."""

from __future__ import annotations

import numpy as np

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.match_kernel import MatchKernelIndex
from visearch_desktop.methods.local_features.visual_word_rows import BITS

THRESHOLD = 24
SIGMA = 16.0


@register(
    name="hamming_embedding",
    kind="index",
    source="Jégou, Douze and Schmid, ECCV 2008 and IJCV 2010; Gaussian weights: the same, CVPR 2009",
    title="Hamming embedding",
    summary="An inverted file of single features; those of one word count the more, the more of their 64 bits agree.",
)
class HammingEmbeddingIndex(MatchKernelIndex):
    """A pair of features of one word is worth exp(-d² / σ²) up to a Hamming distance, and nothing beyond.

    Args:
        dimension: of no meaning here.
        threshold: the largest distance that counts.
        sigma: in bits; infinite counts every pair alike: with the threshold 64 that is a bag of words.
    """

    def __init__(self, dimension: int = 0, *, threshold: int = THRESHOLD, sigma: float = SIGMA) -> None:
        distances = np.arange(BITS + 1)
        super().__init__(np.where(distances <= threshold, np.exp(-((distances / sigma) ** 2)), 0.0))

"""Bag of visual words with soft assignment: a feature between words counts for each of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.on_visual_words import OnVisualWords, terms
from visearch_desktop.methods.local_features.visual_word_rows import (
    FEATURE,
    SQUARED_STEP,
    WORDS_EACH,
    from_signature,
)

SIGMA_SQUARED = 0.006
"""For rows of unit length, by places-develop; the paper's 6,250 for SIFT of length 512 is 0.024: finds less there."""


@register(
    name="bow_soft",
    kind="descriptor",
    source="Philbin et al.: Lost in quantization, CVPR 2008",
    title="Bag of visual words, softly assigned",
    summary="As the bag of visual words, but a pattern between two or three words counts for all of them.",
)
class SoftBagOfWords(OnVisualWords):
    """Each feature gives a total of 1 to its three nearest words, by exp(-d² / 2σ²)."""

    name = "bow_soft"
    index = "inverted_file"

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {**super().parameters, "sigma_squared": SIGMA_SQUARED, "each": WORDS_EACH}

    def describe(self, item: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rows of ``TERM`` of rows of ``FEATURE``."""
        rows = from_signature(item, FEATURE)
        shares = soft_shares(rows["squared"] * SQUARED_STEP)
        return terms(rows["words"].ravel(), shares.ravel())


def soft_shares(squared: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, n) shares of n neighbours, rows summing to 1, of their (N, n) squared distances, nearest first."""
    farther = squared - squared[:, :1]  # the same shares, and no feature is too far from every word
    shares = np.exp(-farther / (2 * SIGMA_SQUARED))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)

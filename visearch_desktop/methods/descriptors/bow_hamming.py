"""Hamming embedding: visual words, refined by 64 bits that say where about its word each feature lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.on_visual_words import OnVisualWords
from visearch_desktop.methods.local_features.visual_word_rows import FEATURE, WORD_BITS, from_signature, to_signature


@register(
    name="bow_hamming",
    kind="descriptor",
    source="Jégou, Douze and Schmid: Hamming embedding and weak geometric consistency, ECCV 2008; IJCV 2010",
    title="Visual words with Hamming embedding",
    summary="As the bag of visual words, but two patterns of one word count only as far as 64 bits of theirs agree.",
)
class HammingBagOfWords(OnVisualWords):
    """Every feature with its nearest word and its bits; what agrees is the index's to say."""

    name = "bow_hamming"
    index = "hamming_embedding"

    def describe(self, item: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rows of ``WORD_BITS`` of rows of ``FEATURE``."""
        given = from_signature(item, FEATURE)
        rows = np.zeros(len(given), dtype=WORD_BITS)
        rows["word"], rows["bits"] = given["words"][:, 0], given["bits"]
        return to_signature(rows)

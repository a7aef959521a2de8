"""Bag of visual words: how often each word occurs, wherever it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.on_visual_words import OnVisualWords, terms
from visearch_desktop.methods.local_features.visual_word_rows import FEATURE, from_signature


@register(
    name="bow",
    kind="descriptor",
    source="Sivic and Zisserman: Video Google, ICCV 2003",
    title="Bag of visual words",
    summary="Compares how often each of 8,192 small patterns occurs, rare ones counting more; quick and compact.",
)
class BagOfWords(OnVisualWords):
    """The number of features nearest to each word; tf-idf and the cosine are the index's."""

    name = "bow"
    index = "inverted_file"

    def describe(self, item: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rows of ``TERM`` of rows of ``FEATURE``."""
        words = from_signature(item, FEATURE)["words"][:, 0]
        return terms(words, np.ones(len(words)))

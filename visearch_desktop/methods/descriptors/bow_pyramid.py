"""Spatial pyramid of visual words: how often each word occurs, in the whole photo and in parts of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.on_visual_words import OnVisualWords, terms
from visearch_desktop.methods.descriptors.visual_words import MOST_WORDS
from visearch_desktop.methods.local_features.visual_word_rows import FEATURE, SIDE_PARTS, from_signature

GRIDS = ((1, 1), (2, 2), (1, 3))
"""Columns and rows of each level."""
SHARES = (0.5, 0.25, 0.25)
"""What each level contributes to the dot product of two photos."""


@register(
    name="bow_pyramid",
    kind="descriptor",
    source="Lazebnik, Schmid and Ponce: Beyond bags of features, CVPR 2006",
    title="Bag of visual words, by place",
    summary="As the bag of visual words, but patterns in the same part of the photo count more: finds the same layout.",
)
class PyramidOfWords(OnVisualWords):
    """Counts of words in the whole photo, its quarters and its three bands, one after another.

    The counts carry the roots of the levels' shares, so that the dot product of two photos is the sum of the levels'
    own, each times its share: the pyramid kernel, with a dot product where the paper has an intersection.
    """

    name = "bow_pyramid"
    index = "inverted_file"

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {**super().parameters, "grids": GRIDS, "shares": SHARES}

    def describe(self, item: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rows of ``TERM`` of rows of ``FEATURE``; the word is cell · 8,192 + word."""
        return pyramid(item, GRIDS, SHARES)


def pyramid(
    item: NDArray[np.uint8], grids: tuple[tuple[int, int], ...], shares: tuple[float, ...]
) -> NDArray[np.uint8]:
    """See :class:`PyramidOfWords`; one grid of one cell with the share 1 is the plain bag of words."""
    rows = from_signature(item, FEATURE)
    words = rows["words"][:, 0].astype(np.int64)
    numbered, weights, before = [], [], 0
    for (columns, lines), share in zip(grids, shares, strict=True):
        column = rows["place"][:, 0].astype(np.int64) * columns // SIDE_PARTS
        line = rows["place"][:, 1].astype(np.int64) * lines // SIDE_PARTS
        numbered.append((before + line * columns + column) * MOST_WORDS + words)
        weights.append(np.full(len(rows), np.sqrt(share)))
        before += columns * lines
    return terms(np.concatenate(numbered), np.concatenate(weights))

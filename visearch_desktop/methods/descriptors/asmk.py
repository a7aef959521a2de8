"""Aggregated selective match kernel: one binary vector for each visual word that a photo has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.on_visual_words import OnVisualWords
from visearch_desktop.methods.local_features.visual_word_rows import FEATURE, WORD_BITS, from_signature, to_signature


@register(
    name="asmk",
    kind="descriptor",
    source="Tolias, Avrithis and Jégou: To aggregate or not to aggregate, ICCV 2013; IJCV 2016",
    title="Selective match kernel (ASMK)",
    summary="Sums up what a photo has of each visual word, repeated patterns once; only good agreement counts.",
)
class AggregatedMatchKernel(OnVisualWords):
    """The bits of the features of one word, aggregated by majority; a draw is decided by the strongest feature.

    The paper takes the signs of the sum of projected residuals. Here the residuals have been made bits before the sum:
    for a word with one feature, as most are, that is the same.
    """

    name = "asmk"
    index = "selective_match"

    def describe(self, item: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Rows of ``WORD_BITS``, each word once, ascending, of rows of ``FEATURE``."""
        given = from_signature(item, FEATURE)
        words, first, place = np.unique(given["words"][:, 0], return_index=True, return_inverse=True)
        signs = np.unpackbits(given["bits"], axis=1).astype(np.int32) * 2 - 1
        votes = np.zeros((len(words), signs.shape[1]), dtype=np.int32)
        np.add.at(votes, place, signs)
        rows = np.zeros(len(words), dtype=WORD_BITS)
        rows["word"] = words
        rows["bits"] = np.packbits(2 * votes + signs[first] > 0, axis=1)
        return to_signature(rows)

"""Match kernels: two photos are as alike as the pairs of their entries of the same word, judged by 64 bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.index import Ids
from visearch_desktop.methods.indexes.postings import Postings, WordIndex
from visearch_desktop.methods.local_features.visual_word_rows import WORD_BITS, whole_bits


@dataclass(frozen=True, slots=True)
class _Normed:
    """Posting lists, (E,) the bits of each entry, (M,) squared idf, and (N,) one over the root of self-similarity."""

    postings: Postings
    bits: NDArray[np.uint64]
    importance: NDArray[np.float64]
    scale: NDArray[np.float64]


class MatchKernelIndex(WordIndex[_Normed]):
    """K(q, p) = Σ over words idf² Σ over pairs w(distance), over the root of K(q, q) K(p, p).

    Signatures are rows of ``WORD_BITS``.

    Args:
        worth: (65,) w: what a pair is worth at each Hamming distance.
    """

    def __init__(self, worth: NDArray[np.float64]) -> None:
        super().__init__(WORD_BITS)
        self._worth = worth

    def _build(self, postings: Postings) -> _Normed:
        bits = whole_bits(postings.rows)
        importance = postings.idf_of_entries() ** 2
        own = importance * self._worth[0]
        for first, second in postings.pairs_within_photos():
            own[first] += 2 * importance[first] * self._worth[np.bitwise_count(bits[first] ^ bits[second])]
        sums = np.bincount(postings.photos, own, len(postings.ids))
        scale = np.where(sums > 0, 1 / np.sqrt(np.where(sums > 0, sums, 1)), 0)
        return _Normed(postings, bits, postings.idf**2, scale)

    def _compare(self, built: _Normed, query: NDArray[Any]) -> tuple[Ids, NDArray[np.float64]]:
        postings, bits = built.postings, whole_bits(query)
        own = Postings.of(np.zeros(1, np.int64), [query], WORD_BITS)
        importance = postings.idf_of(query["word"]) ** 2
        itself = 0.0
        for asked, entries in own.pairs(query["word"]):
            worth = self._worth[np.bitwise_count(bits[asked] ^ whole_bits(own.rows)[entries])]
            itself += float(np.sum(importance[asked] * worth))
        sums = np.zeros(len(postings.ids))
        for asked, entries in postings.pairs(query["word"]):
            worth = importance[asked] * self._worth[np.bitwise_count(bits[asked] ^ built.bits[entries])]
            sums += np.bincount(postings.photos[entries], worth, len(sums))
        return postings.ids, sums * built.scale / np.sqrt(itself if itself > 0 else 1.0)

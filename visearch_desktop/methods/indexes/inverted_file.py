"""Inverted file: bags of words compared by the cosine of their tf-idf vectors, looking only at words they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.index import Ids
from visearch_desktop.methods.indexes.postings import Postings, WordIndex
from visearch_desktop.methods.local_features.visual_word_rows import TERM


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Posting lists, and (E,) the tf-idf weight of each entry in its photo's unit vector."""

    postings: Postings
    weights: NDArray[np.float64]


@register(
    name="inverted_file",
    kind="index",
    source="Sivic and Zisserman: Video Google, ICCV 2003",
    title="Inverted file",
    summary="Looks only at photos that share a visual word with the query; words that few photos have count more.",
)
class InvertedFile(WordIndex[_Weighted]):
    """Signatures are rows of ``TERM``, each word at most once.

    Args:
        dimension: of no meaning here.
    """

    def __init__(self, dimension: int = 0) -> None:
        super().__init__(TERM)

    def _build(self, postings: Postings) -> _Weighted:
        weights = postings.rows["weight"] * postings.idf_of_entries()
        lengths = np.sqrt(np.bincount(postings.photos, weights**2, len(postings.ids)))
        return _Weighted(postings, weights / np.where(lengths > 0, lengths, 1)[postings.photos])

    def _compare(self, built: _Weighted, query: NDArray[Any]) -> tuple[Ids, NDArray[np.float64]]:
        postings = built.postings
        weights = query["weight"] * postings.idf_of(query["word"])
        length = float(np.sqrt(np.sum(weights**2))) or 1.0
        cosines = np.zeros(len(postings.ids))
        for asked, entries in postings.pairs(query["word"]):
            products = weights[asked] / length * built.weights[entries]
            cosines += np.bincount(postings.photos[entries], products, len(cosines))
        return postings.ids, cosines

"""What the descriptors made of visual words have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.descriptors.descriptor import ByteDescriptor, Descriptor, Source
from visearch_desktop.methods.descriptors.visual_words import VisualWords
from visearch_desktop.methods.local_features.visual_word_rows import TERM, to_signature


class OnVisualWords(ByteDescriptor):
    """Takes the rows of ``visual_words``; gives rows of bytes that an index of its own compares. Learns nothing itself.

    Args:
        base: the visual words; untrained unless given.
    """

    source = Source.BASE
    base: Descriptor

    def __init__(self, base: Descriptor | None = None) -> None:
        self.base = VisualWords() if base is None else base
        self.working_px = self.base.working_px

    @property
    def parameters(self) -> Mapping[str, object]:
        """The words' key; those with numbers of their own add them."""
        return {"base": self.base.key}

    def with_base(self, base: Descriptor) -> Self:
        """A copy on other words."""
        return type(self)(base)


def terms(words: NDArray[np.integer[Any]], weights: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """A bag of words as bytes: each word once, ascending, with the sum of its weights.

    Args:
        words: (N,) numbers of words, in any order.
        weights: (N,) of each.
    """
    kinds, place = np.unique(words, return_inverse=True)
    rows = np.zeros(len(kinds), dtype=TERM)
    rows["word"] = kinds
    rows["weight"] = np.bincount(place, weights, len(kinds))
    return to_signature(rows)

"""Exact search by the number of bits in which two hashes differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import Similarities


@register(
    name="exact_hamming",
    kind="index",
    source="R. W. Hamming: Error Detecting and Error Correcting Codes, Bell System Technical Journal 1950",
    title="Exact, Hamming",
    summary="Compares the query's hash with that of every photo by the bits in which they differ.",
)
class ExactHammingIndex(ExactIndex):
    """Hashes of D bytes, uint8; their similarity is 1 for the same bits, 0 for half of them, −1 for none."""

    dtype = np.uint8

    def compare(self, query: NDArray[Any], signatures: NDArray[Any]) -> Similarities:
        """(N,) 1 − 2 · distance / bits of a (D,) query with (N, D) hashes."""
        differing = np.bitwise_count(signatures ^ query.astype(np.uint8)).sum(axis=1, dtype=np.int64)
        return np.asarray(1.0 - 2.0 * differing / (8 * self.dimension), np.float32)

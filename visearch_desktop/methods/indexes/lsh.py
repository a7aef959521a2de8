"""Locality-sensitive hashing: the sides of random hyperplanes on which a vector lies, as bits.

Charikar, "Similarity estimation techniques from rounding algorithms", STOC 2002. Planes are at right angles to each
other in groups, which tells angles with fewer bits: Ji, Li, Yan, Zhang, Tian, "Super-bit locality-sensitive hashing",
NIPS 2012.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vectors
from visearch_desktop.methods.indexes.faiss_index import FaissIndex, on_one_thread
from visearch_desktop.methods.indexes.index import Similarities

BITS = 1024
SQUARE = 256
"""Planes at right angles to each other, at most: making them so takes time that grows with the square."""
SEED = 7


@register(
    name="lsh",
    kind="approximate",
    source="Charikar, STOC 2002; Ji et al., NIPS 2012",
    title="Random hyperplanes",
    summary="Compares 1024 bits of a photo, each the side of a random plane it lies on; learns nothing.",
)
class LshIndex(FaissIndex):
    """Bits in memory, compared by Hamming distance; has nothing to learn. See :class:`FaissIndex`.

    A random plane parts two vectors with probability angle / π, so the share of bits that differ tells the angle.

    Args:
        dimension: D.
        bits: how many planes, a multiple of 8.
    """

    format = "lsh-1"

    def __init__(self, dimension: int, *, bits: int = BITS) -> None:
        self._bits = bits
        super().__init__(dimension, 0, {"bits": bits})

    def _trained_on(self, vectors: Vectors) -> Any:
        faiss = on_one_thread()
        planes = faiss.LinearTransform(vectors.shape[1], self._bits)
        faiss.copy_array_to_vector(random_planes(self._bits, vectors.shape[1]).ravel(), planes.A)
        planes.is_trained = True
        signs = faiss.IndexLSH(self._bits, self._bits, False, False)  # neither another rotation nor learned thresholds
        return faiss.IndexIDMap(faiss.IndexPreTransform(planes, signs))

    def _as_similarities(self, scores: Similarities) -> Similarities:
        return np.asarray(np.cos(scores * np.float32(np.pi / self._bits)), np.float32)


def random_planes(bits: int, dimension: int) -> Vectors:
    """(bits, D) unit normals of planes through the origin; each D of them in a row, or 256, are at right angles."""
    rng = np.random.default_rng(SEED)
    most = min(dimension, SQUARE)
    sizes = [min(most, bits - start) for start in range(0, bits, most)]
    normals = [np.linalg.qr(rng.standard_normal((dimension, size)))[0].T for size in sizes]
    return np.concatenate(normals).astype(np.float32)

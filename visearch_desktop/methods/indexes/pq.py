"""Product quantisation: each part of a vector is replaced by the nearest of 256 centres, one byte a part.

Jégou, Douze, Schmid, "Product quantization for nearest neighbor search", TPAMI 2011.
"""

from __future__ import annotations

from typing import Any

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vectors
from visearch_desktop.methods.indexes.faiss_index import TRAIN_AT, FaissIndex, on_one_thread

CODE_BYTES = 64
CENTRES = 256
ROUNDS = 8
"""Of k-means; 25 take three times as long for an error that is less by 1 %."""
SEED = 7


@register(
    name="pq",
    kind="approximate",
    source="Jégou, Douze and Schmid, TPAMI 2011",
    title="Product quantisation",
    summary="Keeps 64 bytes of a photo's vector, each the nearest of 256 centres; the smallest in memory.",
)
class PqIndex(FaissIndex):
    """Codes in memory, compared with the query itself (asymmetric distance). See :class:`FaissIndex`.

    A random rotation comes first, as in Jégou et al., CVPR 2010: whitened vectors have most of their energy in the
    first numbers, and each part has one byte whatever it carries. It also fills D up to a multiple of the parts.

    Args:
        dimension: D.
        code_bytes: parts of a vector, one byte each; D if that is less.
        train_at: how many vectors the centres are learned from, at least 256.
    """

    format = "pq-1"

    def __init__(self, dimension: int, *, code_bytes: int = CODE_BYTES, train_at: int = TRAIN_AT) -> None:
        if train_at < CENTRES:
            raise ValueError(f"{train_at} vectors do not teach {CENTRES} centres")
        self._parts = min(code_bytes, dimension)
        super().__init__(dimension, train_at, {"code_bytes": code_bytes, "train_at": train_at})

    def _trained_on(self, vectors: Vectors) -> Any:
        faiss = on_one_thread()
        filled = -(-self.dimension // self._parts) * self._parts
        rotation = faiss.RandomRotationMatrix(self.dimension, filled)
        rotation.init(SEED)
        quantised = faiss.IndexPQ(filled, self._parts, 8, faiss.METRIC_INNER_PRODUCT)
        quantised.pq.cp.niter = ROUNDS
        quantised.pq.cp.min_points_per_centroid = 1  # says so on the terminal otherwise
        rotated = faiss.IndexPreTransform(rotation, quantised)
        rotated.train(vectors)
        return faiss.IndexIDMap(rotated)

"""Inverted file of vectors: the query is compared with those in the cells nearest to it.

Sivic, Zisserman, "Video Google", ICCV 2003; for vectors: Jégou, Douze, Schmid, "Product quantization for nearest
neighbor search", TPAMI 2011, part IV.
"""

from __future__ import annotations

from typing import Any

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vectors
from visearch_desktop.methods.indexes.faiss_index import TRAIN_AT, FaissIndex, on_one_thread

CELLS = 256
PROBES = 64


@register(
    name="ivf",
    kind="approximate",
    source="Sivic and Zisserman, ICCV 2003; Jégou, Douze and Schmid, TPAMI 2011",
    title="Inverted file",
    summary="Sorts photos into 256 cells and compares the query with the nearest 64 of them; quick to build.",
)
class IvfIndex(FaissIndex):
    """Whole vectors in cells around centres found by spherical k-means. See :class:`FaissIndex`.

    Args:
        dimension: D.
        cells: how many.
        probes: cells a search looks into, at least; more where many neighbours are asked for.
        train_at: how many vectors the centres are learned from, at least one a cell.
    """

    format = "ivf-1"

    def __init__(self, dimension: int, *, cells: int = CELLS, probes: int = PROBES, train_at: int = TRAIN_AT) -> None:
        if train_at < cells:
            raise ValueError(f"{train_at} vectors do not teach {cells} cells")
        self._cells, self._probes = cells, probes
        super().__init__(dimension, train_at, {"cells": cells, "probes": probes, "train_at": train_at})

    def _trained_on(self, vectors: Vectors) -> Any:
        faiss = on_one_thread()
        coarse = faiss.IndexFlatIP(self.dimension)
        index = faiss.IndexIVFFlat(coarse, self.dimension, self._cells, faiss.METRIC_INNER_PRODUCT)
        index.cp.min_points_per_centroid = 1  # says so on the terminal otherwise
        index.cp.spherical = True
        index.train(vectors)
        return index

    def _search_parameters(self, k: int) -> Any:
        share = 2 * k / max(1, len(self._live))
        probes = min(self._cells, max(self._probes, int(share * self._cells) + 1))
        return on_one_thread().SearchParametersIVF(nprobe=probes)

"""Clustered unit vectors, and indexes of every kind filled with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from visearch_desktop.core.vectors import Vectors, normalise
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.hnsw import HnswIndex
from visearch_desktop.methods.indexes.index import ApproximateIndex
from visearch_desktop.methods.indexes.ivf import IvfIndex
from visearch_desktop.methods.indexes.lsh import LshIndex
from visearch_desktop.methods.indexes.pq import PqIndex

KEY = "gem@1/0123456789abcdef"

Build = Callable[[int], ApproximateIndex]

LEARNED = {
    "pq": partial(PqIndex, code_bytes=16, train_at=256),
    "ivf": partial(IvfIndex, cells=16, probes=6, train_at=256),
}
"""They learn from so few that tests can afford it."""
APPROXIMATE: dict[str, Build] = {
    "hnsw": HnswIndex,
    "lsh": LshIndex,
    "pq before learning": PqIndex,
    "ivf before learning": IvfIndex,
    **LEARNED,
}
KINDS: dict[str, Callable[[int], ApproximateIndex | ExactIndex]] = {"exact": ExactIndex, **APPROXIMATE}


def clustered(count: int, dimension: int = 32, seed: int = 0) -> Vectors:
    """Unit rows around a tenth as many centres."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(max(1, count // 10), dimension))
    return normalise(centres[rng.integers(0, len(centres), count)] + 0.5 * rng.normal(size=(count, dimension)))


def filled(
    build: Callable[[int], ApproximateIndex | ExactIndex], vectors: Vectors, first: int = 100
) -> ApproximateIndex:
    """With ids from ``first`` on."""
    index = build(vectors.shape[1])
    index.add(vectors, np.arange(len(vectors)) + first)
    return index  # type: ignore[return-value]

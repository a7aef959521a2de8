"""Exact search: every vector is compared, by one matrix product; 100,000 of 256 numbers take about 3 ms."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, Vectors, similarities
from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first

LEAST_ROOM = 1024
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class _State:
    """The first ``count`` rows are filled; rows are written only beyond it, so a reader of an old state is safe."""

    vectors: Vectors
    ids: Ids
    count: int


@register(
    name="exact",
    kind="index",
    source="brute force",
    title="Exact",
    summary="Compares the query with every photo; nothing is missed.",
)
class ExactIndex:
    """Vectors in memory, float32; may be searched by any thread while another one changes it.

    Args:
        dimension: D.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._changing = threading.Lock()
        self._state = _State(np.empty((0, dimension), np.float32), np.empty(0, np.int64), 0)
        self._order = (self._state, np.empty(0, np.int64), np.empty(0, np.intp))

    def __len__(self) -> int:
        return self._state.count

    def ids(self) -> Ids:
        """(N,) ascending."""
        ascending, _ = self._by_id(self._state)
        return ascending

    def add(self, vectors: Vectors, ids: Ids) -> None:
        """Add (N, D) unit rows under (N,) new ids. Raises: ValueError: an id is there already, or D differs."""
        ids = np.asarray(ids, np.int64)
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"{vectors.shape} is not ({len(ids)}, {self.dimension})")
        with self._changing:
            state = self._state
            if len(np.unique(ids)) != len(ids) or np.isin(ids, state.ids[: state.count]).any():
                raise ValueError("an id is added twice")
            state = _with_room(state, state.count + len(ids))
            end = state.count + len(ids)
            state.vectors[state.count : end] = vectors
            state.ids[state.count : end] = ids
            self._state = _State(state.vectors, state.ids, end)

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        with self._changing:
            state = self._state
            keep = ~np.isin(state.ids[: state.count], ids)
            if keep.all():
                return
            kept = state.ids[: state.count][keep]
            self._state = _State(state.vectors[: state.count][keep], kept, len(kept))

    def search(self, query: Vector, k: int) -> tuple[Ids, Similarities]:
        """The k most alike, exactly; 0 or less is all."""
        state = self._state
        return best_first(similarities(query, state.vectors[: state.count]), state.ids[: state.count], k)

    def similarities_of(self, query: Vector, ids: Ids) -> tuple[Ids, Similarities]:
        """Of those ids that are in it: themselves and their exact similarities to a (D,) query, in no special order."""
        state = self._state
        rows = self._rows(state, ids)
        rows = rows[rows >= 0]
        return state.ids[rows], similarities(query, state.vectors[rows])

    def rows(self, ids: Ids) -> Vectors:
        """(N, D) the vectors of (N,) ids, in their order. Raises: KeyError: an id is not in it."""
        state = self._state
        rows = self._rows(state, ids)
        if (rows < 0).any():
            raise KeyError("an id is not in the index")
        return np.asarray(state.vectors[rows])

    def sample(self, most: int) -> Vectors:
        """(M, D) an even sample, M <= most: every so manieth by ascending id."""
        state = self._state
        _, order = self._by_id(state)
        return np.asarray(state.vectors[order[:: max(1, -(-len(order) // most))]])

    def _rows(self, state: _State, ids: Ids) -> NDArray[np.intp]:
        """(N,) the row of each id, -1 where it is not in the index."""
        ascending, order = self._by_id(state)
        if not len(order):
            return np.full(len(ids), -1, np.intp)
        places = np.minimum(np.searchsorted(ascending, ids), len(order) - 1)
        return np.where(ascending[places] == ids, order[places], -1)

    def _by_id(self, state: _State) -> tuple[Ids, NDArray[np.intp]]:
        """The ids in ascending order, and their rows; sorted once for each state."""
        known, ascending, order = self._order
        if known is not state:
            order = np.argsort(state.ids[: state.count])
            ascending = state.ids[order]
            self._order = (state, ascending, order)
        return ascending, order


def _with_room(state: _State, count: int) -> _State:
    if count <= len(state.ids):
        return state
    room = max(LEAST_ROOM, count, int(len(state.ids) * GROWTH))
    vectors = np.empty((room, state.vectors.shape[1]), np.float32)
    ids = np.empty(room, np.int64)
    vectors[: state.count], ids[: state.count] = state.vectors[: state.count], state.ids[: state.count]
    return _State(vectors, ids, state.count)

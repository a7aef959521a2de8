"""Exact search: every signature is compared. Vectors by one matrix product: 100,000 of 256 numbers take about 3 ms.

Other measures of likeness are subclasses in files of their own.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import similarities
from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first

LEAST_ROOM = 1024
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class _State:
    """The first ``count`` rows are filled; rows are written only beyond it, so a reader of an old state is safe."""

    signatures: NDArray[Any]
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
    """Signatures of one length in memory; may be searched by any thread while another one changes it.

    This one compares unit vectors by their dot product. A subclass that compares by something else overrides
    :meth:`compare`, and :attr:`dtype` where its signatures are not float32.

    Args:
        dimension: D, the length of a signature.
    """

    dtype: ClassVar[DTypeLike] = np.float32

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._changing = threading.Lock()
        self._state = _State(np.empty((0, dimension), self.dtype), np.empty(0, np.int64), 0)
        self._order = (self._state, np.empty(0, np.int64), np.empty(0, np.intp))

    def __len__(self) -> int:
        return self._state.count

    def ids(self) -> Ids:
        """(N,) ascending."""
        ascending, _ = self._by_id(self._state)
        return ascending

    def compare(self, query: NDArray[Any], signatures: NDArray[Any]) -> Similarities:
        """(N,) similarities of a (D,) query, which is not all zero, with (N, D) signatures."""
        return similarities(query, signatures)

    def add(self, signatures: NDArray[Any] | Sequence[NDArray[Any]], ids: Ids) -> None:
        """Add N signatures of length D under (N,) new ids.

        Raises:
            ValueError: an id is there already, or D differs.
        """
        ids = np.asarray(ids, np.int64)
        if not len(ids):
            return
        rows = np.asarray(signatures, self.dtype)
        if rows.shape != (len(ids), self.dimension):
            raise ValueError(f"{rows.shape} is not ({len(ids)}, {self.dimension})")
        with self._changing:
            state = self._state
            if len(np.unique(ids)) != len(ids) or np.isin(ids, state.ids[: state.count]).any():
                raise ValueError("an id is added twice")
            state = _with_room(state, state.count + len(ids))
            end = state.count + len(ids)
            state.signatures[state.count : end] = rows
            state.ids[state.count : end] = ids
            self._state = _State(state.signatures, state.ids, end)

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        with self._changing:
            state = self._state
            keep = ~np.isin(state.ids[: state.count], ids)
            if keep.all():
                return
            kept = state.ids[: state.count][keep]
            self._state = _State(state.signatures[: state.count][keep], kept, len(kept))

    def search(self, query: NDArray[Any], k: int) -> tuple[Ids, Similarities]:
        """The k most alike, exactly; 0 or less is all. To an empty or all-zero query all have a similarity of 0."""
        ids, signatures = self._filled()
        return best_first(self._compared(query, signatures), ids, k)

    def similarities_of(self, query: NDArray[Any], ids: Ids) -> tuple[Ids, Similarities]:
        """Of those ids that are in it: themselves and their exact similarities to a (D,) query, in no special order."""
        state = self._state
        rows = self._rows(state, ids)
        rows = rows[rows >= 0]
        return state.ids[rows], self._compared(query, state.signatures[rows])

    def rows(self, ids: Ids) -> NDArray[Any]:
        """(N, D) the signatures of (N,) ids, in their order. Raises: KeyError: an id is not in it."""
        state = self._state
        rows = self._rows(state, ids)
        if (rows < 0).any():
            raise KeyError("an id is not in the index")
        return np.asarray(state.signatures[rows])

    def sample(self, most: int) -> NDArray[Any]:
        """(M, D) an even sample, M <= most: every so manieth by ascending id."""
        state = self._state
        _, order = self._by_id(state)
        return np.asarray(state.signatures[order[:: max(1, -(-len(order) // most))]])

    def _filled(self) -> tuple[Ids, NDArray[Any]]:
        """(N,) ids and their (N, D) signatures, as they were added; neither changes while they are in use."""
        state = self._state
        return state.ids[: state.count], state.signatures[: state.count]

    def _compared(self, query: NDArray[Any], signatures: NDArray[Any]) -> Similarities:
        return self.compare(query, signatures) if query.any() else np.zeros(len(signatures), np.float32)

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
    signatures = np.empty((room, state.signatures.shape[1]), state.signatures.dtype)
    ids = np.empty(room, np.int64)
    signatures[: state.count], ids[: state.count] = state.signatures[: state.count], state.ids[: state.count]
    return _State(signatures, ids, state.count)

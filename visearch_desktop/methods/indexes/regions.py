"""Several 8-bit vectors a photo, of which the best one counts: exact, as fast as memory gives the numbers.

The comparing is done by faiss (Douze et al., "The Faiss library", arXiv:2401.08281, 2024), on the 8-bit numbers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.usual import Usual, usual_of
from visearch_desktop.core.vectors import Vector

OFFSET = 128  # faiss keeps -128…127 as 0…255
PER_PHOTO = 4
"""So many regions are asked for a wanted photo at first: those of one photo that are alike come together."""

SAMPLE = 500
"""Photos that say what is usual."""

Answer = tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]


class RegionIndex:
    """Rows of photos in memory; may be used by several threads.

    Args:
        regions: R of every photo.
        dimension: d.
        steps: how many of the numbers make 1.
    """

    def __init__(self, regions: int, dimension: int, steps: float) -> None:
        import faiss

        self.regions, self.dimension, self._steps = regions, dimension, steps
        self._index: Any = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        self._ids = np.zeros(0, np.int64)
        self._sample: NDArray[np.float32] | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> NDArray[np.int64]:
        """(N,) of all photos, in the order they came."""
        return self._ids.copy()

    def add(self, rows: NDArray[np.int8], ids: Sequence[int]) -> None:
        """Photos that are there already are replaced.

        Args:
            rows: (N, R, d).
            ids: N photos, each once.

        Raises:
            ValueError: the shapes do not fit.
        """
        given = np.asarray(ids, dtype=np.int64)
        if rows.shape != (len(given), self.regions, self.dimension):
            raise ValueError(f"{len(given)} photos of {self.regions} × {self.dimension} numbers, not {rows.shape}")
        if not len(given):
            return
        flat = rows.reshape(-1, self.dimension).astype(np.int16) + OFFSET
        with self._lock:
            self._remove(given)
            self._sample = None
            self._index.add_sa_codes(np.ascontiguousarray(flat.astype(np.uint8)))
            self._ids = np.concatenate([self._ids, given])

    def remove(self, ids: Sequence[int]) -> None:
        """Photos that are not there are passed over."""
        with self._lock:
            self._remove(np.asarray(ids, dtype=np.int64))

    def search(self, query: Vector, k: int) -> Answer:
        """Photos whose best region is most like the query, best first; equal ones by ascending id.

        Args:
            query: (d,) unit vector; all zero is like nothing.
            k: how many photos; 0 or less is all.
        Returns:
            Ids, similarities and the number of the best region in the grid, (k,) each.
        """
        with self._lock:
            count = len(self._ids)
            k = min(k, count) if k > 0 else count
            if not k:
                return np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64)
            rounded, step = _rounded(query)
            asked = min(k * PER_PHOTO, self._index.ntotal)
            while True:
                scores, found = self._index.search(rounded[None], asked)
                places, first = np.unique(found[0] // self.regions, return_index=True)
                if len(places) >= k:
                    break
                asked = min(asked * PER_PHOTO, self._index.ntotal)
            similarities, ids = scores[0, first] * np.float32(step / self._steps), self._ids[places]
            order = np.lexsort((ids, -similarities))[:k]
            return ids[order], similarities[order].astype(np.float32), found[0, first][order] % self.regions

    def region(self, photo_id: int, number: int) -> Vector:
        """(d,) one region of one photo, nearly of unit length.

        Raises:
            KeyError: there is no such photo.
        """
        with self._lock:
            places = np.flatnonzero(self._ids == photo_id)
            if not len(places):
                raise KeyError(photo_id)
            row: Vector = self._index.reconstruct(int(places[0]) * self.regions + number)
        return row / np.float32(self._steps)

    def usual(self, query: Vector) -> Usual:
        """Of the similarities that :meth:`search` gives, by an even sample of the photos."""
        with self._lock:
            if not len(self._ids):
                return Usual()
            if self._sample is None:
                self._sample = self._sampled()
            rows = self._sample
        rounded, step = _rounded(query)
        products = (rows.reshape(-1, self.dimension) @ rounded).reshape(-1, self.regions)
        return usual_of(products.max(axis=1) * step / self._steps)

    def _sampled(self) -> NDArray[np.float32]:
        """(M, R, d) of an even sample of the photos."""
        count = len(self._ids)
        places = np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64))
        return np.stack([self._index.reconstruct_n(int(place) * self.regions, self.regions) for place in places])

    def size_bytes(self) -> int:
        """Of memory."""
        return int(self._index.ntotal) * self.dimension + self._ids.nbytes

    def _remove(self, ids: NDArray[np.int64]) -> None:
        import faiss

        gone = np.isin(self._ids, ids)
        if not gone.any():
            return
        numbers = (np.flatnonzero(gone)[:, None] * self.regions + np.arange(self.regions)).reshape(-1)
        self._index.remove_ids(faiss.IDSelectorBatch(numbers.astype(np.int64)))
        self._ids = self._ids[~gone]
        self._sample = None


def _rounded(query: Vector) -> tuple[Vector, float]:
    """A query in whole numbers up to 127, and what one of them is worth.

    Where a processor multiplies 8-bit numbers, faiss rounds the query to whole numbers itself.
    """
    wanted = np.asarray(query, dtype=np.float32)
    step = float(np.abs(wanted).max(initial=0.0)) / 127 or 1.0
    return np.asarray(np.rint(wanted / step), dtype=np.float32), step

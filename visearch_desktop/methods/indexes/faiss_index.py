"""What the indexes made by faiss share: ids that come and go, training when there is enough, files under a manifest.

Douze et al., "The Faiss library", arXiv:2401.08281, 2024.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.core.vectors import Vector, Vectors
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first
from visearch_desktop.methods.indexes.manifest import Manifest

TRAIN_AT = 10_000
"""Vectors: 39 for each of 256 centres, the least that k-means of faiss is content with."""


class FaissIndex(ABC):
    """Unit vectors in memory under ids, saved under a manifest; may be used by several threads.

    With fewer than ``train_at`` vectors it compares the query with all of them. The first ``train_at`` that have been
    added are what it learns from, however they came: the same vectors in the same order give the same index.

    Args:
        dimension: D.
        train_at: how many vectors it learns from; 0 for an index that has nothing to learn.
        parameters: the keyword arguments of the constructor, kept with the files.
    """

    format: ClassVar[str]

    def __init__(self, dimension: int, train_at: int, parameters: dict[str, int]) -> None:
        self.dimension = dimension
        self._train_at, self._parameters = train_at, parameters
        self._lock = threading.Lock()
        self._live: set[int] = set()
        self._is_trained = train_at == 0
        self._index: Any = self._trained_on(np.empty((0, dimension), np.float32)) if self._is_trained else self._flat()

    @abstractmethod
    def _trained_on(self, vectors: Vectors) -> Any:
        """An empty faiss index, taught by (N, D) vectors, that takes ids of its own."""

    def _search_parameters(self, k: int) -> Any:
        """What faiss is told for a search for k once it is trained; None is nothing."""
        del k
        return None

    def _as_similarities(self, scores: Similarities) -> Similarities:
        """(N,) what a trained index scores, as cosines; those of inner product are."""
        return scores

    def __len__(self) -> int:
        return len(self._live)

    @property
    def dead_share(self) -> float:
        """0: what is removed is gone at once."""
        return 0.0

    @property
    def is_trained(self) -> bool:
        """Whether it has learned; until then it compares with everything."""
        return self._is_trained

    def ids(self) -> Ids:
        """(N,) ascending."""
        with self._lock:
            return np.array(sorted(self._live), np.int64)

    def add(self, vectors: Vectors, ids: Ids) -> None:
        """Add (N, D) unit rows under (N,) new ids. Raises: ValueError: an id is there already, or D differs."""
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"{vectors.shape} is not ({len(ids)}, {self.dimension})")
        rows, labels = np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64)
        fresh = set(map(int, labels))
        if not fresh:
            return
        with self._lock:
            if len(fresh) != len(labels) or fresh & self._live:
                raise ValueError("an id is added twice")
            on_one_thread()
            missing = 0 if self._is_trained else max(0, self._train_at - len(self._live))
            self._index.add_with_ids(rows[:missing], labels[:missing])
            if not self._is_trained and len(self._live) + len(fresh) >= self._train_at:
                self._learn()
            self._index.add_with_ids(rows[missing:], labels[missing:])
            self._live |= fresh

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        with self._lock:
            gone = set(map(int, ids)) & self._live
            if gone:
                on_one_thread()
                self._index.remove_ids(np.array(sorted(gone), np.int64))
                self._live -= gone

    def search(self, query: Vector, k: int) -> tuple[Ids, Similarities]:
        """At most k of the most alike. Raises: ValueError: ``k`` is not positive."""
        if k <= 0:
            raise ValueError("an approximate index does not rank everything")
        if not query.any():
            ids = self.ids()[:k]
            return ids, np.zeros(len(ids), np.float32)
        with self._lock:
            on_one_thread()
            k = min(k, len(self._live))
            if k == 0:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            how = self._search_parameters(k) if self._is_trained else None
            scores, labels = self._index.search(np.ascontiguousarray(query[None], np.float32), k, params=how)
        found = labels[0] >= 0
        similar = scores[0][found]
        similar = self._as_similarities(similar) if self._is_trained else similar
        return best_first(similar, labels[0][found], k)

    def save(self, path: Path, key: str) -> None:
        """Write under a manifest at ``path`` (``.json``), replacing what was there as a whole.

        Args:
            path: of the manifest.
            key: of the descriptor whose vectors these are.
        """
        with self._lock:
            live = np.array(sorted(self._live), "<i8")
            whole = on_one_thread().serialize_index(self._index)
            facts = {"dimension": self.dimension, "trained": self._is_trained, "parameters": self._parameters}
            manifest.write(
                path,
                Manifest(self.format, key, len(live), facts),
                {
                    "faiss": lambda file: _write(file, whole.tobytes()),
                    "ids": lambda file: _write(file, live.tobytes()),
                },
            )

    @classmethod
    def load(cls, path: Path, key: str, dimension: int) -> Self:
        """The index that :meth:`save` wrote.

        Raises:
            FileNotFoundError: none has been written.
            IndexDamagedError: anything about it is off, or it is of another descriptor.
        """
        found, files = manifest.read(path, cls.format)
        if found.key != key or found.facts.get("dimension") != dimension:
            raise IndexDamagedError(path, "it belongs to another descriptor")
        try:
            index = cls(dimension, **found.facts["parameters"])
            live = np.frombuffer(files["ids"].read_bytes(), "<i8")
            whole = np.frombuffer(files["faiss"].read_bytes(), np.uint8)
            index._index = on_one_thread().deserialize_index(whole)  # not by path: faiss opens no “ü” on Windows
            index._is_trained = bool(found.facts["trained"])
        except (RuntimeError, ValueError, KeyError, TypeError, OSError) as error:
            raise IndexDamagedError(path, "its files cannot be read") from error
        index._live = set(map(int, live))
        if index._index.d != dimension or not len(index._live) == index._index.ntotal == found.count:
            raise IndexDamagedError(path, "its count is wrong")
        return index

    def _flat(self) -> Any:
        faiss = on_one_thread()
        return faiss.IndexIDMap(faiss.IndexFlatIP(self.dimension))

    def _learn(self) -> None:
        """Put what has come so far into a trained index."""
        faiss = on_one_thread()
        labels = faiss.vector_to_array(self._index.id_map)
        rows = faiss.downcast_index(self._index.index).reconstruct_n(0, len(labels))
        self._index = self._trained_on(rows)
        self._index.add_with_ids(rows, labels)
        self._is_trained = True


def on_one_thread() -> Any:
    """The faiss module, which uses one thread for whatever the calling thread asks next: sums then have one order."""
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)

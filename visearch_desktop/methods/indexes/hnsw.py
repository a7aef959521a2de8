"""Approximate search in a navigable small-world graph, for libraries where comparing with every photo takes too long.

Malkov, Yashunin, "Efficient and robust approximate nearest neighbor search using hierarchical navigable small world
graphs", TPAMI 2020.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, Vectors
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first
from visearch_desktop.methods.indexes.manifest import Manifest

FORMAT = "hnsw-1"
SEED = 7
LEAST_ROOM = 1024
GROWTH = 1.5


@register(
    name="hnsw",
    kind="approximate",
    source="arXiv:1603.09320",
    title="Graph",
    summary="Follows a graph of neighbours instead of comparing every photo; for very large libraries.",
)
class HnswIndex:
    """A graph in memory, saved under a manifest; may be used by several threads.

    Built by one thread with a fixed seed: the same vectors in the same order give the same graph.

    Args:
        dimension: D.
        neighbours: edges of a node (M).
        build_effort: candidates looked at when a node is added (ef_construction).
        search_effort: candidates looked at by a search, at least (ef).
    """

    def __init__(
        self, dimension: int, *, neighbours: int = 16, build_effort: int = 200, search_effort: int = 400
    ) -> None:
        self.dimension = dimension
        self._parameters = {"neighbours": neighbours, "build_effort": build_effort}
        self._search_effort = search_effort
        self._lock = threading.Lock()
        self._live: set[int] = set()
        self._dead: set[int] = set()
        self._graph: Any = self._new_graph()
        self._graph.init_index(
            max_elements=LEAST_ROOM, M=neighbours, ef_construction=build_effort, random_seed=SEED,
            allow_replace_deleted=False,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._live)

    @property
    def dead_share(self) -> float:
        """Which part of the graph is removed nodes; they cost time until it is built again."""
        with self._lock:
            return len(self._dead) / max(1, len(self._live) + len(self._dead))

    def ids(self) -> Ids:
        """(N,) ascending."""
        with self._lock:
            return np.array(sorted(self._live), np.int64)

    def add(self, vectors: Vectors, ids: Ids) -> None:
        """Add (N, D) unit rows under (N,) new ids. Raises: ValueError: an id is there already, or D differs."""
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"{vectors.shape} is not ({len(ids)}, {self.dimension})")
        fresh = set(map(int, ids))
        if not fresh:
            return
        with self._lock:
            if len(fresh) != len(ids) or fresh & self._live:
                raise ValueError("an id is added twice")
            needed = self._graph.get_current_count() + len(ids)
            if needed > self._graph.get_max_elements():
                self._graph.resize_index(max(needed, int(self._graph.get_max_elements() * GROWTH)))
            for photo_id in fresh & self._dead:
                self._graph.unmark_deleted(photo_id)  # hnswlib updates live nodes only
            self._graph.add_items(vectors, ids, num_threads=1)
            self._live |= fresh
            self._dead -= fresh

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        with self._lock:
            for photo_id in set(map(int, ids)) & self._live:
                self._graph.mark_deleted(photo_id)
                self._live.discard(photo_id)
                self._dead.add(photo_id)

    def search(self, query: Vector, k: int) -> tuple[Ids, Similarities]:
        """At most k of the most alike. Raises: ValueError: ``k`` is not positive."""
        if k <= 0:
            raise ValueError("a graph does not rank everything")
        with self._lock:
            k = min(k, len(self._live))
            labels, distances = np.empty((1, 0), np.uint64), np.empty((1, 0), np.float32)
            while k > 0:
                self._graph.set_ef(max(self._search_effort, 2 * k))
                try:
                    labels, distances = self._graph.knn_query(query[None], k=k, num_threads=1)
                    break
                except RuntimeError:  # the graph reaches fewer than k nodes from its entry
                    k //= 2
        return best_first((1.0 - distances[0]).astype(np.float32), labels[0].astype(np.int64), k)

    def save(self, path: Path, key: str) -> None:
        """Write under a manifest at ``path`` (``.json``), replacing what was there as a whole.

        Args:
            path: of the manifest.
            key: of the descriptor whose vectors these are.
        """
        with self._lock:
            live = np.array(sorted(self._live), "<i8")
            facts = {"dimension": self.dimension, **self._parameters}
            manifest.write(
                path,
                Manifest(FORMAT, key, len(live), facts),
                {
                    "graph": lambda file: self._graph.save_index(str(file)),
                    "ids": lambda file: _write(file, live.tobytes()),
                },
            )

    @classmethod
    def load(cls, path: Path, key: str, dimension: int) -> HnswIndex:
        """The index that :meth:`save` wrote.

        Raises:
            FileNotFoundError: none has been written.
            IndexDamagedError: anything about it is off, or it is of another descriptor.
        """
        found, files = manifest.read(path, FORMAT)
        if found.key != key or found.facts.get("dimension") != dimension:
            raise IndexDamagedError(path, "it belongs to another descriptor")
        try:
            live = np.frombuffer(files["ids"].read_bytes(), "<i8")
            index = cls(dimension, neighbours=found.facts["neighbours"], build_effort=found.facts["build_effort"])
            index._graph = index._new_graph()
            index._graph.load_index(str(files["graph"]), max_elements=max(LEAST_ROOM, int(len(live) * GROWTH)))
        except (RuntimeError, ValueError, KeyError, OSError) as error:
            raise IndexDamagedError(path, "its files cannot be read") from error
        index._live = set(map(int, live))
        index._dead = set(index._graph.get_ids_list()) - index._live
        if len(index._live) != found.count or index._graph.get_current_count() != found.count + len(index._dead):
            raise IndexDamagedError(path, "its count is wrong")
        return index

    def _new_graph(self) -> Any:
        import hnswlib

        return hnswlib.Index(space="ip", dim=self.dimension)


def _write(file: Path, data: bytes) -> None:
    file.write_bytes(data)

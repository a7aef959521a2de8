"""The photos of a library under one descriptor, in memory, kept in step with the catalogue."""

from __future__ import annotations

import hashlib
import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import features, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.core.vectors import Vector, Vectors, normalise, similarities
from visearch_desktop.library.control import Control
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.hnsw import HnswIndex
from visearch_desktop.methods.indexes.index import best_first
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures

log = logging.getLogger(__name__)

EXACT_UP_TO = 200_000
"""Photos; comparing with all of them takes about 10 ms at 256 numbers a photo (``tests/benchmarks/neighbours.py``)."""

RESCORED = 4
LEAST_RESCORED = 400
BACKGROUND = 1000
BATCH = 2048
MOST_DEAD = 0.2
RECALL_QUERIES = 200


@dataclass(frozen=True, slots=True)
class IndexRecall:
    """What searching by an index finds of what exact search finds.

    Attributes:
        index: the name of the method.
        at: among so many nearest photos.
        queries: photos that were searched for; 0 where nothing is indexed.
        recall: mean share, 0…1.
    """

    index: str
    at: int
    queries: int
    recall: float


class LibraryGallery:
    """What searching needs of the library, under one descriptor key; may be used by any thread.

    Small libraries are searched exactly. Above ``exact_up_to`` photos a graph proposes candidates, which are scored
    again exactly; while the graph is missing or damaged, the search is exact.

    Args:
        key: of the descriptor.
        folder: where the graph's files lie.
        exact_up_to: number of photos.
    """

    def __init__(
        self, catalogue: Catalogue, key: str, extractor: LocalFeatureExtractor, folder: Path, exact_up_to: int
    ) -> None:
        self._catalogue, self._extractor = catalogue, extractor
        self.key = key
        self._path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
        self._exact_up_to = exact_up_to
        self._changing = threading.Lock()
        self._stamp = -1
        self._exact: ExactIndex | None = None
        self._graph: HnswIndex | None = None
        self._background: Vectors = np.empty((0, 0), np.float32)

    # --- what the search pipeline asks ---------------------------------------------------------------------------

    def size(self) -> int:
        """How many photos can be found."""
        return 0 if self._exact is None else len(self._exact)

    def nearest(self, vector: Vector, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """See :class:`visearch_desktop.search.gallery.Gallery`."""
        exact, graph = self._exact, self._graph
        if exact is None:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if graph is None or k <= 0 or not vector.any():
            return exact.search(vector, k)
        proposed, _ = graph.search(vector, max(LEAST_RESCORED, RESCORED * k))
        ids, similar = exact.similarities_of(vector, proposed)
        return best_first(similar, ids, k) if len(ids) >= min(k, len(exact)) else exact.search(vector, k)

    def background(self, vector: Vector) -> NDArray[np.float32]:
        """See :class:`visearch_desktop.search.gallery.Gallery`."""
        sample = self._background
        return similarities(vector, sample) if len(sample) else np.empty(0, np.float32)

    def features(self, photo_id: int) -> LocalFeatures | None:
        """Stored local features; None where the closer look has not come to the photo yet."""
        packed = features.get(self._catalogue, self._extractor.key, photo_id)
        return None if packed is None else self._extractor.unpack(packed)

    def vector(self, photo_id: int) -> Vector | None:
        """A photo's stored vector as unit float32 (D,); None where it has none."""
        blob = vectors.get(self._catalogue, self.key, photo_id)
        return None if blob is None else normalise(np.frombuffer(blob, "<f2"))

    # --- keeping in step -----------------------------------------------------------------------------------------

    def refresh(self, stamp: int) -> None:
        """Take in what changed in the catalogue.

        Args:
            stamp: a number that is another one whenever the catalogue may have changed; for one already seen nothing
                is done.
        """
        with self._changing:
            if stamp == self._stamp:
                return
            if self._exact is None:
                self._load()
            else:
                self._follow(self._exact)
            self._stamp = stamp

    def _load(self) -> None:
        ids, stored = vectors.load(self._catalogue, self.key)
        if not len(ids):
            return
        exact = ExactIndex(stored.shape[1])
        for start in range(0, len(ids), BATCH):
            exact.add(normalise(stored[start : start + BATCH]), ids[start : start + BATCH])
        self._background = exact.sample(BACKGROUND)
        self._exact = exact

    def _follow(self, exact: ExactIndex) -> None:
        wanted = np.asarray(vectors.known(self._catalogue, self.key), np.int64)
        have = exact.ids()
        gone, new = np.setdiff1d(have, wanted), np.setdiff1d(wanted, have)
        exact.remove(gone)
        for start in range(0, len(new), BATCH):
            blobs = vectors.get_many(self._catalogue, self.key, new[start : start + BATCH].tolist())
            rows = normalise(np.stack([np.frombuffer(blob, "<f2") for blob in blobs.values()]))
            exact.add(rows, np.fromiter(blobs, np.int64, len(blobs)))
        if len(gone) or len(new):
            self._background = exact.sample(BACKGROUND)
            if self._graph is not None:
                self._graph.remove(gone)
                self._add_to_graph(self._graph, exact, new, Control())

    # --- the graph -----------------------------------------------------------------------------------------------

    @property
    def wants_graph(self) -> bool:
        """Whether there are so many photos that comparing with all of them is too slow."""
        return self.size() > self._exact_up_to

    def open_graph(self) -> str:
        """Load the graph's files if a graph is wanted and they are sound; a sentence if they were not, else ""."""
        with self._changing:
            if self._exact is None or not self.wants_graph or self._graph is not None:
                return ""
            try:
                self._graph = self._in_step(HnswIndex.load(self._path, self.key, self._exact.dimension), self._exact)
            except FileNotFoundError:
                return ""
            except IndexDamagedError as error:
                log.warning("%s", error)
                manifest.delete(self._path)
                return sentence(error)
            return ""

    def build_graph(self, control: Control) -> None:
        """Bring the graph up to date and write it, if one is wanted; drop it if not.

        Raises:
            Cancelled: the files are as they were.
        """
        if self._exact is None or not self.wants_graph:
            self._graph = None
            manifest.delete(self._path)
            return
        exact, graph = self._exact, self._graph
        if graph is None or graph.dead_share > MOST_DEAD:
            graph = HnswIndex(exact.dimension)
            self._add_to_graph(graph, exact, exact.ids(), control)
        with self._changing:
            self._graph = self._in_step(graph, exact)
            self._graph.save(self._path, self.key)

    def recall(self, at: int) -> IndexRecall:
        """How many of the ``at`` nearest photos a search finds, with photos of the library as queries."""
        exact = self._exact
        if exact is None:
            return IndexRecall("exact", at, 0, 1.0)
        ids = exact.ids()
        chosen = np.random.default_rng(0).choice(ids, min(RECALL_QUERIES, len(ids)), replace=False)
        shares = []
        for vector in exact.rows(chosen):
            wanted, _ = exact.search(vector, at)
            found, _ = self.nearest(vector, at)
            shares.append(len(np.intersect1d(wanted, found)) / len(wanted))
        return IndexRecall("exact" if self._graph is None else "hnsw", at, len(chosen), float(np.mean(shares)))

    def _in_step(self, graph: HnswIndex, exact: ExactIndex) -> HnswIndex:
        have, wanted = graph.ids(), exact.ids()
        graph.remove(np.setdiff1d(have, wanted))
        self._add_to_graph(graph, exact, np.setdiff1d(wanted, have), Control())
        return graph

    def _add_to_graph(self, graph: HnswIndex, exact: ExactIndex, ids: NDArray[np.int64], control: Control) -> None:
        for start in range(0, len(ids), BATCH // 8):
            control.check()
            chosen = ids[start : start + BATCH // 8]
            graph.add(exact.rows(chosen), chosen)

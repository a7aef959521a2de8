"""The photos of a library under one descriptor, in memory, kept in step with the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import features, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.vectors import Vectors, normalise, similarities
from visearch_desktop.library.control import Control
from visearch_desktop.library.stand_in import StandIn
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Signature
from visearch_desktop.methods.indexes.build import EXACT, build_index
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import Index, best_first
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.search.gallery import Neighbours

RESCORED = 4
LEAST_RESCORED = 400
BACKGROUND = 1000
BATCH = 2048
RECALL_QUERIES = 200
NOTHING = Neighbours(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))


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
    """What searching needs of the library, under one descriptor; may be used by any thread.

    Signatures are compared by the descriptor's own index. Where these are vectors an approximate index may stand in: it
    proposes candidates, which are scored again exactly; while it is missing or damaged, the search is exact.

    Args:
        descriptor: ready.
        extractor: of the local features that are verified.
        stand_in: the approximate index, in which case it is for vectors; None for none.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        descriptor: Descriptor,
        extractor: LocalFeatureExtractor,
        stand_in: StandIn | None = None,
    ) -> None:
        self._catalogue, self._descriptor, self._extractor = catalogue, descriptor, extractor
        self.key = descriptor.key
        self._changing = threading.Lock()
        self._stamp = -1
        self._index: Index | None = None
        self._stand_in = stand_in
        self._background: Vectors = np.empty((0, 0), np.float32)

    # --- what the search pipeline asks ---------------------------------------------------------------------------

    def size(self) -> int:
        """How many photos can be found."""
        return 0 if self._index is None else len(self._index)

    def nearest(self, signature: Signature, k: int) -> Neighbours:
        """See :class:`visearch_desktop.search.gallery.Gallery`."""
        index, exact, sample = self._index, self._exact, self._background
        if index is None:
            return NOTHING
        if exact is None:
            ids, similar = index.search(signature, 0)
            by_id = np.argsort(ids)[:: max(1, -(-len(ids) // BACKGROUND))]
            return Neighbours(ids[:k] if k > 0 else ids, similar[:k] if k > 0 else similar, similar[by_id])
        return Neighbours(*self._nearest_vectors(exact, signature, k), similarities(signature, sample))

    @property
    def _exact(self) -> ExactIndex | None:
        """The index, where it is the dot product of vectors."""
        index = self._index
        return index if isinstance(index, ExactIndex) and self._descriptor.index == EXACT else None

    def _nearest_vectors(
        self, exact: ExactIndex, vector: Signature, k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if self._stand_in is None or not self._stand_in.is_there or k <= 0 or not vector.any():
            return exact.search(vector, k)
        proposed = self._stand_in.propose(vector, max(LEAST_RESCORED, RESCORED * k))
        ids, similar = exact.similarities_of(vector, proposed)
        return best_first(similar, ids, k) if len(ids) >= min(k, len(exact)) else exact.search(vector, k)

    def similarity(self, signature: Signature, photo_id: int) -> float:
        """Of a query to one photo; 0 where the photo is not described."""
        found = self.nearest(signature, 0)
        places = np.flatnonzero(found.ids == photo_id)
        return float(found.similarities[places[0]]) if len(places) else 0.0

    def features(self, photo_id: int) -> LocalFeatures | None:
        """Stored local features; None where the closer look has not come to the photo yet."""
        packed = features.get(self._catalogue, self._extractor.key, photo_id)
        return None if packed is None else self._extractor.unpack(packed)

    def signature(self, photo_id: int) -> Signature | None:
        """A photo's stored signature; None where it has none."""
        blob = vectors.get(self._catalogue, self.key, photo_id)
        return None if blob is None else self._descriptor.unpack(blob)

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
            if self._index is None:
                self._load()
            else:
                self._follow(self._index)
            self._stamp = stamp

    def _load(self) -> None:
        ids, blobs = vectors.load(self._catalogue, self.key)
        if not len(ids):
            return
        dimension = len(self._descriptor.unpack(blobs[0]))
        index = build_index(self._descriptor.index, dimension, self._descriptor.index_options)
        for start in range(0, len(ids), BATCH):
            index.add(self._unpacked(blobs[start : start + BATCH]), ids[start : start + BATCH])
        self._index = index
        self._sample()

    def _follow(self, index: Index) -> None:
        wanted = np.asarray(vectors.known(self._catalogue, self.key), np.int64)
        have = index.ids()
        gone, new = np.setdiff1d(have, wanted), np.setdiff1d(wanted, have)
        index.remove(gone)
        for start in range(0, len(new), BATCH):
            blobs = vectors.get_many(self._catalogue, self.key, new[start : start + BATCH].tolist())
            index.add(self._unpacked(list(blobs.values())), np.fromiter(blobs, np.int64, len(blobs)))
        if len(gone) or len(new):
            self._sample()
            if self._stand_in is not None and self._exact is not None:
                self._stand_in.follow(self._exact)

    def _unpacked(self, blobs: Sequence[bytes]) -> Vectors | Sequence[Signature]:
        if self._descriptor.index != EXACT:
            return [self._descriptor.unpack(blob) for blob in blobs]
        return normalise(np.frombuffer(b"".join(blobs), "<f2").reshape(len(blobs), -1))

    def _sample(self) -> None:
        if self._exact is not None:
            self._background = self._exact.sample(BACKGROUND)

    def bytes_per_photo(self, *, verified: bool) -> float:
        """Mean size of what a search needs of a photo: its signature, and its share of an approximate index's files.

        Args:
            verified: whether its local features are needed as well.
        """
        details = features.mean_bytes(self._catalogue, self._extractor.key) if verified else 0.0
        index = self._stand_in.size_bytes / max(1, self.size()) if self._stand_in is not None else 0.0
        return vectors.mean_bytes(self._catalogue, self.key) + details + index

    # --- an approximate index in its stead -----------------------------------------------------------------------

    def open_stand_in(self) -> str:
        """Load the approximate index's files if it is wanted and they are sound; a sentence if they were not."""
        with self._changing:
            exact = self._exact
            return "" if self._stand_in is None or exact is None else self._stand_in.open(exact)

    def ensure_stand_in(self) -> None:
        """Build the approximate index, and write it, if it is not there yet."""
        with self._changing:
            exact = self._exact
            if self._stand_in is not None and not self._stand_in.is_there and exact is not None:
                self._stand_in.prepare(exact, Control())
                self._stand_in.save(exact)

    def build_stand_in(self, control: Control) -> None:
        """Bring the approximate index up to date and write it, if it is wanted; delete its files if not.

        Raises:
            Cancelled: the files are as they were.
        """
        exact = self._exact
        if self._stand_in is None:
            return
        if exact is not None and self._stand_in.is_wanted(exact):
            self._stand_in.prepare(exact, control)
            with self._changing:
                self._stand_in.save(exact)
        else:
            self._stand_in.delete()

    def recall(self, at: int) -> IndexRecall:
        """How many of the ``at`` nearest photos a search finds, with photos of the library as queries."""
        index = self._exact
        if index is None:
            return IndexRecall(self._descriptor.index, at, 0, 1.0)
        ids = index.ids()
        chosen = np.random.default_rng(0).choice(ids, min(RECALL_QUERIES, len(ids)), replace=False)
        shares = []
        for vector in index.rows(chosen):
            wanted, _ = index.search(vector, at)
            found, _ = self._nearest_vectors(index, vector, at)
            shares.append(len(np.intersect1d(wanted, found)) / len(wanted))
        name = self._stand_in.name if self._stand_in is not None and self._stand_in.is_there else EXACT
        return IndexRecall(name, at, len(chosen), float(np.mean(shares)))

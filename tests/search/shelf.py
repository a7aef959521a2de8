"""A gallery in memory, over photo files: what a library offers to a search, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from visearch_desktop.core.vectors import Vector
from visearch_desktop.methods.descriptors.rootsift_vlad import RootSiftVlad
from visearch_desktop.methods.indexes.local.details import PhotoDetails
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows
from visearch_desktop.methods.indexes.local.searching import Found
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.photos.decode import decode
from visearch_desktop.search.gallery import Neighbours


class Shelf:
    """Photos with the ids 1, 2, 3…, described by a VLAD that learned from them."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.extractor = RootSift()
        self.stored: dict[int, bytes] = {}
        for photo_id, path in enumerate(paths, start=1):
            photo = decode(path, self.extractor.working_px)
            self.stored[photo_id] = self.extractor.pack(self.extractor.extract(photo.pixels, photo.width, photo.height))
        everything = [self.extractor.unpack(blob) for blob in self.stored.values()]
        untrained = RootSiftVlad()
        self.descriptor = untrained.with_model(untrained.train(everything))
        self.ids = np.array(list(self.stored), dtype=np.int64)
        self.vectors = np.stack([self.descriptor.describe(one) for one in everything])

    def size(self) -> int:
        return len(self.ids)

    def nearest(self, vector: Vector, k: int) -> Neighbours:
        similar = self.vectors @ vector
        order = np.lexsort((self.ids, -similar))
        order = order if k <= 0 else order[:k]
        return Neighbours(self.ids[order], similar[order], similar)

    def features(self, photo_id: int) -> LocalFeatures | None:
        blob = self.stored.get(photo_id)
        return None if blob is None else self.extractor.unpack(blob)


class ShelfIndex:
    """The local index of a shelf's photos.

    Args:
        index: an empty one.
        paths: as the shelf has them.
    """

    def __init__(self, index: LocalIndex, paths: Sequence[Path]) -> None:
        self.details, self.index = PhotoDetails(), index
        self.asked, self.stored = self.details.asked, self.details.stored
        rows = []
        for path in paths:
            photo = decode(path, self.details.working_px)
            rows.append(self.details.extract(photo.pixels, photo.width, photo.height))
        self.index.append(rows, range(1, len(rows) + 1))

    def ask(self, features: LocalFeatures) -> QueryRows:
        return self.details.ask(features)

    def rows(self, features: LocalFeatures) -> PhotoRows:
        return self.details.rows(features)

    def rows_of(self, photo_id: int) -> PhotoRows | None:
        return self.index.features_of(photo_id)

    def search(self, query: QueryRows, k: int) -> Found:
        return self.index.search(query, k)

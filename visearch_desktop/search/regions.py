"""Photos that look like the box on a query in one of their regions: things that have few details, and where about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import PhotoError
from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber
from visearch_desktop.methods.descriptors.regions.grid import window_region
from visearch_desktop.methods.indexes.regions import RegionIndex
from visearch_desktop.search.by_photo import of_photos
from visearch_desktop.search.prepared import PreparedQuery

FOUND = 300
EXPANDED_BY = 3
"""So many of the best hits say what else looks like the thing (``tests/benchmarks/regions.py``)."""
STANDS_OUT = 5.0
"""From so many spreads on a photo is worth showing, and a place in it is told: on ``objects-develop`` five of six such
photos are right that are not verified, and queries without an answer have none. Whole pictures are compared part by
part: on ``places-develop`` two of five are right that are not verified."""
WHOLE = 0
"""The first window of the grid is all of the photo, which says nothing of where in it something is."""


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of a library's photos.

    Attributes:
        describer: makes a query of the same kind.
        index: of the photos that are there.
        sizes: width and height of photos in px.
    """

    describer: RegionDescriber
    index: RegionIndex
    sizes: Callable[[Sequence[int]], Mapping[int, tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Photos with a region that looks like the query's.

    Attributes:
        regions: that were asked.
        queries: (V, d) of each way that the query is looked at.
        ids: (N,) of photos, ascending.
        evidence: (N,) by how many spreads the best region is more alike than is usual, from 0.
        similarities: (N,) of that region.
        numbers: (N,) of that region in the grid.
    """

    regions: Regions
    queries: tuple[Vector, ...]
    ids: NDArray[np.int64]
    evidence: NDArray[np.float64]
    similarities: NDArray[np.float32]
    numbers: NDArray[np.int64]

    def evidence_of(self, photo_ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """(M,) of any photos (M,); 0 for those that are not among these."""
        return of_photos(self.ids, self.evidence, photo_ids)

    def similarities_of(self, photo_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(M,) of the best region of any photos (M,); 0 for those that are not among these."""
        return of_photos(self.ids, self.similarities, photo_ids)

    def places(self, photo_ids: NDArray[np.int64]) -> dict[int, Region]:
        """About where it is in photos (M,), in px of each; photos of which that cannot be said are left out."""
        told = (self.evidence >= STANDS_OUT) & (self.numbers != WHOLE) & np.isin(self.ids, photo_ids)
        windows = self.regions.describer.maker.windows[self.numbers[told]]
        sizes, ids = self.regions.sizes(self.ids[told].tolist()), self.ids[told].tolist()
        return {
            one: window_region(window, *sizes[one]) for one, window in zip(ids, windows, strict=True) if one in sizes
        }

    def expanded(self, photo_ids: Sequence[int]) -> LookAlikes:
        """What looks like the query and like the regions that were found in these photos."""
        places = np.flatnonzero(np.isin(self.ids, photo_ids))
        if not len(places):
            return self
        ids, numbers, similarities = self.ids[places], self.numbers[places], self.similarities[places]
        wider = [expand(self.regions.index, query, ids, numbers, similarities) for query in self.queries]
        return _searched(self.regions, wider)


def expand(
    index: RegionIndex,
    query: Vector,
    ids: NDArray[np.int64],
    numbers: NDArray[np.int64],
    similarities: NDArray[np.float32],
) -> Vector:
    """(d,) a query with the regions of some of its answers.

    Average query expansion (Chum, Philbin, Sivic, Isard, Zisserman, ICCV 2007), each answer counting as much as it is
    alike (Radenović, Tolias, Chum, TPAMI 2018).

    Args:
        index: of the regions.
        query: (d,) unit vector.
        ids: (N,) of photos in the index.
        numbers: (N,) of their regions.
        similarities: (N,) of these; under 0 counts for nothing.
    """
    total = query.astype(np.float64)
    for photo_id, number, weight in zip(ids.tolist(), numbers.tolist(), similarities.tolist(), strict=True):
        total += max(weight, 0.0) * index.region(photo_id, number)
    return normalise(total)


def look_alikes(query: PreparedQuery, regions: Regions) -> LookAlikes | None:
    """The photos whose best region is most like the query's, seen in any of its ways.

    No network pass is made for another box on a picture that was asked about before.

    Returns:
        None where the query picture cannot be read.

    Raises:
        SelfTestError: the network cannot be run.
    """
    describer = regions.describer
    try:
        return _searched(
            regions,
            [describer.query(view.see(describer.maker), view.region, *view.size) for view in query.views],
        )
    except PhotoError:  # on a missing drive, say; what is stored of it may still answer
        return None


def _searched(regions: Regions, queries: Sequence[Vector]) -> LookAlikes:
    """What is found by any of the queries, each photo by the one that speaks most for it."""
    answers = [regions.index.search(query, FOUND) for query in queries]
    ids, similarities, numbers = (np.concatenate(parts) for parts in zip(*answers, strict=True))
    standing_out = [
        np.maximum(regions.index.usual(query).spreads_over(answer[1]), 0.0)
        for query, answer in zip(queries, answers, strict=True)
    ]
    evidence = np.concatenate(standing_out)
    order = np.lexsort((-evidence, ids))
    kept, first = np.unique(ids[order], return_index=True)
    chosen = order[first]
    return LookAlikes(regions, tuple(queries), kept, evidence[chosen], similarities[chosen], numbers[chosen])

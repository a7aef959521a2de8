"""A box round a thing: photos that have its details, verified by where these lie, from the local index alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import QueryRows
from visearch_desktop.methods.indexes.local.searching import Found
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.methods.matching.verify import verify_matches
from visearch_desktop.search.hits import never
from visearch_desktop.search.outlining import MOST_ASKED, Sighting, keypoints_of, thing_outline, with_outline

VERIFIED = 100
"""So many photos are verified; on ``objects-develop`` more change nothing (``tests/benchmarks/object_index.py``)."""


@dataclass(frozen=True, slots=True)
class ObjectHit:
    """One photo in the answer.

    Attributes:
        photo_id: of the photo.
        score: what the pairs of features are worth that agree on one pose.
        votes: what all pairs are worth.
        verification: None before it is verified. Its matches are places in the query's features and in the photo's
            pairs of :class:`Found`.
    """

    photo_id: int
    score: float
    votes: float
    verification: Verification | None = None

    @property
    def inliers(self) -> int:
        """Verified matches; 0 where the thing was not located."""
        return self.verification.inliers if self.verification is not None and self.verification.quad else 0


def search_objects(
    index: LocalIndex,
    query: QueryRows,
    size: tuple[int, int],
    working_px: int,
    region: Region | None = None,
    *,
    k: int = 300,
    verify: int = VERIFIED,
    cancelled: Callable[[], bool] = never,
) -> Iterator[tuple[ObjectHit, ...]]:
    """Ever better answers: by agreeing pairs first, then the best ones verified.

    The quads of a box's hits are of the thing in it, where the hits tell (:mod:`visearch_desktop.search.outline`).

    Args:
        index: of the library.
        query: the features inside the region.
        size: width and height of the query picture in px.
        working_px: of the method that made the features.
        region: of the query; None is the whole picture.
        k: how many hits; 0 or less is all photos that have anything in common with the query.
        verify: how many of them are verified.
        cancelled: asked between verified photos; once true, nothing more is yielded.
    """
    found = index.search(query, k)
    hits = [
        ObjectHit(photo_id, score, votes)
        for photo_id, score, votes in zip(found.ids.tolist(), found.scores.tolist(), found.votes.tolist(), strict=True)
    ]
    yield tuple(hits)
    if not verify or cancelled():
        return
    features = _features(query.points, query.sizes, query.angles_deg, size)
    for place in range(min(verify, len(hits))):
        if cancelled():
            return
        hits[place] = replace(hits[place], verification=verify_found(features, found, place, working_px, region))
    hits.sort(key=lambda hit: -hit.inliers)  # stable: equal ones stay in the order of their scores
    yield tuple(hits if region is None else _outlined(index, features, hits, working_px, region))


def verify_found(
    query: LocalFeatures, found: Found, place: int, working_px: int, region: Region | None = None
) -> Verification:
    """Whether the pairs of a found photo agree on where the thing is.

    Args:
        query: its features, in the order of the :class:`QueryRows` that was searched for.
        found: the answer of the index.
        place: of the photo in it.
        working_px: of the method that made the features.
        region: of the query; None is the whole picture.
    """
    pairs = slice(int(found.starts[place]), int(found.starts[place + 1]))
    width, height = found.sides[place].tolist()
    photo = _features(found.points[pairs], found.sizes[pairs], found.angles_deg[pairs], (width, height))
    matches = np.column_stack([found.query[pairs], np.arange(len(photo))]).astype(np.int32)
    return verify_matches(matches, query, photo, working_px, region)


def _outlined(
    index: LocalIndex, query: LocalFeatures, hits: list[ObjectHit], working_px: int, region: Region
) -> list[ObjectHit]:
    """The hits, best first, with quads that are the outline of the thing instead of the box's."""
    sightings = []
    for hit in [hit for hit in hits if hit.inliers][:MOST_ASKED]:
        rows, verification = index.features_of(hit.photo_id), hit.verification
        if rows is not None and verification is not None:
            matched = query.points[verification.matches[verification.is_inlier, 0]]
            sightings.append(Sighting(keypoints_of(rows), verification, matched))
    outline = thing_outline(query, sightings, working_px, region)
    return [
        hit if hit.verification is None else replace(hit, verification=with_outline(hit.verification, outline))
        for hit in hits
    ]


def _features(
    points: NDArray[np.float32], sizes: NDArray[np.float32], angles_deg: NDArray[np.float32], size: tuple[int, int]
) -> LocalFeatures:
    """Keypoints without descriptors."""
    return LocalFeatures(points, sizes, angles_deg, np.zeros((len(points), 0), np.uint8), *size)

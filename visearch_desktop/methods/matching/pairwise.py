"""Matching the query with every photo, one homography each: slow, and what the quick methods are measured against."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.registry import register
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import none
from visearch_desktop.methods.matching.tentative import tentative_matches
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verify import LEAST_INLIERS, verify_matches

MOST = 400
HALF_SURE = 10
"""Inliers that are worth half of what any number of them is."""
UNVERIFIED = 0.1
"""Scores of photos that are not verified stay below this, those of verified ones above."""
HALF_MANY = 30
"""Tentative matches that are worth half of that."""

Signature = NDArray[np.uint8]
"""Packed local features."""


@register(
    name="pairwise",
    kind="index",
    source="Lowe, IJCV 2004; Philbin, Chum, Isard, Sivic, Zisserman, CVPR 2007",
    title="Every pair",
    summary="Matches the query's details with those of every photo and counts how many agree on one outline; slow.",
)
class PairwiseIndex:
    """Unpacked features in memory; may be searched by any thread while another one changes it.

    Args:
        dimension: of no meaning: signatures differ in length.
        extractor: what made the features.
        most: how many of a photo's features are matched, the strongest.
    """

    def __init__(self, dimension: int, *, extractor: LocalFeatureExtractor, most: int = MOST) -> None:
        self.dimension, self._extractor, self._most = dimension, extractor, most
        self._changing = threading.Lock()
        self._photos: dict[int, LocalFeatures] = {}  # by ascending id; replaced, never changed

    def __len__(self) -> int:
        return len(self._photos)

    def ids(self) -> NDArray[np.int64]:
        """(N,) ascending."""
        photos = self._photos
        return np.fromiter(photos, np.int64, len(photos))

    def add(self, signatures: Sequence[Signature], ids: NDArray[np.int64]) -> None:
        """Add N signatures under (N,) new ids. Raises: ValueError: an id is there already, or one is damaged."""
        new = {int(photo_id): self._features(one) for photo_id, one in zip(ids, signatures, strict=True)}
        with self._changing:
            if len(new) != len(ids) or new.keys() & self._photos.keys():
                raise ValueError("an id is added twice")
            self._photos = dict(sorted((self._photos | new).items()))

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Take ids out; those that are not in it are passed over."""
        gone = {int(photo_id) for photo_id in ids}
        with self._changing:
            self._photos = {photo_id: one for photo_id, one in self._photos.items() if photo_id not in gone}

    def search(self, query: Signature, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ids most alike, best first, equal ones by ascending id; k <= 0 is all of them."""
        photos = self._photos
        ids = np.fromiter(photos, np.int64, len(photos))
        similar = np.zeros(len(photos), np.float32)
        searched = self._features(query if query.any() else query[:0])
        if len(searched):
            similar[:] = self._similarities(searched, list(photos.values()))
        order = np.lexsort((ids, -similar))
        order = order[:k] if k > 0 else order
        return ids[order], similar[order]

    def _similarities(self, query: LocalFeatures, photos: Sequence[LocalFeatures]) -> NDArray[np.float32]:
        """(N,) of the query to N photos, as shares of what it is to itself; on all processors."""
        rows = self._extractor.comparable(query)
        outline = around(query.points)

        def one(photo: LocalFeatures) -> float:
            matches = tentative_matches(rows, self._extractor.comparable(photo))
            if len(matches) < LEAST_INLIERS:
                return unverified(len(matches))
            found = verify_matches(matches, query, photo, self._extractor.working_px, outline)
            return verified(found.inliers) if found.verdict is Verdict.VERIFIED else unverified(found.tentative)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            scores = np.fromiter(pool.map(one, photos), np.float32, len(photos))
        itself = one(query)
        return np.minimum(scores / itself, np.float32(1)) if itself > 0 else np.zeros_like(scores)

    def _features(self, signature: Signature) -> LocalFeatures:
        """Raises: ValueError: these are no packed features of the extractor."""
        if not len(signature):
            return none(1, 1)
        features = self._extractor.unpack(signature.tobytes())
        return features.only(np.arange(min(self._most, len(features))))


def verified(inliers: int) -> float:
    """The score of a photo in which so many matches agree on where the thing is."""
    return UNVERIFIED + (1 - UNVERIFIED) * inliers / (inliers + HALF_SURE)


def unverified(tentative: int) -> float:
    """The score of a photo whose details match, but do not agree."""
    return UNVERIFIED * tentative / (tentative + HALF_MANY)


def around(points: NDArray[np.float32]) -> Region:
    """The box around (N, 2) points, which stands for what was searched for: a signature does not keep a region."""
    low, size = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1)
    return Region(float(low[0]), float(low[1]), float(size[0]), float(size[1]))

"""Pairs of photos that show the same thing, found without labels: the teachers propose, geometry decides."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, project
from visearch_desktop.learning.batches import Pair
from visearch_desktop.learning.photos import PhotoCache, Progress
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verify import verify

PAIRS = "pairs.json"
NEIGHBOURS, LEAST_SIMILARITY = 4, 0.35
LEAST_INLIERS = 15
COPY_PX = 4.0
"""Corners that move by no more: it is the same photo twice, and teaches nothing that views do not."""


def find_pairs(
    photos: PhotoCache, descriptors: NDArray[np.float32], folder: Path, progress: Progress
) -> tuple[Pair, ...]:
    """Verified pairs, from the file of an earlier call where there is one of these photos.

    Args:
        photos: the cache.
        descriptors: (photos, D) unit rows: what the teachers say.
        folder: where they are kept.
        progress: see there.
    """
    file = folder / PAIRS
    if file.is_file():
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["photos"] == photos.digest:
            return tuple(Pair(first, second, np.array(rows)) for first, second, rows in record["pairs"])
    proposed = propose(descriptors)
    extractor, known = RootSift(most=500), dict[int, LocalFeatures]()
    pairs = []
    for done, (first, second) in enumerate(proposed):
        for number in (first, second):
            if number not in known:
                height, width = photos.shape(number)
                known[number] = extractor.extract(np.ascontiguousarray(photos[number]), width, height)
        found = verify(known[first], known[second], extractor)
        is_sure = found.verdict is Verdict.VERIFIED and found.inliers >= LEAST_INLIERS
        if is_sure and found.homography is not None and not is_copy(found.homography, photos.shape(first)):
            pairs.append(Pair(first, second, found.homography))
        progress("pairs", done + 1, len(proposed))
    _keep(pairs, photos.digest, file)
    return tuple(pairs)


def propose(descriptors: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Photos that are each among the other's nearest, the lower number first."""
    similar = descriptors @ descriptors.T
    np.fill_diagonal(similar, -1)
    nearest = np.argsort(-similar, axis=1, kind="stable")[:, :NEIGHBOURS]
    directed = {(row, int(column)) for row in range(len(nearest)) for column in nearest[row]}
    return sorted(
        (one, other)
        for one, other in directed
        if one < other and (other, one) in directed and similar[one, other] >= LEAST_SIMILARITY
    )


def is_copy(homography: Homography, shape: tuple[int, int]) -> bool:
    """Whether a homography leaves the corners of a photo of (height, width) where they are."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    return bool(np.abs(project(homography, corners) - corners).max() <= COPY_PX)


def _keep(pairs: list[Pair], digest: str, file: Path) -> None:
    rows = [[pair.first, pair.second, pair.homography.tolist()] for pair in pairs]
    partial = file.with_name(f"{PAIRS}.part")
    partial.write_text(json.dumps({"photos": digest, "pairs": rows}), encoding="utf-8")
    partial.replace(file)

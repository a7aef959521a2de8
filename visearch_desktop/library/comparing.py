"""Two pictures side by side: every tentative match, which of them agree, and what that says."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.library.rows import Comparison
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.matching.explanation import Explanation, explain
from visearch_desktop.methods.matching.verify import verify
from visearch_desktop.search.picture import OpenPicture


def compare(
    query: OpenPicture,
    region: Region | None,
    photo: OpenPicture,
    photo_id: int,
    extractor: LocalFeatureExtractor,
    similarity: float,
) -> Comparison:
    """Match a picture to a photo.

    Args:
        query: the picture.
        region: of the picture; None is all of it.
        photo: the photo.
        photo_id: its number.
        extractor: of local features.
        similarity: of their descriptors, for the answer.

    Raises:
        PhotoError: one of them cannot be read.
        RegionError: under 8 px of the region lie inside the picture.
    """
    size = query.size
    inside = None if region is None else region.clipped(*size)
    query_features, photo_features = query.features(extractor, inside), photo.features(extractor)
    found = verify(query_features, photo_features, extractor, inside)
    left, right = found.matches[:, 0], found.matches[:, 1]
    homography = found.homography
    change = Explanation(0.0, 1.0) if homography is None else explain(homography, inside or Region(0, 0, *size))
    return Comparison(
        photo_id=photo_id,
        verdict=found.verdict.value,
        tentative=found.tentative,
        inliers=found.inliers,
        query_points=_points(query_features.points[left]),
        photo_points=_points(photo_features.points[right]),
        agrees=tuple(found.is_inlier.tolist()),
        homography=None if homography is None else tuple(homography.ravel().tolist()),
        quad=found.quad,
        turned_deg=change.turned_deg,
        scaled=change.scaled,
        query_details=len(query_features),
        photo_details=len(photo_features),
        query_size=size,
        photo_size=photo.size,
        similarity=similarity,
    )


def _points(points: NDArray[np.floating[Any]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points.tolist())

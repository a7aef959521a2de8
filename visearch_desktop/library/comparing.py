"""Two pictures side by side: every tentative match, which of them agree, where, how often, and what that says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, project_region
from visearch_desktop.core.region import Region
from visearch_desktop.library.rows import Comparison, Instance
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.explanation import Explanation, explain
from visearch_desktop.methods.matching.instances import LEAST_FURTHER, find_instances
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.search.hits import SURE_INLIERS
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.turned import Turn, seen_turned


@dataclass(frozen=True, slots=True)
class _Seen:
    """One way to look at the query: its features, its region, and whether left and right have changed places."""

    features: LocalFeatures
    region: Region | None
    is_mirrored: bool


def compare(
    query: OpenPicture,
    region: Region | None,
    photo: OpenPicture,
    photo_id: int,
    extractor: LocalFeatureExtractor,
    similarity: float,
) -> Comparison:
    """Match a picture to a photo; where too little agrees to be sure, its mirror picture as well.

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
    photo_features = photo.features(extractor)
    seen = _Seen(query.features(extractor, inside), inside, is_mirrored=False)
    found = find_instances(seen.features, photo_features, extractor, inside)
    if _agreeing(found[0]) < SURE_INLIERS:
        mirrored = _mirrored(query, inside, extractor)
        in_mirror = find_instances(mirrored.features, photo_features, extractor, mirrored.region)
        if _agreeing(in_mirror[0]) > max(LEAST_FURTHER, _agreeing(found[0])):
            seen, found = mirrored, in_mirror
    matches, agrees, belongs = _together(found)
    first, width = found[0], size[0]
    outline = inside or Region(0, 0, *size)
    change = Explanation(0.0, 1.0)
    if first.homography is not None:
        change = explain(first.homography, seen.region or outline)
    points = seen.features.points[matches[:, 0]].astype(np.float64)
    if seen.is_mirrored:
        points[:, 0] = width - points[:, 0]
    instances = tuple(
        _instance(one, belongs == place, outline, width if seen.is_mirrored else None)
        for place, one in enumerate(found)
        if one.homography is not None
    )
    return Comparison(
        photo_id=photo_id,
        verdict=first.verdict.value,
        tentative=first.tentative,
        inliers=first.inliers,
        query_points=_points(points),
        photo_points=_points(photo_features.points[matches[:, 1]]),
        agrees=tuple(agrees.tolist()),
        homography=instances[0].homography if instances else None,
        quad=instances[0].quad if instances else None,
        turned_deg=change.turned_deg,
        scaled=change.scaled,
        query_details=len(seen.features),
        photo_details=len(photo_features),
        query_size=size,
        photo_size=photo.size,
        similarity=similarity,
        is_mirrored=seen.is_mirrored,
        instances=instances,
    )


def _agreeing(found: Verification) -> int:
    return found.inliers if found.verdict is Verdict.VERIFIED else 0


def _mirrored(query: OpenPicture, inside: Region | None, extractor: LocalFeatureExtractor) -> _Seen:
    picture, region = seen_turned(query, Turn(is_mirrored=True), inside)
    return _Seen(picture.features(extractor, region), region, is_mirrored=True)


def _together(found: Sequence[Verification]) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64]]:
    """All tentative matches of the first place and those that agree at the others; who agrees; and at which place."""
    matches = [found[0].matches, *(one.matches[one.is_inlier] for one in found[1:])]
    agrees = [found[0].is_inlier, *(np.ones(len(rows), dtype=np.bool_) for rows in matches[1:])]
    belongs = np.repeat(np.arange(len(found)), [len(rows) for rows in matches])
    together = np.concatenate(agrees)
    return np.concatenate(matches), together, np.where(together, belongs, -1)


def _instance(found: Verification, belongs: NDArray[np.bool_], outline: Region, mirror_width: int | None) -> Instance:
    """One place; of a mirrored query, seen from the query as it is."""
    homography, quad = found.homography, found.quad
    assert homography is not None
    assert quad is not None
    if mirror_width is not None:
        homography = homography @ _mirroring(mirror_width)
        quad = project_region(homography, outline)
    return Instance(
        homography=tuple(homography.ravel().tolist()),
        quad=quad,
        inliers=found.inliers,
        matches=tuple(np.flatnonzero(belongs).tolist()),
    )


def _mirroring(width: int) -> Homography:
    """Left and right of a picture of that width change places."""
    return np.array([[-1.0, 0.0, width], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])


def _points(points: NDArray[np.floating[Any]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in points.tolist())

"""Where in a photo the query is, when it may be there more than once: one verification for each place.

The ratio test of a query's feature asks for one clear nearest neighbour in the photo; where the thing is there twice
there are two, and none of them is clear. So beyond the usual match the photo's features are asked: is this one clearly
like one feature of the query? What is found leaves the photo, and the rest is matched again (sequential estimation of
several models, as in Vincent and Laganière, "Detecting planar homographies in an image pair", ISPA 2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import quad_area
from visearch_desktop.core.region import Quad, Region
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.tentative import tentative_matches
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.methods.matching.verify import verify, verify_matches

MOST = 8
LEAST_FURTHER = 10
"""So many matches must agree at a place where only the photo's features were asked."""
LEAST_INSIDE = 0.6
"""Of an outline, in the photo; less is a pattern that repeats, of which the query shows another part."""
GREATEST_OVERLAP = 0.3
"""Of the smaller outline; more is another surface of the same thing, not the thing once more."""


def find_instances(
    query: LocalFeatures,
    photo: LocalFeatures,
    extractor: LocalFeatureExtractor,
    region: Region | None = None,
    seed: int = 0,
) -> tuple[Verification, ...]:
    """Every place of the photo where the query is found, most matches of its own first but for the usual one.

    Args:
        query: its features, those inside the region if there is one.
        photo: all features of the photo.
        extractor: the method that made both.
        region: of the query; None is the whole picture.
        seed: of the sampling.

    Returns:
        At least one: the first is that of :func:`verify` if that is verified or no other is.
    """
    usual = verify(query, photo, extractor, region, seed)
    found = [usual] if usual.verdict is Verdict.VERIFIED else []
    left, frame = np.ones(len(photo), dtype=np.bool_), Region(0, 0, photo.width, photo.height).quad()
    for one in found:
        _take_out(left, one, photo)
    while len(found) < MOST:
        further = _photo_asked(query, photo, left, extractor, region, seed)
        if further.verdict is not Verdict.VERIFIED or further.inliers < LEAST_FURTHER:
            break
        if further.quad is not None and _is_another(further.quad, found, frame):
            found.append(further)
        _take_out(left, further, photo)
    return tuple(found) or (usual,)


def _photo_asked(
    query: LocalFeatures,
    photo: LocalFeatures,
    left: NDArray[np.bool_],
    extractor: LocalFeatureExtractor,
    region: Region | None,
    seed: int,
) -> Verification:
    """The verification of what is left of the photo, its matches as positions in all of the photo's features."""
    places = np.flatnonzero(left)
    rest = photo.only(places)
    asked = tentative_matches(extractor.comparable(rest), extractor.comparable(query))
    found = verify_matches(asked[:, ::-1], query, rest, extractor.working_px, region, seed)
    back = np.column_stack([found.matches[:, 0], places[found.matches[:, 1]]]).astype(np.int32)
    return replace(found, matches=back)


def _take_out(left: NDArray[np.bool_], found: Verification, photo: LocalFeatures) -> None:
    """Clear the mask where the found thing lies."""
    left[found.matches[found.is_inlier, 1]] = False
    if found.quad is not None:
        left[_inside(found.quad, photo.points)] = False


def _inside(quad: Quad, points: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """(N,) which of (N, 2) points lie in a convex outline."""
    corners = np.asarray(quad, dtype=np.float64)
    sides = np.roll(corners, -1, axis=0) - corners
    away = points[:, None, :] - corners[None, :, :]
    turns = sides[None, :, 0] * away[:, :, 1] - sides[None, :, 1] * away[:, :, 0]
    return np.asarray((turns >= 0).all(axis=1) | (turns <= 0).all(axis=1))


def _is_another(quad: Quad, found: Sequence[Verification], frame: Quad) -> bool:
    """Whether an outline lies in the photo for the most part, and apart from those found."""
    if _common_area(quad, frame) < LEAST_INSIDE * abs(quad_area(quad)):
        return False
    for one in found:
        if one.quad is not None:
            smaller = min(abs(quad_area(quad)), abs(quad_area(one.quad)))
            if _common_area(quad, one.quad) > GREATEST_OVERLAP * smaller:
                return False
    return True


def _common_area(one: Quad, other: Quad) -> float:
    """Of two convex outlines, in px²."""
    import cv2

    common, _ = cv2.intersectConvexConvex(np.asarray(one, np.float32), np.asarray(other, np.float32))
    return float(common)

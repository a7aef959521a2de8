"""Candidates are verified: by the local features that are stored of them, or by the pairs that the index found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.methods.matching.verify import verify
from visearch_desktop.search.details import InDetail
from visearch_desktop.search.evidence import middle_inliers
from visearch_desktop.search.outlining import MOST_ASKED, Sighting, thing_outline, with_outline
from visearch_desktop.search.prepared import PreparedQuery


@dataclass(frozen=True, slots=True)
class Checked:
    """A candidate's verification.

    Attributes:
        verification: of it.
        middle: how many inliers lie in the middle of the query.
        matched: (M, 2) where in the query the inliers are, px.
        is_mirrored: whether it is of the query's mirror picture.
    """

    verification: Verification
    middle: int
    matched: NDArray[np.float32]
    is_mirrored: bool

    @property
    def is_verified(self) -> bool:
        """Whether the query was located in the photo."""
        return self.verification.quad is not None

    @property
    def inliers(self) -> int:
        """Verified matches; 0 where the query was not located."""
        return self.verification.inliers if self.is_verified else 0


Details = Mapping[bool, tuple[PreparedQuery, LocalFeatures]]


def details_of(query: PreparedQuery) -> Details:
    """By whether it is mirrored: the query, and its mirror picture where that is asked for, each with its features.

    Turned ones are not verified for themselves, since local features turn with the picture.

    Raises:
        PhotoError: the query picture cannot be read.
    """
    kinds = dict.fromkeys(view.is_mirrored for view in query.views)
    views = (next(view for view in query.views if view.is_mirrored == kind) for kind in kinds)
    return {view.is_mirrored: (view, view.features()) for view in views}


def check_best(
    details: Details, is_mirrored: bool, stored: LocalFeatures | None, in_detail: Sequence[InDetail], photo_id: int
) -> Checked | None:
    """Verify one candidate by its features and by what the index found in it; where most agree is where it is.

    The features that are stored are few, of a small copy of the photo, but are matched whatever their words; the index
    has more, and its pairs cost next to nothing.

    Args:
        details: of the query.
        is_mirrored: which picture the photo is more alike to; the other one is tried if that fails.
        stored: features of the candidate; None where there are none yet, or not to be looked at.
        in_detail: what the index found.
        photo_id: of the candidate.
    Returns:
        None where there is nothing to verify it by.
    """
    ways = [check_in_detail(in_detail, photo_id)]
    for kind in (is_mirrored, not is_mirrored):
        if stored is not None and kind in details:
            ways.insert(0, check(*details[kind], stored))
            if ways[0] is not None and ways[0].is_verified:
                break
    tried = [way for way in ways if way is not None]
    return max(tried, key=lambda way: (way.is_verified, way.verification.inliers)) if tried else None


def check(query: PreparedQuery, details: LocalFeatures, stored: LocalFeatures) -> Checked:
    """Verify one candidate: the query's features against a photo's."""
    return _checked(verify(details, stored, query.extractor, query.region), query, details)


def check_in_detail(in_detail: Sequence[InDetail], photo_id: int) -> Checked | None:
    """Verify one candidate by what the local index found in it; None where that is nothing."""
    best: Checked | None = None
    for one in in_detail:
        verification = one.verify(photo_id)
        if verification is not None and (best is None or not best.is_verified):
            best = _checked(verification, one.query, one.features)
    return best


def outlined(checked: Mapping[int, Checked], in_detail: Sequence[InDetail]) -> dict[int, Checked]:
    """The same for a box, located by the outline of the thing in it where the verified photos tell that.

    Args:
        checked: by photo, best first.
        in_detail: what the local index found, for each picture that was asked with.
    """
    found = dict(checked)
    for view in in_detail:
        if view.query.region is None:
            continue
        of_view = {
            photo_id: one
            for photo_id, one in checked.items()
            if one.is_verified and one.is_mirrored == view.query.is_mirrored
        }
        sightings = []
        for photo_id, one in list(of_view.items())[:MOST_ASKED]:
            photo = view.keypoints_of(photo_id)
            if photo is not None:
                sightings.append(Sighting(photo, one.verification, one.matched))
        outline = thing_outline(view.features, sightings, view.working_px, view.query.region)
        found |= {
            photo_id: replace(one, verification=with_outline(one.verification, outline))
            for photo_id, one in of_view.items()
        }
    return found


def _checked(verification: Verification, query: PreparedQuery, details: LocalFeatures) -> Checked:
    matched = details.points[verification.matches[verification.is_inlier, 0]]
    return Checked(verification, middle_inliers(verification, details, query.region), matched, query.is_mirrored)

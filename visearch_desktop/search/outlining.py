"""Where the thing in the box lies in verified photos: its outline is found from all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import project_quad
from visearch_desktop.core.region import Quad, Region
from visearch_desktop.methods.indexes.local.rows import PhotoRows
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.search.outline import tight_outline
from visearch_desktop.search.seen_again import evidence

MOST_ASKED = 30
"""So many of the best verified photos say what in the box is the thing."""
SAME_FRAMING = 0.03
"""A photo that shows the box within this share of its sides where the query has it is a copy, or of the same burst: it
shows what is behind the thing as well, and cannot tell them apart."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A photo that was verified.

    Attributes:
        photo: all keypoints that are known of it.
        verification: VERIFIED.
        matched: (M, 2) where in the query the details are that agree, px.
    """

    photo: LocalFeatures
    verification: Verification
    matched: NDArray[np.float32]


def thing_outline(query: LocalFeatures, sightings: Iterable[Sighting], working_px: int, region: Region) -> Quad:
    """The outline of the thing in a box, where the photos that show it tell; else the box's (:mod:`.outline`).

    Args:
        query: its features inside the box, of the same method as those of the photos.
        sightings: photos that show it.
        working_px: of the method.
        region: the box.
    """
    told = np.zeros(len(query))
    for one in sightings:
        homography = one.verification.homography
        if homography is not None and not _same_framing(one, query, region):
            told += evidence(query, one.photo, homography, working_px, one.matched)
    return tight_outline(query.points, told, region)


def with_outline(verification: Verification, outline: Quad) -> Verification:
    """The same, located by another outline in the query; as it is where it was not located."""
    if verification.homography is None or verification.quad is None:
        return verification
    return replace(verification, quad=project_quad(verification.homography, outline))


def keypoints_of(rows: PhotoRows) -> LocalFeatures:
    """Of what an index keeps of a photo; without descriptors."""
    points, sizes, angles_deg = rows.keypoints()
    return LocalFeatures(points, sizes, angles_deg, np.zeros((len(rows), 0), np.uint8), rows.width, rows.height)


def _same_framing(one: Sighting, query: LocalFeatures, region: Region) -> bool:
    there = np.array(one.verification.quad) / (one.photo.width, one.photo.height)
    here = np.array(region.quad()) / (query.width, query.height)
    return bool(np.abs(there - here).max() < SAME_FRAMING)

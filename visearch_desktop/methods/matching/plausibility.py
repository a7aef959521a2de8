"""The checks that a homography must pass: textured backgrounds give over a hundred matches that agree on nonsense."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, is_convex, project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.matching.agreement import Pairs
from visearch_desktop.methods.matching.local_change import local_change
from visearch_desktop.methods.matching.verdict import Verdict

LEAST_SPREAD_PX = 4.0
"""Standard deviation of the inliers across their shorter axis, in working px, in both pictures."""
GREATEST_SCALE = 12.0
GREATEST_STRETCH = 5.0
LEAST_COVER = 0.004
"""Of the region's area, for the box around the inliers; less is a corner."""
CORNER_INLIERS = 15
"""So many inliers may sit in as small a corner as they like: a logo in a large photo."""


def judge(homography: Homography, pairs: Pairs, inliers: NDArray[np.bool_], region: Region, least: int) -> Verdict:
    """The first thing that is wrong with a fit, or VERIFIED.

    Args:
        homography: (3, 3), query -> photo in working px.
        pairs: all tentative matches.
        inliers: (T,) those that agree with it.
        region: of the query, in its working px.
        least: how many inliers are needed at least.
    """
    if not np.all(np.isfinite(homography)):
        return Verdict.COLLAPSED
    query = np.column_stack([pairs.query[inliers].real, pairs.query[inliers].imag])
    photo = np.column_stack([pairs.photo[inliers].real, pairs.photo[inliers].imag])
    corners = np.asarray(region.quad())
    at_corners = local_change(homography, corners)
    centre = query.mean(axis=0, keepdims=True) if len(query) else corners.mean(axis=0, keepdims=True)
    at_centre = local_change(homography, centre)
    if at_centre.determinant[0] < 0:
        return Verdict.MIRRORED
    if np.any(at_corners.depth * at_centre.depth[0] <= 0) or not is_convex(project_region(homography, region)):
        return Verdict.FOLDED
    if len(query) < least:
        return Verdict.TOO_FEW_AGREE
    if min(_narrowest(query), _narrowest(photo)) < LEAST_SPREAD_PX:
        return Verdict.COLLAPSED
    scales = np.sqrt(np.abs(np.concatenate([at_corners.determinant, at_centre.determinant])))
    if scales.max() > GREATEST_SCALE or scales.min() < 1 / GREATEST_SCALE:
        return Verdict.IMPLAUSIBLE
    if at_centre.stretch[0] > GREATEST_STRETCH:
        return Verdict.IMPLAUSIBLE
    box = np.ptp(query, axis=0)
    if len(query) < CORNER_INLIERS and box[0] * box[1] < LEAST_COVER * region.area:
        return Verdict.CORNER
    return Verdict.VERIFIED


def _narrowest(points: NDArray[np.float64]) -> float:
    """Standard deviation of (N, 2) points along the direction in which they vary least."""
    spread = np.cov(points.T) if len(points) > 1 else np.zeros((2, 2))
    return float(np.sqrt(max(np.linalg.eigvalsh(spread)[0], 0.0)))

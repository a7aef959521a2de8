"""Homographies and what they do to points and outlines, in the pixels that ``core.region`` defines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Quad, Region

Points = NDArray[np.float64]  # (N, 2)
Homography = NDArray[np.float64]  # (3, 3), query -> gallery


def project(homography: Homography, points: NDArray[np.floating[Any]]) -> Points:
    """(N, 2) points through a (3, 3) homography; points that land at infinity come out as inf."""
    ones = np.ones((len(points), 1))
    moved = np.hstack([np.asarray(points, dtype=np.float64), ones]) @ homography.T
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(moved[:, :2] / moved[:, 2:])


def project_region(homography: Homography, region: Region) -> Quad:
    """The quad that a region becomes in the other picture."""
    return project_quad(homography, region.quad())


def project_quad(homography: Homography, quad: Quad) -> Quad:
    """The quad that a quad becomes in the other picture, corner by corner."""
    return as_quad(project(homography, np.asarray(quad)))


def as_quad(corners: Points) -> Quad:
    """Four corners that are an array of shape (4, 2)."""
    (a, b, c, d) = corners.tolist()
    return ((a[0], a[1]), (b[0], b[1]), (c[0], c[1]), (d[0], d[1]))


def quad_area(quad: Quad) -> float:
    """Signed area in px² by the shoelace formula: positive if the corners run clockwise on the screen."""
    points = np.asarray(quad, dtype=np.float64)
    x, y = points[:, 0], points[:, 1]
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def is_convex(quad: Quad) -> bool:
    """Whether all four corners turn the same way, so that the outline neither folds nor crosses itself."""
    points = np.asarray(quad, dtype=np.float64)
    sides = np.roll(points, -1, axis=0) - points
    nexts = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * nexts[:, 1] - sides[:, 1] * nexts[:, 0]
    return bool(np.all(turns > 0) or np.all(turns < 0))

"""What two photos have to do with each other once one homography between them is known: copies, or two views."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, Points, project
from visearch_desktop.core.region import Region
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.local_change import local_change
from visearch_desktop.methods.matching.verification import Verification


@dataclass(frozen=True, slots=True)
class Kinship:
    """Two photos.

    Attributes:
        inliers: details that agree.
        middles: of them, those in the middle of each photo, half its width and half its height: what a person shows is
            there, while photos taken on the same table agree at their edges alone.
        share: of a photo's area, what lies between these details; of the photo where it is more.
        shows: of each photo's area, what the other one shows as well.
        again: of the details in that part, those that agree; of the photo that has fewer there.
        distortion: 1 for a turn, a scaling and a shift; else how many times longer a length becomes in one place or
            direction than in another.
        turned_deg: by how much one is turned against the other, either way: 0 to 180.
    """

    inliers: int
    middles: tuple[int, int]
    share: float
    shows: tuple[float, float]
    again: float
    distortion: float
    turned_deg: float

    @property
    def common(self) -> float:
        """Of the area of the photo that shows less of the scene, what the other one shows as well."""
        return max(self.shows)


def kinship(
    verification: Verification,
    query: LocalFeatures,
    matched: NDArray[np.float32],
    size: tuple[int, int],
    of_photo: NDArray[np.float32],
) -> Kinship | None:
    """What a verification says; None where it is not verified.

    Args:
        verification: of the two.
        query: features of one.
        matched: (T, 2) positions in the other that the verification's matches name, in its px.
        size: width and height of the other, px.
        of_photo: (N, 2) positions of all features of the other.
    """
    if verification.homography is None or verification.quad is None:
        return None
    matches = verification.matches[verification.is_inlier]
    here, beyond = query.points[matches[:, 0]], matched[matches[:, 1]]
    there = np.asarray(verification.quad, dtype=np.float32)
    frame = np.asarray(Region(0, 0, *size).quad(), dtype=np.float32)
    both = _common(there, frame)
    if len(both) < 3 or min(_area(there), _area(frame)) <= 0:
        return None
    seen = min(_count_inside(project(verification.homography, query.points), frame), _count_inside(of_photo, there))
    return Kinship(
        verification.inliers,
        (_in_the_middle(here, (query.width, query.height)), _in_the_middle(beyond, size)),
        max(_between(here) / (query.width * query.height), _between(beyond) / (size[0] * size[1])),
        (_area(both) / _area(there), _area(both) / _area(frame)),
        min(1.0, verification.inliers / max(seen, 1)),
        *_change(np.asarray(np.linalg.inv(verification.homography)), both.astype(np.float64)),
    )


def _in_the_middle(points: NDArray[np.float32], size: tuple[int, int]) -> int:
    return int(np.all(np.abs(points / np.array(size) - 0.5) < 0.25, axis=1).sum())


def _change(back: Homography, corners: Points) -> tuple[float, float]:
    """Distortion and turn over what both show, from the corners of it."""
    change = local_change(back, corners)
    sizes = np.sqrt(np.abs(change.determinant))
    turned = np.exp(1j * change.turned_rad).sum()
    return float(np.max(change.stretch) * sizes.max() / max(sizes.min(), 1e-9)), float(abs(np.angle(turned, deg=True)))


def _common(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """(C, 2) corners of what two convex outlines have in common."""
    import cv2

    _, corners = cv2.intersectConvexConvex(one, other)
    return np.zeros((0, 2), np.float32) if corners is None else np.asarray(corners, np.float32).reshape(-1, 2)


def _area(outline: NDArray[np.float32]) -> float:
    import cv2

    return float(cv2.contourArea(outline))


def _between(points: NDArray[np.float32]) -> float:
    """Area of the convex hull of (N, 2) points."""
    import cv2

    return float(cv2.contourArea(cv2.convexHull(np.ascontiguousarray(points, dtype=np.float32))))


def _count_inside(points: NDArray[np.floating], outline: NDArray[np.float32]) -> int:
    """How many of (N, 2) points lie in a convex outline, its corners in either order."""
    corners = outline.astype(np.float64)
    sides = np.roll(corners, -1, axis=0) - corners
    off = points[:, None, :] - corners
    left = sides[:, 0] * off[:, :, 1] - sides[:, 1] * off[:, :, 0] >= 0
    return int(np.sum(np.all(left, axis=1) | np.all(~left, axis=1)))

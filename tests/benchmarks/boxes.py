"""Boxes round things that other photos are known to show too: derived from pairs of photos that people labelled.

Neither what the program found nor how it matches has a part in it: every pair of a query and a photo that is right for
it is matched in full (RootSIFT at up to 1600 px with up to 8,000 keypoints, mutual neighbours, ratio 0.9, MAGSAC++ with
3 px), and where at least 15 matches agree in one perspective the two overlap. A box has the shape of the query photo
and a given share of its area, lies inside it, and has a matched keypoint in its middle. Taken is the one that most
right photos show, of these the one with the most matches in it. A photo shows a box if at least 8 of its matches lie in
it, and at least 0.9 of the box, brought over by the perspective, lies in the photo and is 16 px wide and high there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.photos.decode import decode

PX, MOST, CONTRAST = 1600, 8000, 0.02
RATIO, THRESHOLD_PX = 0.9, 3.0
LEAST_AGREEING, LEAST_IN_BOX = 15, 8
LEAST_INSIDE, LEAST_PX, LEAST_BOX_PX = 0.9, 16.0, 32


@dataclass(frozen=True)
class Seen:
    """A photo of ``width`` by ``height`` px, with (N, 2) keypoints in its px and their (N, 128) unit rows."""

    points: NDArray[np.float32]
    rows: NDArray[np.float32]
    width: int
    height: int


@dataclass(frozen=True)
class Overlap:
    """What a query photo and another have in common.

    Attributes:
        points: (N, 2) in the query photo, where matches agree; no two at one place.
        homography: (3, 3) from px of the query photo to px of the other.
        width, height: of the other photo.
    """

    points: NDArray[np.float32]
    homography: NDArray[np.float64]
    width: int
    height: int


@dataclass(frozen=True)
class Box:
    """A box on a query photo, and the corners of what it holds in each photo that shows it."""

    region: Region
    quads: dict[str, NDArray[np.float64]]


@cache
def see(path: Path) -> Seen:
    """Find the keypoints of a photo (Lowe 2004), with RootSIFT (Arandjelovic and Zisserman 2012)."""
    import cv2

    photo = decode(path, PX)
    grey = cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)
    found, histograms = cv2.SIFT.create(nfeatures=MOST, contrastThreshold=CONTRAST).detectAndCompute(grey, None)
    points = np.array([keypoint.pt for keypoint in found], np.float32).reshape(-1, 2)
    rows = np.zeros((0, 128), np.float32) if histograms is None else histograms
    rows = np.sqrt(rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-9))
    return Seen((points + 0.5) / np.float32(photo.scale), rows, photo.width, photo.height)


def overlap(query: Seen, photo: Seen) -> Overlap | None:
    """Match two photos; None where fewer than 15 matches agree."""
    import cv2

    if min(len(query.rows), len(photo.rows)) < LEAST_AGREEING:
        return None
    similar = query.rows @ photo.rows.T
    nearest = similar.argmax(axis=1)
    each = np.arange(len(nearest))
    best = similar[each, nearest]
    is_mutual = similar.argmax(axis=0)[nearest] == each
    similar[each, nearest] = -1
    is_clear = np.sqrt(np.maximum(2 - 2 * best, 0)) < RATIO * np.sqrt(np.maximum(2 - 2 * similar.max(axis=1), 0))
    some = np.flatnonzero(is_mutual & is_clear)
    _, alone = np.unique(np.round(query.points[some]), axis=0, return_index=True)
    some = some[np.sort(alone)]
    if len(some) < LEAST_AGREEING:
        return None
    source, target = query.points[some], photo.points[nearest[some]]
    homography, agrees = cv2.findHomography(
        source, target, cv2.USAC_MAGSAC, THRESHOLD_PX, maxIters=20_000, confidence=0.9999
    )
    if homography is None or agrees.sum() < LEAST_AGREEING:
        return None
    return Overlap(source[agrees[:, 0] > 0], homography, photo.width, photo.height)


def choose_box(width: int, height: int, overlaps: Mapping[str, Overlap], share: float) -> Box | None:
    """The box of such a share of a photo of ``width`` by ``height`` px that is shown most; None where none is.

    Args:
        width, height: of the query photo.
        overlaps: of the photos that are right, by name.
        share: of the area.
    """
    wide, high = round(width * share**0.5), round(height * share**0.5)
    if min(wide, high) < LEAST_BOX_PX or not overlaps:
        return None
    middles = np.concatenate([one.points for one in overlaps.values()])
    corners = np.clip(np.floor(middles - [wide / 2, high / 2]), 0, [width - wide, height - high])
    corners = np.unique(corners, axis=0)
    inside = {name: _count_inside(one.points, corners, wide, high) for name, one in overlaps.items()}
    matches = np.sum(list(inside.values()), axis=0)
    chosen = Box(Region(0, 0, wide, high), {})
    for place in np.argsort(-matches, kind="stable").tolist():
        region = Region(*corners[place].tolist(), wide, high)
        quads = {name: shown(region, overlaps[name]) for name in overlaps if inside[name][place] >= LEAST_IN_BOX}
        known = {name: quad for name, quad in quads.items() if quad is not None}
        if len(known) > len(chosen.quads):
            chosen = Box(region, known)
        if len(chosen.quads) == len(overlaps):
            break
    return chosen if chosen.quads else None


def _count_inside(points: NDArray[np.float32], corners: NDArray[np.float64], wide: int, high: int) -> NDArray[np.int64]:
    """(M,) how many of (N, 2) points lie in each box, given by its (M, 2) upper left corner."""
    apart = points[None] - corners[:, None]
    counts: NDArray[np.int64] = ((apart >= 0) & (apart < [wide, high])).all(axis=2).sum(axis=1)
    return counts


def shown(region: Region, overlap: Overlap) -> NDArray[np.float64] | None:
    """(4, 2) corners of a box in the other photo; None where too much of it lies outside, or it is too small there."""
    import cv2

    x, y, wide, high = region.as_tuple()
    corners = np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]])
    brought = np.column_stack([corners, np.ones(4)]) @ overlap.homography.T
    if brought[:, 2].min() <= 0 < brought[:, 2].max() or not brought[:, 2].all():
        return None  # part of it lies behind the viewer
    quad = brought[:, :2] / brought[:, 2:]
    outline = quad.astype(np.float32)
    if not cv2.isContourConvex(outline):
        return None
    frame = np.array([[0, 0], [overlap.width, 0], [overlap.width, overlap.height], [0, overlap.height]], np.float32)
    common, _ = cv2.intersectConvexConvex(outline, frame)
    is_inside = common >= LEAST_INSIDE * cv2.contourArea(outline)
    return quad if is_inside and min(cv2.minAreaRect(outline)[1]) >= LEAST_PX else None


def boxes_of(query: Path, right: Sequence[Path], shares: Sequence[float]) -> list[Box]:
    """The boxes of a query photo, one for each share where there is one.

    Args:
        query: the photo.
        right: photos that show the same; boxes know them by their file's name.
        shares: of the area, for each box.
    """
    ours = see(query)
    found = {photo.name: overlap(ours, see(photo)) for photo in right}
    overlaps = {name: one for name, one in found.items() if one is not None}
    made = [choose_box(ours.width, ours.height, overlaps, share) for share in shares]
    return [box for box in made if box is not None]

"""Which of the query's features a verified photo shows again: what speaks for and against their being of the thing.

Once the homography is known, a keypoint at the right place, of the right size and turned rightly needs no descriptor to
be believed: by chance that happens to fewer than one in a hundred (``objects-develop``), to a feature of the thing
to one in four. So many more features are seen again than were matched.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, project
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.local_change import local_change

ERROR_PX = 2.5
"""Of the working size."""
SIZE_OCTAVES = 0.4
TURN_RAD = 0.3
MARGIN_PX = 4.0
"""Nearer to the photo's edge no keypoint is found."""
BY_CHANCE = 0.006
"""Share of features that are seen again where the photo shows something else."""
SIZES_PX = np.array([2.0, 3.0, 4.0, 6.0, 9.0, 14.0])
"""Lower ends of the bins of the size that a feature would have in the photo, in px of the working size."""
OF_THE_THING = np.array([0.0, 0.05, 0.16, 0.24, 0.30, 0.28, 0.19])
"""Share of features of the thing that are seen again, for each bin: of sizes below the first none, which tells nothing.
Measured on the flat things of ``objects-develop``."""
MOST_CLEAR = 3.0
"""Another photo may show so many times more or fewer of them."""
MOST_SHARE = 0.8
MISSED = 0.2
"""What a missing feature counts for: fewer have so many neighbours that are missing with them (shade, blur, a hand)."""


def evidence(
    query: LocalFeatures,
    photo: LocalFeatures,
    homography: Homography,
    working_px: int,
    matched: NDArray[np.floating[Any]],
) -> NDArray[np.float64]:
    """(N,) log odds that each feature of the query is of the thing, from one photo that shows it.

    Args:
        query: N features.
        photo: all features of the photo.
        homography: query px -> photo px.
        working_px: of the method that made the features.
        matched: (M, 2) where in the query the matches that agree are, M > 0; between them lies the thing, and how many
            features there are seen again says how clearly this photo shows it.
    Returns:
        Above 0 for what is seen again, below 0 for what is not, 0 for what the photo cannot tell: it lies outside, or
        would be too small.
    """
    points = query.points.astype(np.float64)
    scale = working_px / max(photo.width, photo.height, working_px)
    moved, change = project(homography, points), local_change(homography, points)
    with np.errstate(divide="ignore", invalid="ignore"):
        octaves = np.log2(np.abs(change.determinant)) / 2
        sizes = query.sizes * np.exp2(octaves)
        margin = MARGIN_PX / scale
        inside = np.all((moved > margin) & (moved < np.array([photo.width, photo.height]) - margin), axis=1)
    share = OF_THE_THING[np.searchsorted(SIZES_PX, np.nan_to_num(sizes * scale), side="right")]
    asked = np.flatnonzero(inside & (share > 0) & np.isfinite(octaves))
    turned = np.deg2rad(query.angles_deg[asked].astype(np.float64)) + change.turned_rad[asked]
    seen = _seen(moved[asked], np.log2(sizes[asked]), turned, photo, ERROR_PX / scale)
    low, high = matched.min(axis=0), matched.max(axis=0)
    between = np.all((points[asked] >= low) & (points[asked] <= high), axis=1)
    clear = (seen[between].sum() + 1) / (share[asked][between].sum() + 1)
    share = np.clip(share * np.clip(clear, 1 / MOST_CLEAR, MOST_CLEAR), 2 * BY_CHANCE, MOST_SHARE)
    found = np.zeros(len(query))
    missed = MISSED * np.log((1 - share[asked]) / (1 - BY_CHANCE))
    found[asked] = np.where(seen, np.log(share[asked] / BY_CHANCE), missed)
    return found


def _seen(
    points: NDArray[np.float64], octaves: NDArray[np.float64], turned_rad: NDArray[np.float64], photo: LocalFeatures,
    radius: float,
) -> NDArray[np.bool_]:  # fmt: skip
    """(N,) whether the photo has a keypoint near each point, of about that size and turned so."""
    seen = np.zeros(len(points), dtype=np.bool_)
    if not len(points) or not len(photo):
        return seen
    ask, near = _near(points, photo.points.astype(np.float64), radius)
    between = photo.angles_deg[near].astype(np.float64) * (np.pi / 180) - turned_rad[ask]
    alike = np.abs((between + np.pi) % (2 * np.pi) - np.pi) < TURN_RAD
    alike &= np.abs(np.log2(photo.sizes[near].astype(np.float64)) - octaves[ask]) < SIZE_OCTAVES
    seen[ask[alike]] = True
    return seen


def _near(
    points: NDArray[np.float64], others: NDArray[np.float64], radius: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs of a point and one of the others within the radius, as places in both."""
    side = 2 * radius  # so that a circle touches four cells at most, two beside each other in each of two rows
    across = int(max(points[:, 0].max(), others[:, 0].max()) / side) + 3
    cells = (np.floor(others[:, 1] / side).astype(np.int64) + 1) * across + np.floor(others[:, 0] / side).astype(int)
    order = np.argsort(cells, kind="stable")
    left = np.floor((points[:, 0] - radius) / side).astype(np.int64)
    top = np.floor((points[:, 1] - radius) / side).astype(np.int64) + 1
    asks, founds = [], []
    for row in (top, top + 1):
        first = np.searchsorted(cells[order], row * across + left)
        count = np.searchsorted(cells[order], row * across + left + 1, side="right") - first
        ask = np.repeat(np.arange(len(points)), count)
        place = np.arange(len(ask)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
        asks.append(ask)
        founds.append(order[place])
    ask, found = np.concatenate(asks), np.concatenate(founds)
    close = np.hypot(*(points[ask] - others[found]).T) < radius
    return ask[close], found[close]

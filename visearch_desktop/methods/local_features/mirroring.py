"""What a mirrored picture's SIFT features are, without looking at it: keypoints and histograms turned over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visearch_desktop.methods.local_features.features import LocalFeatures

ROWS, COLUMNS, TURNS = 4, 4, 8


def mirrored(features: LocalFeatures) -> LocalFeatures:
    """The features of the picture whose left and right have changed places.

    A descriptor is 4 × 4 histograms of 8 directions in a frame that its keypoint's angle turns; in the mirror that
    frame is turned over, so the rows change places and directions turn the other way (Lowe, IJCV 2004, section 6).

    Args:
        features: with descriptors of (N, 128), SIFT's or made from these number by number.
    """
    points = features.points.copy()
    points[:, 0] = features.width - points[:, 0]
    histograms = features.descriptors.reshape(-1, ROWS, COLUMNS, TURNS)
    turned_over = histograms[:, ::-1, :, -np.arange(TURNS) % TURNS].reshape(features.descriptors.shape)
    angles = np.asarray((180 - features.angles_deg) % 360, dtype=np.float32)
    return replace(features, points=points, angles_deg=angles, descriptors=np.ascontiguousarray(turned_over))

"""Elliptic regions: the shape of a drawn one is measured, and it is described as if it were a circle."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from visearch_desktop.methods.local_features.mser import MEASURED, ellipses
from visearch_desktop.methods.local_features.regions import Regions, described


def drawn(long_px: int, short_px: int, turned_deg: float) -> np.ndarray:
    """A dark ellipse in the middle of a bright picture."""
    picture = np.full((300, 400), 220, np.uint8)
    cv2.ellipse(picture, ((200, 150), (2 * long_px, 2 * short_px), turned_deg), 40, -1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize(("long_px", "short_px", "turned_deg"), [(60, 60, 0), (80, 40, 0), (80, 40, 30), (60, 20, 120)])
def test_a_drawn_ellipse_is_measured(long_px, short_px, turned_deg):
    pixels = np.argwhere(drawn(long_px, short_px, turned_deg) < 130)[:, ::-1].astype(np.int32)
    found = ellipses([pixels])
    assert found.centres[0] == pytest.approx([200, 150], abs=0.2)
    axes, lengths, _ = np.linalg.svd(found.shapes[0])
    assert lengths / MEASURED == pytest.approx([long_px, short_px], rel=0.05)
    if long_px > short_px:
        off = np.degrees(np.arctan2(axes[1, 0], axes[0, 0])) - turned_deg
        assert (off + 90) % 180 == pytest.approx(90, abs=1)


def test_lines_are_no_regions():
    line = np.column_stack([np.arange(200), np.full(200, 7)]).astype(np.int32)
    assert len(ellipses([line]).centres) == 0
    assert len(ellipses([]).centres) == 0


def test_a_region_where_nothing_is_has_no_direction_and_no_descriptor():
    one = Regions(np.array([[50.0, 50.0]]), np.array([np.eye(2) * 20]), np.ones(1))
    keypoints, rows = described(np.full((100, 100), 99, np.uint8), one)
    assert len(keypoints) == len(rows) == 0


def test_the_same_region_through_an_affine_map_has_the_same_descriptor():
    """What makes a region affine-covariant: map the picture and the ellipse, and nothing changes."""
    rng = np.random.default_rng(4)
    picture = cv2.resize(rng.integers(0, 256, (20, 25), dtype=np.uint8), (400, 320), interpolation=cv2.INTER_CUBIC)
    change = np.array([[0.9, 0.35], [-0.2, 0.7]])
    moved = cv2.warpAffine(picture, np.column_stack([change, [10, 90]]), (480, 400))
    centre, shape = np.array([200.0, 160.0]), np.array([[60.0, 0], [0, 60.0]])
    _, here = described(picture, Regions(centre[None], shape[None], np.ones(1)))
    _, there = described(moved, Regions((change @ centre + [10, 90])[None], (change @ shape)[None], np.ones(1)))
    here, there = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (here, there))
    assert (here @ there.T).max() > 0.97

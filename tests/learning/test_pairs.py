"""Photos of the same thing are found by what teachers say and what geometry confirms."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.learning.made import silent
from tests.scenes import scene
from visearch_desktop.core.geometry import project
from visearch_desktop.core.vectors import normalise
from visearch_desktop.learning.pairs import find_pairs, is_copy, propose
from visearch_desktop.learning.photos import open_photos


def test_only_mutual_neighbours_that_are_alike_are_proposed() -> None:
    descriptors = normalise(np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0.0], [0, 0, -1]]))
    assert propose(descriptors) == [(0, 1)]


def test_a_photo_seen_from_elsewhere_is_a_pair_and_a_look_alike_is_none(tmp_path: Path) -> None:
    one = scene(1, 288, 216)
    to_other = cv2.getPerspectiveTransform(
        np.float32([[0, 0], [288, 0], [288, 216], [0, 216]]), np.float32([[20, 8], [270, 22], [262, 200], [12, 210]])
    )
    other = cv2.warpPerspective(one, to_other, (288, 216))
    (tmp_path / "photos").mkdir()
    for number, pixels in enumerate([one, other, scene(2, 288, 216)]):
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    photos = open_photos([tmp_path / "photos"], tmp_path, silent)
    descriptors = normalise(np.array([[1, 0.1], [1, 0.0], [1, 0.05]]))
    (pair,) = find_pairs(photos, descriptors, tmp_path, silent)
    assert (pair.first, pair.second) == (0, 1)
    corners = np.array([[60.0, 50], [220, 60], [200, 170]])
    assert project(pair.homography, corners) == pytest.approx(project(to_other, corners), abs=3)
    (again,) = find_pairs(photos, np.zeros_like(descriptors), tmp_path, silent)
    assert again.homography == pytest.approx(pair.homography), "kept, not looked for again"


def test_a_copy_is_no_pair() -> None:
    assert is_copy(np.eye(3), (100, 100))
    assert not is_copy(np.diag([1.2, 1.2, 1]), (100, 100))

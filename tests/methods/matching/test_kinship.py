"""What two photos have to do with each other: synthetic keypoints under known homographies."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.scenes import similarity_transform
from visearch_desktop.core.geometry import project, project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.kinship import Kinship, kinship
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification

WIDTH, HEIGHT = 800, 600


def points_in(left: float, top: float, width: float, height: float, count: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(1)
    return (rng.random((count, 2)) * (width, height) + (left, top)).astype(np.float32)


def features(points: NDArray[np.float32]) -> LocalFeatures:
    count = len(points)
    none = np.zeros((count, 0), np.uint8)
    return LocalFeatures(points, np.full(count, 8, np.float32), np.zeros(count, np.float32), none, WIDTH, HEIGHT)


def kin_of(
    homography: NDArray[np.float64], agreeing: NDArray[np.float32], size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Kinship:
    """Of photos that agree in these points of the query, which has 200 all over it besides."""
    query = features(np.vstack([agreeing, points_in(0, 0, WIDTH, HEIGHT, 200)]))
    there = project(homography, agreeing).astype(np.float32)
    matches = np.column_stack([np.arange(len(agreeing))] * 2).astype(np.int32)
    verification = Verification(
        Verdict.VERIFIED, len(matches), len(matches), homography,
        project_region(homography, Region(0, 0, WIDTH, HEIGHT)), matches, np.ones(len(matches), np.bool_),
    )  # fmt: skip
    of_photo = np.vstack([there, points_in(0, 0, *size, 200)])
    found = kinship(verification, query, there, size, of_photo)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("transform", "size", "turned_deg", "shows"),
    [
        (similarity_transform(0.5, 0, 0, 0), (400, 300), 0, (1, 1)),
        (similarity_transform(1, 90, HEIGHT, 0), (HEIGHT, WIDTH), 90, (1, 1)),
        (similarity_transform(1, -90, 0, WIDTH), (HEIGHT, WIDTH), 90, (1, 1)),
        (similarity_transform(1, 180, WIDTH, HEIGHT), (WIDTH, HEIGHT), 180, (1, 1)),
        (similarity_transform(1, 0, -100, -80), (600, 450), 0, (0.5625, 1)),
    ],
    ids=["smaller", "turned right", "turned left", "upside down", "cropped"],
)
def test_a_copy_shows_the_scene_undistorted(
    transform: NDArray[np.float64], size: tuple[int, int], turned_deg: float, shows: tuple[float, float]
) -> None:
    kin = kin_of(transform, points_in(150, 120, 450, 380, 150), size)
    assert kin.inliers == 150
    assert kin.common == pytest.approx(1, abs=0.01)
    assert kin.distortion == pytest.approx(1, abs=0.01)
    assert kin.turned_deg == pytest.approx(turned_deg, abs=0.1)
    assert kin.shows == pytest.approx(shows, abs=0.01)
    assert kin.share > 0.3
    assert 0.35 < kin.again < 0.65


def test_another_view_is_distorted() -> None:
    seen_askew = np.array([[1, 0.1, 20], [0.05, 0.9, 10], [4e-4, 1e-4, 1]])
    assert kin_of(seen_askew, points_in(100, 100, 500, 400, 80)).distortion > 1.4


def test_a_common_background_agrees_at_the_edges_and_a_thing_in_the_middle() -> None:
    beside = np.vstack([points_in(10, 10, 150, 580, 40), points_in(650, 10, 140, 580, 40)])
    assert kin_of(np.eye(3), beside).middles == (0, 0)
    moved = kin_of(similarity_transform(1, 0, -250, 0), points_in(350, 200, 200, 200, 50))
    assert moved.middles[0] == 50
    assert 0 < moved.middles[1] < 40


def test_what_lies_outside_of_the_other_photo_is_not_common() -> None:
    half = similarity_transform(1, 0, WIDTH / 2, 0)
    assert kin_of(half, points_in(10, 10, 380, 580, 80)).common == pytest.approx(0.5, abs=0.01)


def test_a_logo_takes_a_small_share_of_both_and_a_thing_that_fills_one_photo_a_large_one() -> None:
    logo = points_in(20, 20, 80, 50, 60)
    assert kin_of(np.eye(3), logo).share < 0.01
    assert kin_of(similarity_transform(8, 0, -150, -150), logo).share > 0.3


def test_what_is_not_verified_says_nothing() -> None:
    nothing = np.zeros((0, 2), np.int32)
    refused = Verification(Verdict.TOO_FEW_AGREE, 0, 0, None, None, nothing, np.zeros(0, np.bool_))
    empty = np.zeros((0, 2), np.float32)
    assert kinship(refused, features(empty), empty, (WIDTH, HEIGHT), empty) is None

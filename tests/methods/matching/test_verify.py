"""Verification finds what is there, where it is, and refuses what only looks like it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.core.geometry import is_convex, project, project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift, none
from visearch_desktop.methods.matching.explanation import explain
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.methods.matching.verify import verify

ROOTSIFT = RootSift()
PERSPECTIVE = np.array([[0.75, 0.12, 90.0], [-0.06, 0.68, 130.0], [0.00025, 0.0002, 1.0]])


def features(pixels: np.ndarray) -> LocalFeatures:
    return ROOTSIFT.extract(pixels, pixels.shape[1], pixels.shape[0])


def overlap(one, other) -> float:
    """Intersection over union of two convex quads."""
    one, other = np.asarray(one, np.float32), np.asarray(other, np.float32)
    common = cv2.intersectConvexConvex(one, other)[0]
    return common / (cv2.contourArea(one) + cv2.contourArea(other) - common)


def matched(query: np.ndarray, photo: np.ndarray, region: Region | None = None) -> Verification:
    found = features(query)
    return verify(found if region is None else found.inside(region), features(photo), ROOTSIFT, region)


@pytest.mark.parametrize(
    "homography",
    [
        similarity_transform(1.0, 0, 80, 60),
        similarity_transform(0.6, 0, 200, 100),
        similarity_transform(0.8, 35, 350, 30),
        similarity_transform(0.9, 180, 720, 550),
        similarity_transform(1.6, -12, -50, 60),
        PERSPECTIVE,
    ],
    ids=["moved", "smaller", "turned", "upside down", "larger", "in perspective"],
)
def test_a_picture_seen_otherwise_is_found_where_it_is(homography):
    query = scene(11)
    found = matched(query, warped(query, homography, 800, 600, scene(12, 800, 600)))
    assert found.verdict is Verdict.VERIFIED
    assert found.inliers >= 30
    assert found.quad is not None
    assert overlap(found.quad, project_region(homography, Region(0, 0, 640, 480))) >= 0.9


def test_a_region_is_found_with_its_own_outline():
    query, region = scene(13), Region(150, 100, 260, 220)
    homography = similarity_transform(0.9, 20, 180, 20)
    found = matched(query, warped(query, homography, 800, 600, scene(14, 800, 600)), region)
    assert found.verdict is Verdict.VERIFIED
    assert overlap(found.quad, project_region(homography, region)) >= 0.9


def test_inliers_lie_where_the_homography_puts_them():
    query = scene(15)
    photo = warped(query, PERSPECTIVE, 800, 600, scene(16, 800, 600))
    ours, theirs = features(query), features(photo)
    found = verify(ours, theirs, ROOTSIFT)
    assert found.is_inlier.sum() == found.inliers <= found.tentative == len(found.matches)
    left, right = found.matches[found.is_inlier].T
    off = project(found.homography, ours.points[left]) - theirs.points[right]
    assert np.hypot(*off.T).max() < 6.0
    assert len(set(left)) == len(left)
    assert len(set(right)) == len(right)


@pytest.mark.parametrize("seed", range(20, 32))
def test_scenes_that_have_nothing_in_common_are_not_verified(seed):
    found = matched(scene(seed), scene(seed + 100, 800, 600))
    assert found.verdict is not Verdict.VERIFIED
    assert found.homography is None
    assert found.quad is None


def wallpaper(seed: int, tile_px: int, width: int = 640, height: int = 480) -> np.ndarray:
    """One small scene, over and over."""
    tile = cv2.resize(scene(seed, 160, 160), (tile_px, tile_px), interpolation=cv2.INTER_AREA)
    across, down = -(-width // tile_px), -(-height // tile_px)
    return np.ascontiguousarray(np.tile(tile, (down, across, 1))[:height, :width])


@pytest.mark.parametrize("tile_px", [40, 64, 96])
def test_different_things_on_repeating_textures_are_not_verified(tile_px):
    """The two wallpapers differ; the things in front of them, too."""
    one, other = wallpaper(1, tile_px), wallpaper(2, tile_px)
    one[120:360, 200:440], other[100:340, 240:480] = scene(3, 240, 240), scene(4, 240, 240)
    assert matched(one, other).verdict is not Verdict.VERIFIED


def test_whatever_agrees_on_a_repeating_texture_gives_a_sane_outline():
    """The same wallpaper is the same thing, as long as the outline neither folds nor collapses nor flips."""
    found = matched(wallpaper(1, 64), wallpaper(1, 48))
    if found.verdict is Verdict.VERIFIED:
        assert is_convex(found.quad)
        assert np.linalg.det(found.homography) > 0


def test_a_mirrored_picture_is_not_verified():
    query = scene(40)
    found = matched(query, np.ascontiguousarray(query[:, ::-1]))
    assert found.verdict is not Verdict.VERIFIED


def synthetic(
    points: np.ndarray, seed: int = 0, size: int = 640, angle: float = 0.0, scale: float = 1.0
) -> LocalFeatures:
    """Features at given spots whose descriptors tell them apart; the same seed gives the same descriptors."""
    rows = np.random.default_rng(seed).integers(0, 16, (len(points), 128), dtype=np.uint8)
    count = len(points)
    return LocalFeatures(
        np.asarray(points, np.float32), np.full(count, 10 * scale, np.float32), np.full(count, angle, np.float32), rows,
        size, size,
    )  # fmt: skip


def spots(count: int = 60) -> np.ndarray:
    return np.random.default_rng(5).uniform(60, 580, (count, 2))


def test_matches_that_all_fall_on_one_spot_are_collapsed():
    rng = np.random.default_rng(6)
    photo = synthetic(rng.uniform(318, 323, (60, 2)) + np.arange(60)[:, None] * 0.01)
    assert verify(synthetic(spots()), photo, ROOTSIFT).verdict is not Verdict.VERIFIED
    assert verify(photo, synthetic(spots()), ROOTSIFT).verdict is not Verdict.VERIFIED


def test_matches_on_one_line_are_collapsed():
    line = np.column_stack([np.linspace(50, 590, 60), np.full(60, 300.0)])
    found = verify(synthetic(line), synthetic(line), ROOTSIFT)
    assert found.verdict is Verdict.COLLAPSED
    assert found.inliers > 20, "how many agree is said all the same"


def test_matches_that_mirror_are_refused_however_many_they_are():
    query = spots()
    photo = query * [-1, 1] + [640, 0]
    assert verify(synthetic(query), synthetic(photo), ROOTSIFT).verdict is not Verdict.VERIFIED


def test_matches_that_agree_on_the_place_but_not_on_turn_or_size_are_refused():
    query = spots()
    assert verify(synthetic(query), synthetic(query), ROOTSIFT).verdict is Verdict.VERIFIED
    assert verify(synthetic(query), synthetic(query, angle=90.0), ROOTSIFT).verdict is not Verdict.VERIFIED
    assert verify(synthetic(query), synthetic(query, scale=4.0), ROOTSIFT).verdict is not Verdict.VERIFIED


def test_a_few_matches_in_a_small_corner_of_the_query_are_refused():
    corner = np.random.default_rng(7).uniform(0, 28, (9, 2)) + 10
    found = verify(synthetic(corner), synthetic(corner + 200), ROOTSIFT)
    assert found.verdict is Verdict.CORNER


def test_an_enlargement_beyond_what_a_camera_does_is_refused():
    query = 300 + (spots() - 320) * 0.05
    photo = synthetic(320 + (query - 300) * 18, scale=18.0)
    assert verify(synthetic(query), photo, ROOTSIFT).verdict is Verdict.IMPLAUSIBLE


@pytest.mark.parametrize("plain", [none(1, 1), none(640, 480), none(6000, 4000)])
def test_a_photo_without_details_has_too_few(plain):
    other = features(scene(1))
    for one, two in ((plain, other), (other, plain), (plain, plain)):
        found = verify(one, two, ROOTSIFT)
        assert found.verdict is Verdict.TOO_FEW_DETAILS
        assert (found.tentative, found.inliers, len(found.matches)) == (0, 0, 0)


def test_the_answer_is_the_same_each_time():
    query = features(scene(17))
    photo = features(warped(scene(17), PERSPECTIVE, 800, 600, scene(18, 800, 600)))
    first, again = verify(query, photo, ROOTSIFT), verify(query, photo, ROOTSIFT)
    assert np.array_equal(first.homography, again.homography)
    assert np.array_equal(first.matches, again.matches)
    assert first.quad == again.quad


def test_the_order_of_the_features_changes_nothing_but_last_digits():
    query = features(scene(17))
    photo = features(warped(scene(17), PERSPECTIVE, 800, 600, scene(18, 800, 600)))
    shuffled = photo.only(np.random.default_rng(1).permutation(len(photo)))
    one, other = verify(query, photo, ROOTSIFT), verify(query, shuffled, ROOTSIFT)
    assert one.verdict is other.verdict is Verdict.VERIFIED
    assert abs(one.inliers - other.inliers) <= 0.05 * one.inliers
    assert overlap(one.quad, other.quad) > 0.97


@pytest.mark.parametrize("size", [(640, 480), (3200, 2400)])
def test_large_photos_are_located_in_their_own_pixels(size):
    query, homography = scene(19), similarity_transform(0.7, 10, 150, 80)
    photo = warped(query, homography, 640, 480, scene(20))
    larger = np.diag([size[0] / 640, size[1] / 480, 1.0]) @ homography
    found = verify(features(query), ROOTSIFT.extract(photo, *size), ROOTSIFT)
    assert overlap(found.quad, project_region(larger, Region(0, 0, 640, 480))) >= 0.9


@pytest.mark.parametrize(("scale", "turned"), [(0.7, 30.0), (1.3, -100.0), (1.0, 0.0)])
def test_the_explanation_says_how_far_it_is_turned_and_scaled(scale, turned):
    said = explain(similarity_transform(scale, turned, 40, 50), Region(0, 0, 300, 200))
    assert said.turned_deg == pytest.approx(turned)
    assert said.scaled == pytest.approx(scale)

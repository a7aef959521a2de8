"""A thing that is in a photo more than once is found at each place, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.matching.test_verify import features, overlap
from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.core.geometry import project, project_region
from visearch_desktop.core.region import Region
from visearch_desktop.methods.local_features.rootsift import RootSift, none
from visearch_desktop.methods.matching.instances import find_instances
from visearch_desktop.methods.matching.verdict import Verdict
from visearch_desktop.methods.matching.verify import verify

ROOTSIFT = RootSift()
WHOLE = Region(0, 0, 640, 480)
PLACES = [
    similarity_transform(0.5, 0, 20, 30),
    similarity_transform(0.45, 40, 660, 40),
    similarity_transform(0.5, 180, 520, 560),
]


def photo_with(count: int) -> np.ndarray:
    seen = scene(72, 1000, 640)
    for place in PLACES[:count]:
        seen = warped(scene(71), place, 1000, 640, seen)
    return seen


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_place_is_found_once_with_its_own_outline(count: int) -> None:
    found = find_instances(features(scene(71)), features(photo_with(count)), ROOTSIFT)
    assert [one.verdict for one in found] == [Verdict.VERIFIED] * count
    for place in PLACES[:count]:
        wanted = project_region(place, WHOLE)
        assert sum(overlap(one.quad, wanted) > 0.85 for one in found) == 1


def test_two_places_that_spoil_the_ratio_test_for_each_other_are_both_found() -> None:
    query = features(scene(71))
    twice = warped(scene(71), similarity_transform(0.7, 0, 460, 0), 920, 340, np.zeros((340, 920, 3), np.uint8))
    photo = features(warped(scene(71), similarity_transform(0.7, 0, 0, 0), 920, 340, twice))
    assert verify(query, photo, ROOTSIFT).inliers < 40  # each detail is there twice, so none is clear
    found = find_instances(query, photo, ROOTSIFT)
    assert len(found) == 2
    assert all(one.inliers > 100 for one in found[-1:])


def test_matches_of_every_place_point_into_all_features_of_the_photo() -> None:
    query, photo = features(scene(71)), features(photo_with(3))
    for one in find_instances(query, photo, ROOTSIFT):
        inliers = one.matches[one.is_inlier]
        moved = project(one.homography, query.points[inliers[:, 0]])
        assert np.median(np.hypot(*(moved - photo.points[inliers[:, 1]]).T)) < 4


def test_the_usual_verdict_stands_where_nothing_is_found() -> None:
    query, photo = features(scene(73)), features(scene(74))
    found = find_instances(query, photo, ROOTSIFT)
    assert len(found) == 1
    assert found[0].verdict is verify(query, photo, ROOTSIFT).verdict is not Verdict.VERIFIED
    for one, other in ((none(10, 10), photo), (query, none(10, 10)), (none(1, 1), none(1, 1))):
        assert [found.verdict for found in find_instances(one, other, ROOTSIFT)] == [Verdict.TOO_FEW_DETAILS]


def test_another_surface_of_the_same_thing_is_no_second_one() -> None:
    """Both halves of the picture moved apart by parallax: two homographies, one thing."""
    query = scene(75)
    ground = scene(76, 800, 600)
    far = warped(query, similarity_transform(1.0, 0, 60, 60), 800, 600, ground)
    near = warped(query, similarity_transform(1.06, 3, 90, 45), 800, 600, ground)
    photo = np.hstack([far[:, :400], near[:, 400:]])
    assert len(find_instances(features(query), features(photo), ROOTSIFT)) == 1


def test_a_pattern_that_repeats_is_no_second_thing() -> None:
    """Wallpaper: what agrees once more lies a period further, where the photo ends."""
    period = scene(77, 480, 480)
    wall = np.hstack([period] * 2)
    query, photo = np.ascontiguousarray(wall[:, 100:740]), np.ascontiguousarray(wall[:, 60:760])
    found = find_instances(features(query), features(photo), ROOTSIFT)
    assert len(found) <= 1

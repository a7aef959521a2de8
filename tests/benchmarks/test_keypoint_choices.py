"""Tests of the choices of ``local_features``: they turn and grow with what they describe."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.benchmarks.keypoint_choices import choices
from tests.benchmarks.local_features import features
from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.methods.local_features.vocabulary import unit_rows
from visearch_desktop.methods.matching.tentative import tentative_matches

CHOICES = choices(())
NEAR_PX, TURN_DEG, OCTAVES = 3.0, 20.0, 0.6


@pytest.mark.parametrize("name", ["sift", "fast", "fast, enlarged", "shi-tomasi", "akaze", "harris-laplace"])
def test_most_matches_in_a_turned_and_smaller_picture_lie_where_they_should(name: str) -> None:
    turned, scale = 30.0, 0.7
    seen = scene(3, 480, 360)
    to_other = similarity_transform(scale, turned, 220, 10)
    other = warped(seen, to_other, 600, 480)
    one, two = (features(CHOICES[name], pixels, pixels.shape[1::-1], is_query=False) for pixels in (seen, other))
    matches = tentative_matches(unit_rows(one.descriptors), unit_rows(two.descriptors))
    asked, found = one.only(matches[:, 0]), two.only(matches[:, 1])
    expected = cv2.perspectiveTransform(asked.points[None], to_other)[0]
    near = np.linalg.norm(expected - found.points, axis=1) < NEAR_PX
    turns = (found.angles_deg - asked.angles_deg - turned + 180) % 360 - 180
    octaves = np.log2(found.sizes / asked.sizes / scale)
    assert near.sum() > 30
    assert near.mean() > 0.6
    assert np.mean(np.abs(turns[near]) < TURN_DEG) > 0.8
    assert np.mean(np.abs(octaves[near]) < OCTAVES) > 0.8


@pytest.mark.parametrize("name", CHOICES)
def test_a_picture_of_one_colour_has_no_details(name: str) -> None:
    pixels = np.full((64, 80, 3), 90, np.uint8)
    assert len(features(CHOICES[name], pixels, (80, 64), is_query=True)) == 0

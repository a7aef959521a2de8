"""The features of a mirrored picture, made of those of the picture."""

from __future__ import annotations

import numpy as np

from tests.scenes import scene
from visearch_desktop.methods.local_features.mirroring import mirrored
from visearch_desktop.methods.local_features.rootsift import RootSift


def test_mirrored_features_are_those_of_the_mirrored_picture() -> None:
    pixels = scene(3, 480, 360)
    method = RootSift(most=400)
    made = mirrored(method.extract(pixels, 960, 720))
    seen = method.extract(np.ascontiguousarray(pixels[:, ::-1]), 960, 720)
    apart = np.linalg.norm(made.points[:, None] - seen.points[None], axis=2)
    turned = np.abs((made.angles_deg[:, None] - seen.angles_deg[None] + 180) % 360 - 180)
    nearest = np.argmin(apart + turned, axis=1)
    is_there = (apart + turned)[np.arange(len(made)), nearest] < 4
    assert is_there.mean() > 0.7
    alike = (method.comparable(made) * method.comparable(seen)[nearest]).sum(axis=1)[is_there]
    assert np.median(alike) > 0.98


def test_mirroring_twice_changes_nothing() -> None:
    features = RootSift(most=100).extract(scene(4, 320, 240), 320, 240)
    twice = mirrored(mirrored(features))
    np.testing.assert_array_equal(twice.descriptors, features.descriptors)
    np.testing.assert_allclose(twice.points, features.points, atol=1e-4)
    np.testing.assert_allclose(twice.angles_deg, features.angles_deg, atol=1e-3)


def test_no_features_stay_none() -> None:
    none = RootSift().extract(np.full((60, 80, 3), 127, np.uint8), 80, 60)
    assert len(mirrored(none)) == 0

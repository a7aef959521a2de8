"""RootSIFT finds the same details in a turned, scaled picture, in the photo's own pixels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.local_features.rootsift import RootSift


@pytest.fixture(scope="module")
def rootsift() -> RootSift:
    return RootSift()


def test_keypoints_are_given_in_full_size_pixels_with_centres_at_one_half(rootsift):
    """A blob whose centre is known, seen at full and at half size."""
    import cv2

    photo = np.full((400, 600, 3), 255, np.uint8)
    cv2.circle(photo, (200, 150), 24, (0, 0, 0), -1)  # pixel (200, 150) is the centre: 200.5, 150.5
    small = cv2.resize(photo, (300, 200), interpolation=cv2.INTER_AREA)
    for pixels in (photo, small):
        found = rootsift.extract(pixels, 600, 400)
        off = np.hypot(found.points[:, 0] - 200.5, found.points[:, 1] - 150.5)
        blob = off.argmin()
        assert off[blob] < 0.6
        assert 30 < found.sizes[blob] < 90


def crowded() -> np.ndarray:
    """A picture with more than a thousand details."""
    return np.vstack([np.hstack([scene(4 * row + column, 256, 256) for column in range(4)]) for row in range(3)])


def test_the_strongest_details_are_kept_and_lie_inside(rootsift):
    pixels = crowded()
    some, more = RootSift(most=100).extract(pixels, 2048, 1536), rootsift.extract(pixels, 2048, 1536)
    assert len(some) == 100
    assert len(more) == 1000
    assert (more.points >= 0).all()
    assert (more.points <= [2048, 1536]).all()
    assert ((more.angles_deg >= 0) & (more.angles_deg < 360)).all()
    assert np.isin(some.points[:, 0], more.points[:, 0]).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 2), (64, 64), (300, 400)])
def test_a_photo_of_one_colour_has_no_details(rootsift, shape):
    found = rootsift.extract(np.full((*shape, 3), 90, np.uint8), shape[1], shape[0])
    assert len(found) == 0
    assert found.descriptors.shape == (0, 128)
    assert len(rootsift.unpack(rootsift.pack(found))) == 0
    assert rootsift.comparable(found).shape == (0, 128)


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (5, 7), (16, 16)])
def test_a_photo_of_few_pixels_is_no_error(rootsift, shape):
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = rootsift.extract(noise, shape[1], shape[0])
    assert len(found) == len(found.descriptors)


def test_the_same_pixels_give_the_same_features_from_any_extractor():
    pixels = scene(4)
    one, other = RootSift().extract(pixels, 640, 480), RootSift().extract(pixels, 640, 480)
    assert RootSift().pack(one) == RootSift().pack(other)


def test_comparable_rows_are_unit_vectors_close_to_the_unquantised_ones(rootsift):
    import cv2

    pixels = scene(2)
    rows = rootsift.comparable(rootsift.extract(pixels, 640, 480))
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    _, exact = cv2.SIFT.create(contrastThreshold=0.02, enable_precise_upscale=True).detectAndCompute(grey, None)
    exact = np.sqrt(exact / exact.sum(axis=1, keepdims=True))
    assert (rows @ exact.T).max(axis=1).min() > 0.98


def test_the_key_changes_with_everything_that_changes_the_output():
    assert len({RootSift().key, RootSift(working_px=800).key, RootSift(most=10).key, RootSift(contrast=0.1).key}) == 4

"""Joint colour histograms: colours count, places and shapes do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.core.registry import REGISTRY, load_all
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.colour_spaces import LAB, SPACES, ColourSpace

SPACE = pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
load_all()


def similarity(name: str, one: np.ndarray, other: np.ndarray) -> float:
    descriptor = build_descriptor(name, [])
    there = descriptor.describe(other)
    index = REGISTRY.find("index", descriptor.index).build(len(there))
    index.add([descriptor.unpack(descriptor.pack(there))], np.array([1]))
    return float(index.search(descriptor.describe(one), 1)[1][0])


@SPACE
def test_a_turned_or_mirrored_picture_keeps_its_histogram(space: ColourSpace) -> None:
    pixels = scene(1, 320, 240)
    there = space.histogram(pixels)
    assert there.sum() == pytest.approx(1, abs=1e-5)
    assert len(there) == np.prod(space.bins)
    for other in (np.rot90(pixels), np.rot90(pixels, 2), pixels[:, ::-1]):
        assert np.array_equal(space.histogram(other), there)


@SPACE
@pytest.mark.parametrize("comparison", ["chi2", "intersection"])
def test_a_picture_is_itself_and_nothing_of_its_negative(space: ColourSpace, comparison: str) -> None:
    name = f"colour_{space.name}_{comparison}"
    pixels = np.full((20, 30, 3), (250, 20, 20), np.uint8)
    assert similarity(name, scene(3, 120, 90), scene(3, 120, 90)) == pytest.approx(1, abs=2e-3)
    assert similarity(name, pixels, 255 - pixels) == 0


@pytest.mark.parametrize("name", [f"colour_{space.name}_intersection" for space in SPACES])
def test_the_intersection_is_the_share_of_pixels_in_common(name: str) -> None:
    red = np.full((40, 40, 3), (255, 0, 0), np.uint8)
    partly = red.copy()
    partly[:10] = (0, 0, 255)
    assert similarity(name, red, partly) == pytest.approx(0.75, abs=1e-3)


@SPACE
def test_every_colour_is_counted_even_outside_of_the_ranges(space: ColourSpace) -> None:
    steps = np.array([0, 63, 127, 191, 255], np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 1, 3)
    assert space.histogram(cube).sum() == pytest.approx(1, abs=1e-5)


def test_greys_with_a_little_noise_stay_in_one_column_of_lab_bins() -> None:
    grey = np.full((60, 60, 3), 120, np.uint8) + np.random.default_rng(0).integers(-2, 3, (60, 60, 1))
    cast = (grey + np.array([1, 0, -1])).astype(np.uint8)
    by_hue = LAB.histogram(cast).reshape(LAB.bins).sum(axis=0)
    assert by_hue.max() == pytest.approx(1)


@SPACE
def test_a_smaller_copy_is_nearer_than_another_picture(space: ColourSpace) -> None:
    name = f"colour_{space.name}_chi2"
    pixels = scene(2, 320, 240)
    small = cv2.resize(pixels, (100, 75), interpolation=cv2.INTER_AREA)
    assert similarity(name, small, pixels) > max(similarity(name, small, scene(k, 320, 240)) for k in range(3, 7))


def test_what_is_stored_is_what_was_counted_but_for_the_last_digits() -> None:
    descriptor = build_descriptor("colour_rgb_chi2", [])
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[0, :3] = 255
    there = descriptor.describe(pixels)
    again = descriptor.unpack(descriptor.pack(there))
    assert again == pytest.approx(there, rel=2e-3)
    assert again[-1] == pytest.approx(3 / 256**2, rel=2e-3)

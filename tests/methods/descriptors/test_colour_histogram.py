"""Colours count, shapes and places do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.descriptors.colour_histogram import ColourHistogram


def test_turning_and_mirroring_change_nothing() -> None:
    pixels = scene(1, 320, 240)
    histogram = ColourHistogram()
    there = histogram.describe(pixels)
    assert histogram.describe(np.rot90(pixels)) == pytest.approx(there, abs=1e-6)
    assert histogram.describe(pixels[:, ::-1]) == pytest.approx(there, abs=1e-6)


def test_similarity_is_the_overlap_of_square_roots() -> None:
    half_red = np.zeros((10, 10, 3), np.uint8)
    half_red[:5] = (255, 0, 0)
    red = np.full((10, 10, 3), (255, 0, 0), np.uint8)
    histogram = ColourHistogram()
    assert len(histogram.describe(red)) == 12 * 6 * 4
    assert float(histogram.describe(red) @ histogram.describe(half_red)) == pytest.approx(np.sqrt(0.5), abs=1e-4)
    assert float(histogram.describe(red) @ histogram.describe(red[..., ::-1])) == 0


def test_a_smaller_copy_is_nearer_than_another_picture() -> None:
    histogram = ColourHistogram()
    pixels = scene(2, 640, 480)
    small = cv2.resize(pixels, (200, 150), interpolation=cv2.INTER_AREA)
    query = histogram.describe(small)
    assert query @ histogram.describe(pixels) > max(query @ histogram.describe(scene(k)) for k in range(3, 9))

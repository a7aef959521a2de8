"""Edges by direction, in the whole photo and in its parts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.descriptors.edge_histogram import EdgeHistogram, cell_histograms


def stripes(angle_deg: float, size: int = 128) -> np.ndarray:
    """Waves whose brightness changes along ``angle_deg``, 0 being to the right, 90 downwards."""
    y, x = np.mgrid[:size, :size]
    angle = np.deg2rad(angle_deg)
    wave = 127 + 120 * np.sin((x * np.cos(angle) + y * np.sin(angle)) / 3)
    return np.repeat(wave[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("direction", range(8))
def test_stripes_fill_the_bin_of_their_direction(direction: int) -> None:
    shares = cell_histograms(stripes(22.5 * direction)).sum(axis=(0, 1))
    assert shares.argmax() == direction
    assert shares[direction] > 0.8 * shares.sum()


def test_a_direction_between_two_counts_to_both() -> None:
    shares = cell_histograms(stripes(22.5 * 2.5)).sum(axis=(0, 1))
    assert shares[2] == pytest.approx(shares[3], rel=0.1)
    assert shares[2] + shares[3] > 0.8 * shares.sum()


def test_an_edge_counts_where_it_is_and_in_the_larger_parts_that_hold_it() -> None:
    pixels = np.full((128, 128, 3), 40, np.uint8)
    pixels[70:90, 105:115] = 220  # in the third row, the fourth column
    local = cell_histograms(pixels).sum(axis=2)
    assert set(zip(*np.nonzero(local), strict=True)) == {(2, 3)}
    parts = EdgeHistogram().describe(pixels).reshape(30, 8).any(axis=1)
    whole, rows, columns, quarters = parts[0], parts[1:5], parts[5:9], parts[9:14]
    assert (whole, rows.tolist(), columns.tolist()) == (True, [False, False, True, False], [False, False, False, True])
    assert quarters.tolist() == [False, False, False, True, False]


def test_a_quarter_turn_turns_the_parts_and_the_directions_with_them() -> None:
    pixels = scene(3, 128, 128)
    there, turned = cell_histograms(pixels), cell_histograms(np.rot90(pixels))
    assert np.rot90(turned, -1)[..., np.roll(np.arange(8), 4)] == pytest.approx(there, rel=0.02, abs=30)


def test_colours_and_the_negative_change_nothing() -> None:
    pixels, edges = scene(5, 160, 120), EdgeHistogram()
    grey = np.repeat(stripes(30)[..., :1], 3, axis=2)
    assert edges.describe(255 - grey) == pytest.approx(edges.describe(grey), abs=1e-4)
    assert edges.describe(255 - pixels) @ edges.describe(pixels) > 0.99


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (90, 60)])
def test_a_picture_of_one_colour_has_no_edges(shape: tuple[int, int]) -> None:
    assert not EdgeHistogram().describe(np.full((*shape, 3), 99, np.uint8)).any()

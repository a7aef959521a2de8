"""A few dominant colours: as many as there are, where they are, however the picture is turned."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.descriptors.colour_dominant import COLOURS, DominantColours
from visearch_desktop.methods.descriptors.colour_spaces import HSV, LAB, RGB, SPACES, ColourSpace
from visearch_desktop.methods.indexes.exact_emd import earth_movers_distance

SPACE = pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)


def plain(*colour: float) -> np.ndarray:
    return np.full((24, 24, 3), colour, np.uint8)


@SPACE
def test_black_to_white_is_100_in_every_space(space: ColourSpace) -> None:
    black, white = (DominantColours(space).describe(plain(value, value, value)) for value in (0, 255))
    assert earth_movers_distance(black, white) == pytest.approx(100, abs=0.1)


@SPACE
def test_one_colour_is_one_point_and_three_are_three(space: ColourSpace) -> None:
    one = DominantColours(space).describe(plain(200, 30, 90)).reshape(-1, 4)
    assert one[:, 0].tolist() == [1] + [0] * (COLOURS - 1)
    assert one[0, 1:] == pytest.approx(space.points(np.array([[200, 30, 90]]) / 255)[0], abs=1e-3)
    flag = np.concatenate([plain(0, 0, 255), plain(255, 255, 255), plain(255, 255, 255), plain(255, 0, 0)])
    three = DominantColours(space).describe(flag).reshape(-1, 4)
    assert three[:4, 0] == pytest.approx([0.5, 0.25, 0.25, 0])


@SPACE
def test_a_turned_picture_keeps_its_colours(space: ColourSpace) -> None:
    pixels, dominant = scene(4, 320, 240), DominantColours(space)
    there = dominant.describe(pixels)
    shares = there.reshape(-1, 4)[:, 0]
    assert (np.diff(shares) <= 0).all()
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    for other in (np.rot90(pixels), pixels[:, ::-1]):
        assert np.array_equal(dominant.describe(other), there)


def test_the_further_a_colour_moves_the_more_it_costs_in_proportion() -> None:
    dominant = DominantColours(RGB)
    there = dominant.describe(plain(100, 100, 100))
    costs = [earth_movers_distance(there, dominant.describe(plain(100 + step, 100, 100))) for step in (20, 40, 80)]
    assert costs == pytest.approx([costs[0], 2 * costs[0], 4 * costs[0]], rel=1e-3)
    half = np.concatenate([plain(100, 100, 100), plain(140, 100, 100)])
    assert earth_movers_distance(there, dominant.describe(half)) == pytest.approx(costs[1] / 2, rel=1e-3)


@pytest.mark.parametrize("space", [HSV, LAB], ids=lambda space: space.name)
def test_a_shifted_hue_costs_more_the_further_it_is_shifted(space: ColourSpace) -> None:
    dominant = DominantColours(space)
    red, orange, yellow, green = (
        dominant.describe(plain(*colour)) for colour in ((255, 0, 0), (255, 128, 0), (255, 255, 0), (0, 255, 0))
    )
    costs = [earth_movers_distance(red, other) for other in (orange, yellow, green)]
    assert costs == sorted(costs)
    assert costs[0] < costs[2] / 2


def test_neighbouring_colours_are_near_where_a_histogram_sees_nothing_in_common() -> None:
    pixels = scene(6, 160, 120)
    brighter = np.clip(pixels.astype(np.int16) + 36, 0, 255).astype(np.uint8)
    dominant = DominantColours(LAB)
    there = dominant.describe(pixels)
    near = earth_movers_distance(there, dominant.describe(brighter))
    assert near < 18
    assert near < earth_movers_distance(there, dominant.describe(plain(0, 0, 0))) / 2


def test_what_is_stored_is_as_near_as_the_eye_can_tell() -> None:
    dominant = DominantColours(LAB)
    there = dominant.describe(scene(7, 160, 120))
    blob = dominant.pack(there)
    assert len(blob) == 96
    assert earth_movers_distance(there, dominant.unpack(blob)) < 0.1

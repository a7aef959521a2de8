"""GIST: lines of a direction and a fineness, part by part; light and contrast do not matter."""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.descriptors.test_edge_histogram import stripes
from tests.scenes import scene
from visearch_desktop.methods.descriptors.gist import FINEST, OCTAVE, Gist, evened, gabor_bank


def waves(cycles_per_px: float, angle_deg: float, size: int = 128) -> np.ndarray:
    y, x = np.mgrid[:size, :size]
    angle = np.deg2rad(angle_deg)
    wave = 127 + 90 * np.cos(2 * np.pi * cycles_per_px * (x * np.cos(angle) + y * np.sin(angle)))
    return np.repeat(wave[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("scale", range(4))
@pytest.mark.parametrize("direction", [0, 3, 4])
def test_waves_answer_most_to_the_filter_of_their_scale_and_direction(scale: int, direction: int) -> None:
    by_filter = Gist().describe(waves(FINEST / OCTAVE**scale, 22.5 * direction)).reshape(4, 8, 16).sum(axis=2)
    assert np.unravel_index(by_filter.argmax(), (4, 8)) == (scale, direction)


def test_a_part_with_structure_answers_and_the_others_do_not() -> None:
    pixels = np.full((128, 128, 3), 127, np.uint8)
    pixels[32:64, 96:] = stripes(20)[32:64, 96:]
    by_part = Gist().describe(pixels).reshape(32, 4, 4)[:8].sum(axis=0)
    assert np.unravel_index(by_part.argmax(), (4, 4)) == (1, 3)
    assert by_part[3, 0] < 0.05 * by_part[1, 3]


def test_each_filter_lets_one_side_of_the_spectrum_pass_and_nothing_of_the_mean() -> None:
    bank = gabor_bank()
    assert bank.shape[0] == 32
    assert np.array_equal(bank[..., 0], bank[..., 1])
    assert bank[:, 0, 0].max() < 0.05
    mirrored = np.roll(bank[:, ::-1, ::-1, 0], (1, 1), (1, 2))  # the same frequency from the other side
    assert (bank[..., 0] * mirrored).sum() < 0.02 * np.square(bank[..., 0]).sum()


@pytest.mark.parametrize("value", [0, 77, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (90, 60)])
def test_a_blank_is_all_zero(value: int, shape: tuple[int, int]) -> None:
    assert not Gist().describe(np.full((*shape, 3), value, np.uint8)).any()


def test_darker_and_flatter_light_change_little_but_another_scene_does() -> None:
    pixels, gist = scene(1, 240, 180), Gist()
    there = gist.describe(pixels)
    assert len(there) == 512
    dark = (pixels * 0.5).astype(np.uint8)
    lit_from_the_left = (pixels * np.linspace(0.5, 1, 240)[None, :, None]).astype(np.uint8)
    others = max(there @ gist.describe(scene(k, 240, 180)) for k in range(2, 8))
    assert there @ gist.describe(dark) > max(0.98, others)
    assert there @ gist.describe(lit_from_the_left) > max(0.98, others)
    assert there @ gist.describe(np.ascontiguousarray(pixels[:, ::-1])) < 0.97


def test_evening_out_takes_slow_changes_of_light_away() -> None:
    slope = np.tile(np.linspace(80, 120, 160, dtype=np.float32), (160, 1))
    fine = slope + 20 * np.sign(np.sin(np.arange(160) / 1.5))[None]
    assert np.abs(evened(slope)[40:120, 40:120]).mean() < 0.1 * np.abs(evened(fine)[40:120, 40:120]).mean()

"""The hash of a copy is nearly the same, that of another photo is another one, and nothing is like a blank."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.scenes import scene
from visearch_desktop.methods.descriptors.perceptual_hash import PerceptualHash, hash_of

HASH = PerceptualHash()


def differing(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.bitwise_count(HASH.describe(one) ^ HASH.describe(other)).sum())


def saved_again(pixels: np.ndarray, quality: int) -> np.ndarray:
    _, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


def test_it_survives_shrinking_saving_again_and_another_light() -> None:
    for seed in range(6):
        pixels = scene(seed, 240, 180)
        assert differing(pixels, cv2.resize(pixels, (90, 68), interpolation=cv2.INTER_AREA)) <= 4
        assert differing(pixels, saved_again(pixels, 20)) <= 4
        assert differing(pixels, (pixels * 0.6 + 20).astype(np.uint8)) <= 4


def test_other_pictures_differ_in_about_half_of_the_bits() -> None:
    apart = [differing(scene(a, 160, 120), scene(b, 160, 120)) for a in range(8) for b in range(a)]
    assert min(apart) > 10
    assert np.mean(apart) == pytest.approx(32, abs=3)


@given(arrays(np.float32, 64, elements=st.sampled_from([-9, -3, 0, 0.1, 3, 9])))
def test_half_of_the_bits_are_set_whatever_the_picture(coefficients: np.ndarray) -> None:
    assert np.bitwise_count(hash_of(coefficients)).sum() == (32 if (np.abs(coefficients) > 1).any() else 64)


@given(arrays(np.float32, 64, elements=st.floats(-100, 100, width=32), unique=True))
def test_the_bits_are_those_above_the_median(coefficients: np.ndarray) -> None:
    clear = np.abs(coefficients) >= 0.5
    bits = np.unpackbits(hash_of(coefficients)).astype(bool)
    if clear.all():
        assert np.array_equal(bits, coefficients > np.median(coefficients))


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (90, 60)])
def test_blank_pictures_are_alike_and_like_nothing_else(shape: tuple[int, int]) -> None:
    blank = np.full((*shape, 3), 50, np.uint8)
    assert differing(blank, np.full((40, 40, 3), 255, np.uint8)) == 0
    assert {differing(blank, scene(seed, 160, 120)) for seed in range(5)} == {32}
    grain = np.random.default_rng(0).integers(-1, 2, (240, 320, 1)) + 50
    assert differing(blank, np.repeat(grain, 3, axis=2).astype(np.uint8)) == 0


def test_it_takes_eight_bytes() -> None:
    there = HASH.describe(scene(1, 160, 120))
    assert len(HASH.pack(there)) == 8
    assert np.array_equal(HASH.unpack(HASH.pack(there)), there)

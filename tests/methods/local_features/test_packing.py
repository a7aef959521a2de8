"""Packed local features come back as they were, and rubbish is refused."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import scene
from visearch_desktop.methods.local_features import packing
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift

SHAPES = [(4, 128), (4, 64), (4, 2), (8, 128), (8, 61), (8, 32), (8, 1)]
"""Bits of a number and numbers of a descriptor: RootSIFT, others of 4 bits, SIFT, AKAZE, ORB, the shortest."""


def some_features(count: int, width: int, height: int, seed: int, bits: int = 4, numbers: int = 128) -> LocalFeatures:
    rng = np.random.default_rng(seed)
    return LocalFeatures(
        (rng.random((count, 2)) * [width, height]).astype(np.float32),
        np.exp(rng.uniform(0.7, 5, count)).astype(np.float32),
        (rng.random(count) * 359.99).astype(np.float32),
        rng.integers(0, 2**bits, (count, numbers), dtype=np.uint8),
        width,
        height,
    )


@settings(max_examples=100, deadline=None)
@given(
    count=st.integers(0, 40),
    width=st.integers(1, 60_000),
    height=st.integers(1, 60_000),
    seed=st.integers(0, 2**32 - 1),
    shape=st.sampled_from(SHAPES),
)
def test_unpacking_gives_back_what_was_packed_to_known_precision(count, width, height, seed, shape):
    given_features = some_features(count, width, height, seed, *shape)
    packed = packing.pack(given_features, shape[0])
    found = packing.unpack(packed, *shape)
    assert (found.width, found.height, len(found)) == (width, height, count)
    assert np.array_equal(found.descriptors, given_features.descriptors)
    assert np.allclose(found.points, given_features.points, atol=max(width, height) / 65_535)
    assert np.allclose(np.log2(found.sizes), np.log2(given_features.sizes), atol=1 / 31)
    turn = np.abs(found.angles_deg - given_features.angles_deg)
    assert (np.minimum(turn, 360 - turn) < 0.71).all()
    assert packing.pack(found, shape[0]) == packed, "packing again changes nothing"


def test_the_bytes_of_older_libraries_are_read_and_still_written():
    """Format 1, put together by hand: two keypoints of a photo of 200 × 100."""
    rows = np.arange(256, dtype=np.uint8).reshape(2, 128) % 16
    halves = rows[:, 0::2] + 16 * rows[:, 1::2]
    places = np.array([[0, 65_535], [13_107, 6_553]], "<u2")
    blob = b"".join([
        struct.pack("<2sBBIII", b"VF", 1, 4, 200, 100, 2),
        places.tobytes(),
        bytes([16, 80]),
        bytes([0, 64]),
        zlib.compress(halves.tobytes(), 1),
    ])  # fmt: skip
    found = packing.unpack(blob)
    assert np.allclose(found.points, [[0, 100], [40, 10]], atol=0.01)
    assert found.sizes.tolist() == [2, 32]
    assert found.angles_deg.tolist() == [0, 90]
    assert np.array_equal(found.descriptors, rows)
    assert packing.pack(found) == blob


def test_a_photo_full_of_details_takes_under_60_kilobytes():
    crowded = np.vstack([np.hstack([scene(4 * row + column, 256, 256) for column in range(4)]) for row in range(3)])
    found = RootSift().extract(crowded, 1024, 768)
    assert len(found) == 1000
    assert len(packing.pack(found)) < 60_000


@pytest.mark.parametrize("shape", SHAPES)
def test_cut_or_lengthened_bytes_are_refused(shape):
    blob = packing.pack(some_features(5, 640, 480, 1, *shape), shape[0])
    for length in range(len(blob)):
        with pytest.raises(ValueError, match="local features"):
            packing.unpack(blob[:length], *shape)
    with pytest.raises(ValueError, match="local features"):
        packing.unpack(blob + b"x", *shape)


@pytest.mark.parametrize("written", SHAPES)
@pytest.mark.parametrize("asked", SHAPES)
def test_features_of_another_method_are_refused(written, asked):
    blob = packing.pack(some_features(5, 640, 480, 1, *written), written[0])
    if written == asked:
        assert len(packing.unpack(blob, *asked)) == 5
    else:
        with pytest.raises(ValueError, match="local features"):
            packing.unpack(blob, *asked)


@settings(max_examples=200, deadline=None)
@given(blob=st.binary(max_size=200), shape=st.sampled_from(SHAPES))
def test_rubbish_is_refused(blob, shape):
    with pytest.raises(ValueError, match="local features"):
        packing.unpack(blob, *shape)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 19), value=st.integers(0, 255), shape=st.sampled_from(SHAPES))
def test_a_damaged_head_is_refused_or_harmless(place, value, shape):
    blob = bytearray(packing.pack(some_features(5, 640, 480, 2, *shape), shape[0]))
    blob[place] = value
    try:
        found = packing.unpack(bytes(blob), *shape)
    except ValueError:
        return
    assert len(found) == 5
    assert np.isfinite(found.points).all()

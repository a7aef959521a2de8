"""Packed local features come back as they were, and rubbish is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import scene
from visearch_desktop.methods.local_features import packing
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift


def some_features(count: int, width: int, height: int, seed: int) -> LocalFeatures:
    rng = np.random.default_rng(seed)
    return LocalFeatures(
        (rng.random((count, 2)) * [width, height]).astype(np.float32),
        np.exp(rng.uniform(0.7, 5, count)).astype(np.float32),
        (rng.random(count) * 359.99).astype(np.float32),
        rng.integers(0, 16, (count, 128), dtype=np.uint8),
        width,
        height,
    )


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 40),
    width=st.integers(1, 60_000),
    height=st.integers(1, 60_000),
    seed=st.integers(0, 2**32 - 1),
)
def test_unpacking_gives_back_what_was_packed_to_known_precision(count, width, height, seed):
    given_features = some_features(count, width, height, seed)
    found = packing.unpack(packing.pack(given_features))
    assert (found.width, found.height, len(found)) == (width, height, count)
    assert np.array_equal(found.descriptors, given_features.descriptors)
    assert np.allclose(found.points, given_features.points, atol=max(width, height) / 65_535)
    assert np.allclose(np.log2(found.sizes), np.log2(given_features.sizes), atol=1 / 31)
    turn = np.abs(found.angles_deg - given_features.angles_deg)
    assert (np.minimum(turn, 360 - turn) < 0.71).all()
    assert packing.pack(found) == packing.pack(given_features), "packing again changes nothing"


def test_a_photo_full_of_details_takes_under_60_kilobytes():
    crowded = np.vstack([np.hstack([scene(4 * row + column, 256, 256) for column in range(4)]) for row in range(3)])
    found = RootSift().extract(crowded, 1024, 768)
    assert len(found) == 1000
    assert len(packing.pack(found)) < 60_000


def test_cut_or_lengthened_bytes_are_refused():
    blob = packing.pack(some_features(9, 640, 480, 1))
    for length in range(len(blob)):
        with pytest.raises(ValueError, match="local features"):
            packing.unpack(blob[:length])
    with pytest.raises(ValueError, match="local features"):
        packing.unpack(blob + b"x")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_rubbish_is_refused(blob):
    with pytest.raises(ValueError, match="local features"):
        packing.unpack(blob)


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 19), value=st.integers(0, 255))
def test_a_damaged_head_is_refused_or_harmless(place, value):
    blob = bytearray(packing.pack(some_features(5, 640, 480, 2)))
    blob[place] = value
    try:
        found = packing.unpack(bytes(blob))
    except ValueError:
        return
    assert len(found) == 5
    assert np.isfinite(found.points).all()

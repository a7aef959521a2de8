"""Photos made of random features: the same for the same number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.testing import assert_array_equal

from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows
from visearch_desktop.methods.indexes.local.searching import Found
from visearch_desktop.methods.local_features.features import LocalFeatures

KEY = "rootsift@1/words"
WORDS = 40
"""So few that photos share them."""


def features(seed: int, count: int, width: int = 800, height: int = 600) -> LocalFeatures:
    rng = np.random.default_rng(seed)
    return LocalFeatures(
        points=(rng.random((count, 2)) * [width, height]).astype(np.float32),
        sizes=(2 + 30 * rng.random(count)).astype(np.float32),
        angles_deg=(360 * rng.random(count)).astype(np.float32),
        descriptors=np.zeros((count, 1), np.uint8),
        width=width,
        height=height,
    )


def photo(seed: int, count: int = 30, words: int = WORDS) -> PhotoRows:
    """Its bits are a few random ones away from those that all features of their word have."""
    rng = np.random.default_rng(seed + 1_000_000)
    chosen = rng.integers(0, words, count)
    usual = np.random.default_rng(5).integers(0, 256, (words, 8), dtype=np.uint8)
    noise = np.packbits(rng.random((count, 64)) < 0.15, axis=1)
    return PhotoRows.of(features(seed, count), chosen, usual[chosen] ^ noise)


def photos(ids: range | list[int], count: int = 30) -> list[PhotoRows]:
    return [photo(one, count) for one in ids]


def filled(folder: Path, ids: range | list[int]) -> LocalIndex:
    index = LocalIndex.create(folder, KEY)
    index.append(photos(ids), ids)
    return index


def asked(seed: int, count: int = 30) -> QueryRows:
    return QueryRows.of_stored(photo(seed, count))


def assert_same_photo(one: PhotoRows | None, other: PhotoRows) -> None:
    assert one is not None
    assert (one.width, one.height) == (other.width, other.height)
    for column in ("words", "bits", "places", "turns"):
        assert_array_equal(getattr(one, column), getattr(other, column), strict=True)


def assert_same_answer(one: Found, other: Found) -> None:
    """To the last bit, the pairs of features too."""
    for column in Found.__dataclass_fields__:
        assert_array_equal(getattr(one, column), getattr(other, column), err_msg=column)

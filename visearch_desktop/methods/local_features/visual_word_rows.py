"""How photos made of visual words travel from descriptors to the indexes that compare them: rows of bytes.

A signature is a (N · size,) uint8 array: N rows of one of the types below, nothing around them. No rows, no details.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures

WORDS_EACH = 3
BITS = 64
SIDE_PARTS = 256
SQUARED_STEP = np.float32(1 / 128)
"""Squared distances of unit rows are kept as multiples of this, up to 1.99."""

FEATURE = np.dtype([
    ("words", "<u2", (WORDS_EACH,)),
    ("squared", "u1", (WORDS_EACH,)),
    ("bits", "u1", (BITS // 8,)),
    ("place", "u1", (2,)),
])  # fmt: skip
"""A local feature: its nearest words, nearest first, their squared distances in steps, its 64 bits about the nearest
word, and x and y in 1/256 of the photo's sides."""

TERM = np.dtype([("word", "<u4"), ("weight", "<f2")])
"""A word of a photo, and how much of it there is."""

WORD_BITS = np.dtype([("word", "<u2"), ("bits", "u1", (BITS // 8,))])
"""A word of a photo with 64 bits that say where about the word's centre it lies."""


def feature_rows(
    features: LocalFeatures,
    words: NDArray[np.integer[Any]],
    squared: NDArray[np.float32],
    bits: NDArray[np.uint8],
) -> NDArray[Any]:
    """(N,) rows of :data:`FEATURE`.

    Args:
        features: N of a photo.
        words: (N, 3) the nearest words of each, nearest first.
        squared: (N, 3) squared distances to them.
        bits: (N, 8) uint8, of each about its nearest word.
    """
    rows = np.zeros(len(features), dtype=FEATURE)
    rows["words"] = words
    rows["squared"] = np.minimum(np.rint(squared / SQUARED_STEP), 255)
    rows["bits"] = bits
    sides = np.array([features.width, features.height], dtype=np.float32)
    rows["place"] = np.clip(features.points / sides * SIDE_PARTS, 0, SIDE_PARTS - 1)
    return rows


def to_signature(rows: NDArray[Any]) -> NDArray[np.uint8]:
    """(N · size,) uint8 of (N,) rows of one of the types."""
    return np.ascontiguousarray(rows).view(np.uint8).reshape(-1)


def from_signature(signature: NDArray[np.uint8], kind: np.dtype[Any]) -> NDArray[Any]:
    """(N,) rows of a type.

    Raises:
        ValueError: the bytes are no whole number of rows.
    """
    return np.ascontiguousarray(signature, dtype=np.uint8).view(kind)


def whole_bits(rows: NDArray[Any]) -> NDArray[np.uint64]:
    """(N,) the 64 bits of each row as one number."""
    return np.ascontiguousarray(rows["bits"]).view("<u8").reshape(-1)

"""Local features as bytes: about 48 a keypoint.

Little endian. A head of 16 bytes: magic ``VF``, format, bits of a level, width, height and count (uint32). Then, for
all keypoints each: x and y (uint16, of 65,535 parts of the width and height), size (uint8, logarithmic), angle (uint8,
of 256 parts of a turn). Then the descriptors, deflated: two 4-bit levels a byte, the even number in the low half.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures

MAGIC = b"VF"
FORMAT = 1
BITS = 4
TOP_LEVEL = 2**BITS - 1
NUMBERS = 128
HEAD = struct.Struct("<2sBBIII")
KEYPOINT_BYTES = 2 * 2 + 1 + 1
DESCRIPTOR_BYTES = NUMBERS * BITS // 8
MOST_KEYPOINTS = 1 << 20
LEVELS_PER_OCTAVE = 16
PARTS = 65535.0


def pack(features: LocalFeatures) -> bytes:
    """A compact form; positions are kept to 1/65,535 of the photo's sides, sizes to 2 %, angles to 0.7°."""
    count = len(features)
    head = HEAD.pack(MAGIC, FORMAT, BITS, features.width, features.height, count)
    sides = np.array([features.width, features.height], dtype=np.float64)
    points = np.clip(np.rint(features.points / sides * PARTS), 0, PARTS).astype("<u2")
    sizes = np.log2(np.maximum(features.sizes, 1.0)) * LEVELS_PER_OCTAVE
    turns = np.rint(features.angles_deg / 360 * 256).astype(np.int64) % 256
    levels = features.descriptors
    halves = (levels[:, 0::2] | (levels[:, 1::2] << BITS)).astype(np.uint8)
    return b"".join((
        head,
        points.tobytes(),
        np.clip(np.rint(sizes), 0, 255).astype(np.uint8).tobytes(),
        turns.astype(np.uint8).tobytes(),
        zlib.compress(halves.tobytes(), 1),
    ))  # fmt: skip


def unpack(blob: bytes) -> LocalFeatures:
    """What :func:`pack` wrote.

    Raises:
        ValueError: it did not write this.
    """
    if len(blob) < HEAD.size:
        raise ValueError("packed local features are cut short")
    magic, form, bits, width, height, count = HEAD.unpack_from(blob)
    if (magic, form, bits) != (MAGIC, FORMAT, BITS) or not width or not height:
        raise ValueError("these bytes are no packed local features of this format")
    start = HEAD.size + count * KEYPOINT_BYTES
    if count > MOST_KEYPOINTS or len(blob) < start:
        raise ValueError(f"packed local features: {len(blob)} bytes do not hold {count} keypoints")
    keypoints = np.frombuffer(blob, dtype=np.uint8, offset=HEAD.size, count=count * KEYPOINT_BYTES)
    points, sizes, turns = np.split(keypoints, np.cumsum([4, 1]) * count)
    halves = _inflated(blob[start:], count * DESCRIPTOR_BYTES)
    return LocalFeatures(
        points=_points(points, width, height),
        sizes=np.exp2(sizes.astype(np.float32) / LEVELS_PER_OCTAVE),
        angles_deg=turns.astype(np.float32) * np.float32(360 / 256),
        descriptors=_levels(halves.reshape(count, DESCRIPTOR_BYTES)),
        width=width,
        height=height,
    )


def _inflated(packed: bytes, length: int) -> NDArray[np.uint8]:
    """Raises: ValueError: the bytes are not deflated, or do not give that length."""
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(packed, length + 1)
    except zlib.error as error:
        raise ValueError(f"packed local features: {error}") from None
    if len(plain) != length or not inflater.eof or inflater.unused_data:
        raise ValueError("packed local features: the descriptors are cut short or too long")
    return np.frombuffer(plain, dtype=np.uint8)


def _points(parts: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float32]:
    sides = np.array([width, height], dtype=np.float64)
    return np.asarray(parts.view("<u2").reshape(-1, 2) / PARTS * sides, dtype=np.float32)


def _levels(halves: NDArray[np.uint8]) -> NDArray[np.uint8]:
    levels = np.empty((len(halves), NUMBERS), dtype=np.uint8)
    levels[:, 0::2] = halves & TOP_LEVEL
    levels[:, 1::2] = halves >> BITS
    return levels

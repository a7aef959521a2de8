"""Local features as bytes.

Little endian. A head: magic ``VF``, format, bits of a level, width, height and count (uint32); in format 2 also how
many numbers a descriptor has (uint16), which in format 1 are 128 of 4 bits. Then, for all keypoints each: x and y
(uint16, of 65,535 parts of the width and height), size (uint8, logarithmic), angle (uint8, of 256 parts of a turn).
Then the descriptors, deflated: a byte a number, or two 4-bit levels a byte, the even number in the low half. The bytes
of a binary descriptor are numbers of 8 bits like any others.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures

MAGIC = b"VF"
OLD_FORMAT, FORMAT = 1, 2
OLD_SHAPE = (4, 128)
"""Bits and numbers that format 1 stands for; they are still written so."""
BITS = 4
TOP_LEVEL = 2**BITS - 1
HEAD = struct.Struct("<2sBBIII")
MORE_HEAD = struct.Struct("<H")
KEYPOINT_BYTES = 2 * 2 + 1 + 1
MOST_KEYPOINTS = 1 << 20
LEVELS_PER_OCTAVE = 16
PARTS = 65535.0


def pack(features: LocalFeatures, bits: int = BITS) -> bytes:
    """A compact form; positions are kept to 1/65,535 of the photo's sides, sizes to 2 %, angles to 0.7°.

    Args:
        features: with descriptors of (N, D) uint8; D is even where ``bits`` is 4, and 65,535 at most.
        bits: of a number: 4 (0…15) or 8 (anything, the bytes of a binary descriptor, too).
    """
    count, numbers = features.descriptors.shape
    old = (bits, numbers) == OLD_SHAPE
    head = HEAD.pack(MAGIC, OLD_FORMAT if old else FORMAT, bits, features.width, features.height, count)
    sides = np.array([features.width, features.height], dtype=np.float64)
    points = np.clip(np.rint(features.points / sides * PARTS), 0, PARTS).astype("<u2")
    sizes = np.log2(np.maximum(features.sizes, 1.0)) * LEVELS_PER_OCTAVE
    turns = np.rint(features.angles_deg / 360 * 256).astype(np.int64) % 256
    levels = features.descriptors
    plain = levels if bits == 8 else (levels[:, 0::2] | (levels[:, 1::2] << BITS)).astype(np.uint8)
    return b"".join((
        head,
        b"" if old else MORE_HEAD.pack(numbers),
        points.tobytes(),
        np.clip(np.rint(sizes), 0, 255).astype(np.uint8).tobytes(),
        turns.astype(np.uint8).tobytes(),
        zlib.compress(plain.tobytes(), 1),
    ))  # fmt: skip


def unpack(blob: bytes, bits: int = BITS, numbers: int = OLD_SHAPE[1]) -> LocalFeatures:
    """What :func:`pack` wrote.

    Args:
        blob: the bytes.
        bits: of a number, as given to :func:`pack`.
        numbers: D, of a descriptor.
    Raises:
        ValueError: it did not write this, or not with so many bits and numbers.
    """
    width, height, count, start = _head(blob, bits, numbers)
    end = start + count * KEYPOINT_BYTES
    if count > MOST_KEYPOINTS or len(blob) < end:
        raise ValueError(f"packed local features: {len(blob)} bytes do not hold {count} keypoints")
    keypoints = np.frombuffer(blob, dtype=np.uint8, offset=start, count=count * KEYPOINT_BYTES)
    points, sizes, turns = np.split(keypoints, np.cumsum([4, 1]) * count)
    row_bytes = numbers * bits // 8
    plain = _inflated(blob[end:], count * row_bytes).reshape(count, row_bytes)
    return LocalFeatures(
        points=_points(points, width, height),
        sizes=np.exp2(sizes.astype(np.float32) / LEVELS_PER_OCTAVE),
        angles_deg=turns.astype(np.float32) * np.float32(360 / 256),
        descriptors=plain if bits == 8 else _levels(plain),
        width=width,
        height=height,
    )


def _head(blob: bytes, bits: int, numbers: int) -> tuple[int, int, int, int]:
    """Width, height, count, and where the keypoints begin. Raises: ValueError: see :func:`unpack`."""
    if len(blob) < HEAD.size:
        raise ValueError("packed local features are cut short")
    magic, form, found_bits, width, height, count = HEAD.unpack_from(blob)
    if magic != MAGIC or form not in (OLD_FORMAT, FORMAT) or not width or not height:
        raise ValueError("these bytes are no packed local features of this format")
    start, found_numbers = HEAD.size, OLD_SHAPE[1]
    if form == FORMAT:
        if len(blob) < start + MORE_HEAD.size:
            raise ValueError("packed local features are cut short")
        found_numbers = MORE_HEAD.unpack_from(blob, start)[0]
        start += MORE_HEAD.size
    if (found_bits, found_numbers) != (bits, numbers):
        raise ValueError(f"packed local features: {found_numbers} × {found_bits} bits, not {numbers} × {bits}")
    return width, height, count, start


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
    levels = np.empty((len(halves), 2 * halves.shape[1]), dtype=np.uint8)
    levels[:, 0::2] = halves & TOP_LEVEL
    levels[:, 1::2] = halves >> BITS
    return levels

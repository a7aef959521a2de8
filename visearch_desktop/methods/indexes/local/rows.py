"""What the local index keeps of a photo: for each feature its visual word, 64 bits, and where it lies; 15 bytes in all.

Positions are kept to 1/4096 of the photo's sides (a quarter of a pixel of 1024), sizes to 4 %, angles to 1.4°.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.bundled_vocabulary import BundledVocabulary
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.vocabulary import unit_rows

MOST = 1750
"""Features of a photo, at 17 bytes each in the index: 30 KB; few photos have as many of enough contrast."""
CELLS = 16
"""Along the photo's longer side: see :func:`spread`."""
EACH = 8
"""So many of its nearest words a query's feature is looked for under."""
MOST_WORDS = 1 << 16

SIDE_PARTS = 1 << 12
LEVELS_PER_OCTAVE = 16
TURNS = 256
ROW_BYTES = 2 + 8 + 4 + 1
HEAD = struct.Struct("<III")


@dataclass(frozen=True, slots=True)
class PhotoRows:
    """N features of one photo, by ascending word.

    Attributes:
        words: (N,) uint16.
        bits: (N,) uint64: on which side of its word the feature lies, in 64 directions.
        places: (N,) uint32: x and y (12 bits each, from the lowest) and size (8 bits).
        turns: (N,) uint8: angle.
        width, height: of the photo, upright full-size px.
    """

    words: NDArray[np.uint16]
    bits: NDArray[np.uint64]
    places: NDArray[np.uint32]
    turns: NDArray[np.uint8]
    width: int
    height: int

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def of(cls, features: LocalFeatures, words: NDArray[np.integer[Any]], bits: NDArray[np.uint8]) -> PhotoRows:
        """Of features whose (N,) words and (N, 8) bits are known."""
        order = np.argsort(words, kind="stable")
        some = features.only(order)
        return cls(
            words[order].astype(np.uint16),
            np.ascontiguousarray(bits[order]).view("<u8").reshape(-1).astype(np.uint64),
            packed_places(some.points, some.sizes, some.width, some.height),
            np.asarray(np.rint(some.angles_deg * (TURNS / 360)) % TURNS, dtype=np.uint8),
            features.width,
            features.height,
        )

    def keypoints(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """(N, 2) points and (N,) sizes in full-size px, (N,) angles in degrees."""
        points, sizes = unpacked_places(self.places, np.array([[self.width, self.height]]))
        return points, sizes, self.turns * np.float32(360 / TURNS)

    def to_bytes(self) -> bytes:
        """What :meth:`from_bytes` reads."""
        return b"".join((
            HEAD.pack(self.width, self.height, len(self)),
            self.words.astype("<u2").tobytes(),
            self.bits.astype("<u8").tobytes(),
            self.places.astype("<u4").tobytes(),
            self.turns.tobytes(),
        ))  # fmt: skip

    @classmethod
    def from_bytes(cls, blob: bytes) -> PhotoRows:
        """Raises: ValueError: :meth:`to_bytes` did not write this."""
        if len(blob) < HEAD.size:
            raise ValueError("the rows of a photo are cut short")
        width, height, count = HEAD.unpack_from(blob)
        if len(blob) != HEAD.size + count * ROW_BYTES:
            raise ValueError(f"{len(blob)} bytes do not hold {count} features")
        words, bits, places, turns = (
            np.frombuffer(blob, kind, count, HEAD.size + before * count)
            for kind, before in (("<u2", 0), ("<u8", 2), ("<u4", 10), ("u1", 14))
        )
        if np.any(words[1:] < words[:-1]):
            raise ValueError("the words of a photo are out of order")
        return cls(words, bits, places, turns, width, height)


@dataclass(frozen=True, slots=True)
class QueryRows:
    """Q features of a query, in no order.

    Attributes:
        words: (Q, n) the nearest words of each, nearest first.
        bits: (Q, n) uint64, of each about each of its words.
        points: (Q, 2) float32, px of the query picture.
        sizes: (Q,) float32, px.
        angles_deg: (Q,) float32.
    """

    words: NDArray[np.integer[Any]]
    bits: NDArray[np.uint64]
    points: NDArray[np.float32]
    sizes: NDArray[np.float32]
    angles_deg: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.words)

    def only(self, some: slice | NDArray[np.integer[Any]]) -> QueryRows:
        """A run of them, or those at (N,) places."""
        return QueryRows(self.words[some], self.bits[some], self.points[some], self.sizes[some], self.angles_deg[some])

    def with_more(self, more: QueryRows) -> QueryRows:
        """These and others after them."""
        return QueryRows(
            np.concatenate([self.words, more.words]), np.concatenate([self.bits, more.bits]),
            np.concatenate([self.points, more.points]), np.concatenate([self.sizes, more.sizes]),
            np.concatenate([self.angles_deg, more.angles_deg]),
        )  # fmt: skip

    @classmethod
    def of_stored(cls, rows: PhotoRows, keep: NDArray[np.bool_] | None = None) -> QueryRows:
        """A photo of the index as a query, with the one word of each feature that is kept; all, or those of a mask."""
        points, sizes, angles = rows.keypoints()
        some = slice(None) if keep is None else keep
        return cls(rows.words[some, None], rows.bits[some, None], points[some], sizes[some], angles[some])


def photo_rows(features: LocalFeatures, vocabulary: BundledVocabulary, most: int = MOST) -> PhotoRows:
    """The rows of a photo with RootSIFT features.

    Args:
        features: strongest first, their descriptors as levels.
        vocabulary: the words.
        most: how many are kept, see :func:`spread`.
    """
    some = features.only(spread(features, most))
    rows = unit_rows(some.descriptors)
    words = vocabulary.assign(rows)[0][:, 0]
    return PhotoRows.of(some, words, vocabulary.signatures(rows, words))


def query_rows(features: LocalFeatures, vocabulary: BundledVocabulary, each: int = EACH) -> QueryRows:
    """The rows of a query with RootSIFT features, in their order.

    Args:
        features: those inside the region, if there is one.
        vocabulary: the words.
        each: n, under how many words each feature is looked for.
    """
    rows = unit_rows(features.descriptors)
    words = vocabulary.assign(rows, each)[0]
    bits = np.zeros((len(rows), each), dtype=np.uint64)
    for place in range(each):
        found = vocabulary.signatures(rows, words[:, place])
        bits[:, place] = np.ascontiguousarray(found).view("<u8").reshape(-1)
    repeated = np.zeros(words.shape, dtype=np.bool_)  # a cell with few words names its farthest one again
    repeated[:, 1:] = words[:, 1:] == words[:, :-1]
    return QueryRows(np.where(repeated, -1, words), bits, features.points, features.sizes, features.angles_deg)


def spread(features: LocalFeatures, most: int, cells: int = CELLS) -> NDArray[np.intp]:
    """Which features to keep of too many: the strongest of every part of the photo in turn, ascending.

    A small thing before a busy background has few of the strongest features, but it has the strongest ones where it
    lies: that finds more than keeping the strongest of all (``tests/benchmarks/object_index.py``).

    Args:
        features: strongest first.
        most: how many are kept at most.
        cells: into so many parts the longer side is cut.
    """
    if len(features) <= most:
        return np.arange(len(features))
    side = max(features.width, features.height) / cells
    cell = np.minimum((features.points / side).astype(np.int64), cells - 1)
    number = np.maximum(cell[:, 1], 0) * cells + np.maximum(cell[:, 0], 0)
    order = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(number[order]) != 0))
    each = np.diff(np.append(starts, len(order)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, each)
    return np.sort(np.argsort(rank, kind="stable")[:most])


def packed_places(
    points: NDArray[np.float32], sizes: NDArray[np.float32], width: int, height: int
) -> NDArray[np.uint32]:
    """(N,) x, y and size in 32 bits each; the middle of its part stands for a position."""
    sides = np.array([width, height], dtype=np.float64)
    parts = np.clip(points / sides * SIDE_PARTS, 0, SIDE_PARTS - 1).astype(np.uint32)
    levels = np.clip(np.rint(np.log2(np.maximum(sizes, 1)) * LEVELS_PER_OCTAVE), 0, 255).astype(np.uint32)
    return np.asarray(parts[:, 0] | parts[:, 1] << 12 | levels << 24, dtype=np.uint32)


def unpacked_places(
    places: NDArray[np.uint32], sides: NDArray[np.integer[Any]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(N, 2) points and (N,) sizes in px of photos with (N or 1, 2) sides."""
    parts = np.stack([places & 0xFFF, places >> 12 & 0xFFF], axis=1)
    points = ((parts + 0.5) / SIDE_PARTS * sides).astype(np.float32)
    return points, np.exp2((places >> 24).astype(np.float32) / LEVELS_PER_OCTAVE)

"""Regions of a photo as short rows of 4-bit numbers, and any region of a query picture in the same terms."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vector, Vectors, descriptor_key, normalise
from visearch_desktop.core.whitening import Whitening, apply_whitening, fit_whitening
from visearch_desktop.methods.descriptors.descriptor import model_hash
from visearch_desktop.methods.descriptors.regions.grid import HALVES, window_of
from visearch_desktop.methods.descriptors.regions.photo_regions import NAME, PhotoRegions
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap

DIMENSION = 128
SHRINKAGE = 0.5
MOST, SPREADS = 7, 4
"""The largest 4-bit number, and how many times as large as usual in a unit vector a number is that it stands for. Eight
bits find no more (``tests/benchmarks/regions.py``)."""


class RegionDescriber:
    """A photo as ``len(windows) × dimension`` numbers, two of them a byte.

    Args:
        maker: gives what is shortened.
        whitening: of :func:`learn`.
    """

    version = 2

    def __init__(self, maker: PhotoRegions, whitening: Whitening) -> None:
        self.maker, self._whitening = maker, whitening
        self.dimension = whitening[1].shape[1]
        learned = model_hash({"mean": whitening[0], "projection": whitening[1]})
        self.key = descriptor_key(NAME, self.version, {"pooled": maker.key, "spreads": SPREADS, "model": learned})

    def rows(self, pooled: Vectors) -> NDArray[np.int8]:
        """(R, d) of the pooled regions (R, D) of a photo, to be kept."""
        return quantised(apply_whitening(pooled, self._whitening))

    def pack(self, rows: NDArray[np.int8]) -> bytes:
        """What :meth:`rows` gave, two numbers a byte, the first one low."""
        low, high = (rows.reshape(-1, 2) + np.int8(MOST + 1)).astype(np.uint8).T
        packed: bytes = (low | high << 4).tobytes()
        return packed

    def unpack(self, blob: bytes) -> NDArray[np.int8]:
        """(R, d) of the bytes of :meth:`pack`."""
        packed = np.frombuffer(blob, np.uint8)
        numbers = np.column_stack([packed & 15, packed >> 4]).astype(np.int8) - np.int8(MOST + 1)
        return numbers.reshape(len(self.maker.windows), self.dimension)

    def parts_of(self, pooled: Vectors) -> Vectors:
        """(P, d) unit vectors of the half-sized windows among the pooled regions (R, D) of a picture."""
        return apply_whitening(pooled[HALVES], self._whitening)

    def query(self, seen: Sequence[PooledMap], region: Region | None, width: int, height: int) -> Vector:
        """(d,) unit vector of a region of a picture of that size; None is the whole picture.

        Args:
            seen: of :meth:`PhotoRegions.look_as_query`.
            region: in px of the picture.
            width: of the picture.
            height: of the picture.

        Raises:
            RegionError: hardly any of it lies inside the picture.
        """
        return apply_whitening(pooled_query(seen, region, width, height), self._whitening)


def learn(sample: Vectors, dimension: int = DIMENSION) -> Whitening:
    """The whitening of pooled regions (N, D) of some photos; needs no chance."""
    return fit_whitening(sample, dimension, shrinkage=SHRINKAGE)


def pooled_query(seen: Sequence[PooledMap], region: Region | None, width: int, height: int) -> Vector:
    """(D,) unit vector of a region before whitening, the mean over the sizes that the picture was seen at."""
    window = window_of(region, width, height)
    return normalise(np.sum([one.pool(window)[0] for one in seen], axis=0))


def steps(dimension: int) -> float:
    """How many of the whole numbers that are kept of a unit vector (d,) make 1; a number is 1 / √d on average."""
    return MOST * math.sqrt(dimension) / SPREADS


def quantised(vectors: Vectors) -> NDArray[np.int8]:
    """Unit vectors (N, d) in whole numbers up to 7, see :func:`steps`; larger ones are cut off."""
    return np.asarray(np.clip(np.rint(vectors * steps(vectors.shape[-1])), -MOST, MOST), dtype=np.int8)

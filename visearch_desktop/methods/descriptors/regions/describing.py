"""Regions of a photo as short rows of 8-bit numbers, and any region of a query picture in the same terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vector, Vectors, descriptor_key, normalise
from visearch_desktop.core.whitening import Whitening, apply_whitening, fit_whitening
from visearch_desktop.methods.descriptors.descriptor import model_hash
from visearch_desktop.methods.descriptors.regions.grid import LEVELS, grid, window_of
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap
from visearch_desktop.methods.networks.feature_map import FeatureMapper
from visearch_desktop.methods.networks.input_size import fit_input

DIMENSION = 128
SHRINKAGE = 0.5
QUERY_SHARES = (1 / 4, 1 / 2)
"""Query pictures are seen at these shares of the size that photos are seen at, and both are pooled: a thing that is
shown large in the query is small in the photos, and a network does not take the one for the other."""

STEPS = 256
"""Of an 8-bit number to 1: the numbers of a unit vector of 128 are hardly ever over a half."""


class RegionDescriber:
    """A photo as ``len(grid) × dimension`` bytes; no network pass for a region of a picture that was mapped before.

    Args:
        mapper: of the network; decides how large photos are seen.
        p: exponent of the pooling, one or one a channel.
        facts: what decides the map's numbers, JSON-able, for the key.
        whitening: of :meth:`train`; None before.
        levels: see :func:`grid`.
    """

    version = 1

    def __init__(
        self,
        mapper: FeatureMapper,
        p: Sequence[float],
        facts: Mapping[str, object],
        whitening: Whitening | None = None,
        levels: Sequence[int] = LEVELS,
    ) -> None:
        self.mapper, self.p = mapper, np.asarray(p, dtype=np.float64)
        self._facts, self._whitening = dict(facts), whitening
        self._levels = tuple(levels)
        self.windows = grid(levels)

    @property
    def key(self) -> str:
        """Of the rows.

        Raises:
            TypeError: it has not learned yet.
        """
        mean, projection = self._learned()
        learned = model_hash({"mean": mean, "projection": projection})
        seen = {
            "longest_px": self.mapper.longest_px,
            "levels": list(self._levels),
            "query": list(QUERY_SHARES),
            "steps": STEPS,
        }
        return descriptor_key("regions", self.version, {**self._facts, **seen, "model": learned})

    def look(self, pixels: NDArray[np.uint8]) -> PooledMap:
        """Pass a photo (H, W, 3) uint8 RGB through the network: what every region of it is pooled from.

        Raises:
            SelfTestError: the network shows no map.
        """
        return PooledMap(self.mapper.map(pixels), self.p)

    def look_as_query(self, pixels: NDArray[np.uint8]) -> tuple[PooledMap, ...]:
        """The same of a query picture, smaller: what :meth:`query` takes, to be kept while a box is dragged.

        Raises:
            SelfTestError: the network shows no map.
        """
        return tuple(self.look(fit_input(pixels, round(share * self.mapper.longest_px))) for share in QUERY_SHARES)

    def pooled(self, seen: PooledMap) -> Vectors:
        """(R, D) of a photo before whitening: what :meth:`train` learns from."""
        return seen.pool(self.windows)

    def train(self, sample: Vectors, dimension: int = DIMENSION) -> Whitening:
        """The whitening of regions (N, D) of some photos; needs no chance."""
        return fit_whitening(sample, dimension, shrinkage=SHRINKAGE)

    def with_whitening(self, whitening: Whitening) -> RegionDescriber:
        """A copy that has learned."""
        return RegionDescriber(self.mapper, self.p.tolist(), self._facts, whitening, self._levels)

    def rows(self, seen: PooledMap) -> NDArray[np.int8]:
        """(R, d) of a photo, to be kept."""
        return quantised(apply_whitening(self.pooled(seen), self._learned()))

    def query(self, seen: Sequence[PooledMap], region: Region | None, width: int, height: int) -> Vector:
        """(d,) unit vector of a region of a picture of that size; None is the whole picture.

        Raises:
            RegionError: hardly any of it lies inside the picture.
        """
        return apply_whitening(pooled_query(seen, region, width, height), self._learned())

    def _learned(self) -> Whitening:
        if self._whitening is None:
            raise TypeError("the regions' whitening has not been learned yet")
        return self._whitening


def pooled_query(seen: Sequence[PooledMap], region: Region | None, width: int, height: int) -> Vector:
    """(D,) unit vector of a region before whitening, the mean over the sizes that the picture was seen at."""
    window = window_of(region, width, height)
    return normalise(np.sum([one.pool(window)[0] for one in seen], axis=0))


def quantised(vectors: Vectors) -> NDArray[np.int8]:
    """Unit vectors in steps of 1 / 256; larger numbers than a half are cut off."""
    return np.clip(np.rint(vectors * STEPS), -127, 127).astype(np.int8)


def unit(rows: NDArray[np.int8]) -> Vectors:
    """What :func:`quantised` was given, nearly."""
    return normalise(rows.astype(np.float32))

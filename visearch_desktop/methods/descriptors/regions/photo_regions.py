"""The regions of a photo as a network pools them, long vectors still: what a library learns to shorten.

Photos are seen larger than for the whole picture's vector, since a thing in a region is small, and small photos are
enlarged. On ``objects-develop`` larger photos find more things that are not flat, the same size clearly fewer, and
twice the size hardly more than this (``tests/benchmarks/regions.py``). So it is a network pass of its own, and part of
the closer look.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import NetworkMissingError
from visearch_desktop.core.vectors import Vectors, descriptor_key
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.gem import GemDescriptor
from visearch_desktop.methods.descriptors.regions.grid import LEVELS, grid
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap
from visearch_desktop.methods.networks.feature_map import FeatureMapper, shows_map
from visearch_desktop.methods.networks.input_size import fit_input
from visearch_desktop.methods.networks.manifest import read_manifest

NAME = "regions"
CLOSER = 1.75
QUERY_SHARES = (1 / 3, 2 / 3)
"""Query pictures are seen at these shares of the size that photos are seen at, and both are pooled: a thing that is
shown large in the query is small in the photos, and a network does not take the one for the other."""


class PhotoRegions:
    """Makes the pooled vectors of photos; no network pass for a region of a query that was looked at before.

    Args:
        folder: of an imported network.
        threads: of the processor.
        px: longest side that photos are seen at; 0 is what suits the network.

    Attributes:
        name: what workers are asked for.
        folder: as given.
        working_px: longest side that photos are seen at.
        query_px: longest side that query pictures are.
        p: exponent of the pooling, one or one a channel.
        mapper: of the network.
        windows: see :func:`grid`.
        key: of everything that changes the vectors.

    Raises:
        NetworkMissingError: there is no network in the folder.
    """

    name = NAME
    version = 2

    def __init__(self, folder: Path, threads: int = 1, px: int = 0) -> None:
        manifest = read_manifest(folder)
        if manifest is None:
            raise NetworkMissingError(folder.name)
        self.folder = folder
        self.working_px = px or round(CLOSER * manifest.input_px)
        self.query_px = round(max(QUERY_SHARES) * self.working_px)
        self.p = np.asarray(manifest.p, dtype=np.float64)
        self.mapper = FeatureMapper(folder, self.working_px, threads)
        self.windows = grid()
        seen = {"longest_px": self.working_px, "levels": list(LEVELS), "query": list(QUERY_SHARES)}
        self.key = descriptor_key(f"{NAME}_pooled", self.version, {**manifest.facts(whitened=False), **seen})

    def extract(self, pixels: NDArray[np.uint8], width: int = 0, height: int = 0) -> Vectors:
        """(R, D) unit vectors of a photo (h, w, 3) uint8 RGB; how large the photo itself is plays no part.

        Raises:
            SelfTestError: the network cannot be run.
        """
        return PooledMap(self.map(pixels, self.working_px), self.p).pool(self.windows)

    def pack(self, pooled: Vectors) -> bytes:
        """Little-endian float16."""
        return pooled.astype("<f2").tobytes()

    def unpack(self, blob: bytes) -> Vectors:
        """(R, D) of what :meth:`pack` gave."""
        return np.frombuffer(blob, "<f2").reshape(len(self.windows), -1).astype(np.float32)

    def look_as_query(self, pixels: NDArray[np.uint8]) -> tuple[PooledMap, ...]:
        """Maps of a query picture (h, w, 3) uint8 RGB; any box on it is pooled from them while it is dragged.

        Raises:
            SelfTestError: the network cannot be run.
        """
        sizes = [round(share * self.working_px) for share in QUERY_SHARES]
        return tuple(PooledMap(self.map(pixels, size), self.p) for size in sizes)

    def map(self, pixels: NDArray[np.uint8], longest_px: int) -> NDArray[np.float32]:
        """(D, h', w') of a picture (h, w, 3) uint8 RGB at that size, enlarged where it is smaller.

        So a thing in a small photo is as large as in others.

        Raises:
            SelfTestError: the network cannot be run.
        """
        return self.mapper.map(fit_input(pixels, longest_px, enlarges=True))


def regions_of(descriptor: Descriptor, threads: int = 1) -> PhotoRegions | None:
    """Regions by the network that a descriptor sees photos with; None where there is none, or it shows no map."""
    first = descriptor
    while first.base is not None:
        first = first.base
    if not isinstance(first, GemDescriptor) or not shows_map(first.runner.folder):
        return None
    return PhotoRegions(first.runner.folder, threads)

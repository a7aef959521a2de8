"""Where a photo looks like the query: the similarity map of the network that describes the library."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from visearch_desktop.core.errors import SelfTestError
from visearch_desktop.core.region import Region
from visearch_desktop.library.rows import HeatMap
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.search.picture import OpenPicture

if TYPE_CHECKING:
    from visearch_desktop.methods.descriptors.similarity_map import SimilarityMapper


class HeatMaps:
    """Makes them one after the other; may be used by any thread.

    Args:
        threads: of the processor.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._mapper: SimilarityMapper | None = None
        self._making = threading.Lock()

    def make(
        self, descriptor: Descriptor, query: OpenPicture, region: Region | None, photo: OpenPicture
    ) -> HeatMap | None:
        """The map of a photo; None where the descriptor is not of a network, or the network shows no map.

        Args:
            descriptor: ready.
            query: the picture.
            region: of the picture; None is all of it.
            photo: the photo.

        Raises:
            PhotoError: one of them cannot be read.
            RegionError: under 8 px of the region lie inside the picture.
        """
        from visearch_desktop.methods.descriptors.similarity_map import SimilarityMapper, can_map

        if not can_map(descriptor):
            return None
        inside = None if region is None else region.clipped(*query.size)
        with self._making:
            if self._mapper is None or self._mapper.key != descriptor.key:
                self._mapper = SimilarityMapper(descriptor, self._threads)
            mapper = self._mapper
            try:
                heat = mapper.compare(query.pixels(mapper.query_px, inside), photo.photo(mapper.photo_px).pixels)
            except SelfTestError:
                return None
        height, width = heat.shape
        return HeatMap(width, height, (heat * 255).round().astype("uint8").tobytes())

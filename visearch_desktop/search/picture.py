"""A query picture with all that was computed of it so far, so that moving a region over it stays cheap."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vector
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Source
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.photos.decode import Photo, decode, read_metadata
from visearch_desktop.photos.thumbnails import resize

MOST_PX = 4096
"""Small regions of large photos are described from at most this size of the whole photo."""


class OpenPicture:
    """A picture that is being asked about: a file, or the bytes of one.

    Args:
        source: path or bytes of an image file.
        features: its local features, where the catalogue has them.
    """

    def __init__(self, source: Path | bytes, features: LocalFeatures | None = None) -> None:
        self._source = source
        self._size = None if features is None else (features.width, features.height)
        self._photos: dict[int, Photo] = {}
        self._features = features

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), upright px. Raises: PhotoError: the picture cannot be read."""
        if self._size is None:
            metadata = read_metadata(self._source)
            self._size = (metadata.width, metadata.height)
        return self._size

    def photo(self, longest_px: int) -> Photo:
        """The picture, decoded once for each size. Raises: PhotoError: it cannot be read."""
        longest_px = min(longest_px, max(self.size))
        if longest_px not in self._photos:
            self._photos[longest_px] = decode(self._source, longest_px)
        return self._photos[longest_px]

    def pixels(self, longest_px: int, region: Region | None) -> NDArray[np.uint8]:
        """Pixels of a region (or all), its longest side ``longest_px`` if the picture has as many.

        Pictures are decoded at powers of two times ``longest_px``, so that a region that is being dragged decodes rarely.
        """
        if region is None:
            return self.photo(longest_px).pixels
        share = max(self.size) / max(region.width, region.height)
        photo = self.photo(min(longest_px * 2 ** math.ceil(math.log2(max(share, 1.0))), MOST_PX))
        height, width = photo.pixels.shape[:2]
        left = min(int(region.x * photo.scale), width - 1)
        top = min(int(region.y * photo.scale), height - 1)
        right = max(left + 1, min(width, round(region.right * photo.scale)))
        bottom = max(top + 1, min(height, round(region.bottom * photo.scale)))
        part = photo.pixels[top:bottom, left:right]
        return resize(part, longest_px) if max(part.shape[:2]) > longest_px else np.ascontiguousarray(part)

    def features(self, extractor: LocalFeatureExtractor, region: Region | None = None) -> LocalFeatures:
        """Local features of the picture, or those inside a region. Raises: PhotoError: it cannot be read."""
        if self._features is None:
            photo = self.photo(extractor.working_px)
            self._features = extractor.extract(photo.pixels, photo.width, photo.height)
        return self._features if region is None else self._features.inside(region)

    def vector(self, descriptor: Descriptor, region: Region | None, extractor: LocalFeatureExtractor) -> Vector:
        """The vector of the picture or of a region of it.

        Raises:
            PhotoError: the picture cannot be read.
        """
        item: Any
        match descriptor.source:
            case Source.PIXELS:
                item = self.pixels(descriptor.working_px, region)
            case Source.LOCAL_FEATURES:
                item = self.features(extractor, region)
            case Source.VECTOR:
                if descriptor.base is None:
                    raise TypeError(f"{descriptor.name} is made from another descriptor's vectors but names none")
                item = self.vector(descriptor.base, region, extractor)
        return descriptor.describe(item)

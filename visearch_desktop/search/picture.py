"""A query picture with all that was computed of it so far, so that moving a region over it stays cheap."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vectors
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Signature, Source
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap
from visearch_desktop.methods.indexes.local.asking import AskedFeatures
from visearch_desktop.methods.indexes.local.rows import QueryRows
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.photos.decode import Photo, decode, read_metadata
from visearch_desktop.photos.thumbnails import resize

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

FEW_DETAILS = 300
"""A region with fewer details of the whole picture than this is looked at more closely."""

AT_ONCE = 256
"""So many words are looked up while a box that is already being dragged waits."""

MOST_PX = 4096
"""Small regions of large photos are described from at most this size of the whole photo."""


class Asking(Protocol):
    """An index of local features, as far as asking it goes."""

    @property
    def asked(self) -> LocalFeatureExtractor:
        """Makes the features of a box on a query."""
        ...

    def ask(self, features: LocalFeatures) -> QueryRows:
        """What the index is asked with for a box: the rows of its features, in their order, each by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What an index is asked with for a region.

    Attributes:
        features: of the region.
        rows: of these.
        is_all: whether a closer look would show no more.
    """

    features: LocalFeatures
    rows: QueryRows
    is_all: bool


class OpenPicture:
    """A picture that is being asked about: a file, or the bytes of one; may be used by any thread.

    Args:
        source: path or bytes of an image file.
        features: its local features by the key of the method, where the catalogue has them.
    """

    def __init__(self, source: Path | bytes, features: Mapping[str, LocalFeatures] | None = None) -> None:
        self._source = source
        self._features = dict(features or {})
        self._size = next(((known.width, known.height) for known in self._features.values()), None)
        self._photos: dict[int, Photo] = {}
        self._maps: dict[str, tuple[PooledMap, ...]] = {}
        self._pooled: dict[str, Vectors] = {}
        self._asked: dict[str, AskedFeatures] = {}
        self._others: dict[Hashable, OpenPicture] = {}
        self._looking = threading.RLock()

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

        They are decoded at powers of two times ``longest_px``, so that a region that is being dragged decodes rarely.
        """
        return self.photo(longest_px).pixels if region is None else self._cut(longest_px, region)[0]

    def _cut(self, longest_px: int, region: Region) -> tuple[NDArray[np.uint8], Region]:
        """A region's pixels, and the box they cover: the region rounded outwards to pixels, in full-size px."""
        share = max(self.size) / max(region.width, region.height)
        photo = self.photo(min(longest_px * 2 ** math.ceil(math.log2(max(share, 1.0))), MOST_PX))
        height, width = photo.pixels.shape[:2]
        left, top = int(region.x * photo.scale), int(region.y * photo.scale)
        left, top = min(left, width - 1), min(top, height - 1)
        right = min(width, max(left + 1, math.ceil(region.right * photo.scale)))
        bottom = min(height, max(top + 1, math.ceil(region.bottom * photo.scale)))
        part = np.ascontiguousarray(photo.pixels[top:bottom, left:right])
        across, down = photo.width / width, photo.height / height
        cut = Region(left * across, top * down, (right - left) * across, (bottom - top) * down)
        return resize(part, longest_px) if max(part.shape[:2]) > longest_px else part, cut

    def features(self, extractor: LocalFeatureExtractor, region: Region | None = None) -> LocalFeatures:
        """Local features of the picture, or those of a region, from a closer look if the picture is large and it small.

        Raises:
            PhotoError: the picture cannot be read.
        """
        found = self._whole(extractor)
        if region is None:
            return found
        inside = found.inside(region)
        return self._closer(extractor, region) if self._is_too_little(extractor, len(inside)) else inside

    def asked(self, asking: Asking, region: Region | None, closely: bool) -> Asked:
        """What an index is asked with for a region.

        Args:
            asking: the index.
            region: in px of the picture; None is all of it.
            closely: whether a small region of a large picture gets the closer look that :meth:`features` gives it,
                which takes some tenths of a second; without it, the next region of the same picture takes hardly any
                time.

        Raises:
            PhotoError: the picture cannot be read.
            VocabularyDamagedError: the program's words cannot be read.
        """
        extractor = asking.asked
        whole = self._whole(extractor)
        chosen = np.arange(len(whole)) if region is None else np.flatnonzero(region.contains(whole.points))
        is_all = region is None or not self._is_too_little(extractor, len(chosen))
        if region is not None and closely and not is_all:
            closer = self._closer(extractor, region)
            return Asked(closer, asking.ask(closer), is_all=True)
        return Asked(whole.only(chosen), self._known(asking).rows(chosen), is_all)

    def get_ready(self, asking: Asking | None, maker: PhotoRegions | None) -> None:
        """Compute what any region of the picture will need, so that the first one need not wait for it.

        Raises:
            PhotoError: the picture cannot be read.
            VocabularyDamagedError: the program's words cannot be read.
            SelfTestError: the network cannot be run.
        """
        if maker is not None:
            self.maps(maker)
        if asking is not None:
            known = self._known(asking)
            for start in range(0, len(known.features), AT_ONCE):
                known.rows(np.arange(start, min(start + AT_ONCE, len(known.features))))

    def _known(self, asking: Asking) -> AskedFeatures:
        extractor = asking.asked
        return self._once(self._asked, extractor.key, lambda: AskedFeatures(self._whole(extractor), asking.ask))

    def _whole(self, extractor: LocalFeatureExtractor) -> LocalFeatures:
        def look() -> LocalFeatures:
            photo = self.photo(extractor.working_px)
            return extractor.extract(photo.pixels, photo.width, photo.height)

        return self._once(self._features, extractor.key, look)

    def _is_too_little(self, extractor: LocalFeatureExtractor, inside: int) -> bool:
        """Whether so few details are in a region, and the picture has more pixels to show."""
        return inside < FEW_DETAILS and max(self.size) > extractor.working_px

    def _closer(self, extractor: LocalFeatureExtractor, region: Region) -> LocalFeatures:
        """Local features of a region, extracted from its own pixels; in px of the whole picture."""
        pixels, cut = self._cut(extractor.working_px, region)
        found = extractor.extract(pixels, max(1, round(cut.width)), max(1, round(cut.height)))
        moved = found.points + np.array([cut.x, cut.y], dtype=np.float32)
        return LocalFeatures(moved, found.sizes, found.angles_deg, found.descriptors, *self.size)

    def maps(self, maker: PhotoRegions) -> tuple[PooledMap, ...]:
        """What any region of the picture is pooled from; the network looks at it once.

        Raises:
            PhotoError: the picture cannot be read.
            SelfTestError: the network cannot be run.
        """
        return self._once(self._maps, maker.key, lambda: maker.look_as_query(self.photo(maker.query_px).pixels))

    def pooled(self, maker: PhotoRegions) -> Vectors:
        """What the library's photos are made of by the same maker, of this picture; the network looks at it once.

        Raises:
            PhotoError: the picture cannot be read.
            SelfTestError: the network cannot be run.
        """
        return self._once(self._pooled, maker.key, lambda: maker.extract(self.photo(maker.working_px).pixels))

    def other(self, name: Hashable, make: Callable[[], OpenPicture]) -> OpenPicture:
        """The picture as it looks otherwise, with all that was computed of that; made with the first question."""
        return self._once(self._others, name, make)

    def _once(self, kept: dict[Key, Value], key: Key, make: Callable[[], Value]) -> Value:
        """What is kept under a key; made with the first question, for which others wait."""
        with self._looking:
            if key not in kept:
                kept[key] = make()
            return kept[key]

    def signature(self, descriptor: Descriptor, region: Region | None) -> Signature:
        """What a descriptor makes of the picture or of a region of it.

        Raises:
            PhotoError: the picture cannot be read.
        """
        item: Any
        match descriptor.source:
            case Source.PIXELS:
                item = self.pixels(descriptor.working_px, region)
            case Source.LOCAL_FEATURES:
                if descriptor.extractor is None:
                    raise TypeError(f"{descriptor.name} is made from local features but names no method for them")
                item = self.features(descriptor.extractor, region)
            case Source.BASE:
                if descriptor.base is None:
                    raise TypeError(f"{descriptor.name} is made from another descriptor's signatures but names none")
                item = self.signature(descriptor.base, region)
        return descriptor.describe(item)

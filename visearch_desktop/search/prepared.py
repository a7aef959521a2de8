"""A query made ready: its signature, its region in the picture's own pixels, and its local features when needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from visearch_desktop.core.region import Region
from visearch_desktop.core.vectors import Vectors
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Signature
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.search.picture import Asked, Asking, OpenPicture
from visearch_desktop.search.turned import Turn, seen_turned


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """What the pipeline works with.

    Attributes:
        size: (width, height) of the query picture, upright px.
        region: clipped to the picture; None is all of it.
        describe: gives its signature; the first call may take a tenth of a second.
        descriptor: key of the descriptor that makes it.
        extractor: makes the local features that are verified.
        features: gives those of the query (inside the region); the first call may take a tenth of a second.
        look: the same with another method.
        ask: gives what an index is asked with for the region, from a closer look or without; see
            :meth:`OpenPicture.asked`.
        see: gives the maps that regions of the picture are pooled from; the first call may take a tenth of a second.
        pool: gives the pooled vectors of the windows of all of the picture, as photos have them; likewise.
        is_mirrored: whether left and right have changed places.
        photo_id: of the picture, where it is a photo of the library; None for any other, and for turned ones.
        turned: other ways to look at the same query; the one most alike to a photo counts.
    """

    size: tuple[int, int]
    region: Region | None
    describe: Callable[[], Signature]
    descriptor: str
    extractor: LocalFeatureExtractor
    features: Callable[[], LocalFeatures]
    look: Callable[[LocalFeatureExtractor], LocalFeatures]
    ask: Callable[[Asking, bool], Asked]
    see: Callable[[PhotoRegions], tuple[PooledMap, ...]]
    pool: Callable[[PhotoRegions], Vectors]
    is_mirrored: bool = False
    photo_id: int | None = None
    turned: tuple[PreparedQuery, ...] = ()

    @property
    def signature(self) -> Signature:
        """Of the picture or region; empty or all zero where there is nothing to describe.

        Raises:
            PhotoError: the picture cannot be read.
        """
        return self.describe()

    @property
    def views(self) -> tuple[PreparedQuery, ...]:
        """All ways to look at it; as it is comes first."""
        return (self, *self.turned)


def prepare(
    picture: OpenPicture,
    region: Region | None,
    descriptor: Descriptor,
    extractor: LocalFeatureExtractor,
    signature: Signature | None = None,
    turns: Sequence[Turn] = (),
) -> PreparedQuery:
    """Make a query ready.

    Args:
        picture: kept by the caller between queries on the same picture, so that dragging a region decodes once.
        region: in upright px of the picture; None is all of it.
        descriptor: ready, the one of the gallery.
        extractor: makes the local features that are verified.
        signature: of the whole picture, where the catalogue has it; taken only if there is no region.
        turns: other ways to look at it.
    Raises:
        PhotoError: the picture cannot be read.
        RegionError: under 8 px of the region lie inside the picture.
    """
    inside = None if region is None else region.clipped(*picture.size)
    known = signature if inside is None else None
    return PreparedQuery(
        picture.size, inside, cache(lambda: picture.signature(descriptor, inside) if known is None else known),
        descriptor.key, extractor, lambda: picture.features(extractor, inside),
        lambda other: picture.features(other, inside), lambda asking, closely: picture.asked(asking, inside, closely),
        picture.maps, picture.pooled,
        turned=tuple(_prepare_turned(picture, inside, descriptor, extractor, turn) for turn in turns),
    )  # fmt: skip


def _prepare_turned(
    picture: OpenPicture, inside: Region | None, descriptor: Descriptor, extractor: LocalFeatureExtractor, turn: Turn
) -> PreparedQuery:
    query = prepare(*seen_turned(picture, turn, inside), descriptor, extractor)
    return replace(query, is_mirrored=turn.is_mirrored)

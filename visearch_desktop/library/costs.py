"""What a descriptor costs in a library: the time to describe a photo, and what is stored of one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from visearch_desktop.core.errors import PhotoError
from visearch_desktop.library.control import Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.galleries import Galleries
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.search.picture import OpenPicture


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one photo, typically.

    Attributes:
        ms_per_photo: median time to decode and describe one, warm; None where no photo could be read.
        bytes_per_photo: mean size of what a search needs of one.
    """

    ms_per_photo: float | None
    bytes_per_photo: float


def costs(
    name: str,
    photos: Sequence[Path],
    descriptors: Descriptors,
    galleries: Galleries,
    objects: ObjectIndex,
    regions: LibraryRegions,
    *,
    index: str | None,
    verified: bool,
    control: Control,
) -> Costs:
    """What it takes to describe a photo, and what searching needs of one.

    Args:
        name: of a descriptor.
        photos: files to time it on, one thread and one after the other.
        descriptors: of the library.
        galleries: the photos under each descriptor.
        objects: the local index.
        regions: what the photos' regions look like.
        index: as for a search.
        verified: whether searches verify.
        control: cancels.

    Raises:
        Cancelled: nothing came of it.
        NothingToSearchError: no photo is described.
        UnknownNameError, NetworkMissingError, MissingExtraError, UsageError: as for a search.
    """
    _, gallery = galleries.choose(name, index)
    alone = descriptors.on_one_thread().ready(name)
    time_ms = None if alone is None else _ms_per_photo(alone, photos, control)
    details = objects.bytes_per_photo() + regions.bytes_per_photo() if verified else 0.0
    return Costs(time_ms, gallery.bytes_per_photo(verified=verified) + details)


def _ms_per_photo(descriptor: Descriptor, photos: Sequence[Path], control: Control) -> float | None:
    """Median time from a file to its signature: decoded to the working size, local features and bases included.

    OpenCV works on one thread meanwhile; networks do if they were built for one.

    Args:
        descriptor: ready.
        photos: a few, spread over the library; the first of them is described once more before, to load what is needed.
        control: asked before each photo.

    Raises:
        Cancelled: no time was taken.
    """
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        timed = [_seconds(descriptor, path, control) for path in [*photos[:1], *photos]][1:]
    finally:
        cv2.setNumThreads(before)
    known = [seconds for seconds in timed if seconds is not None]
    return 1000 * statistics.median(known) if known else None


def _seconds(descriptor: Descriptor, path: Path, control: Control) -> float | None:
    control.check()
    began = time.perf_counter()
    try:
        OpenPicture(path).signature(descriptor, None)
    except PhotoError:
        return None
    return time.perf_counter() - began

"""What a worker does with one file: fingerprint, decode once, thumbnail, describe. It sees no database.

Named to the pool by its import path (:data:`WORK`); both passes of indexing are this function, asked for different
things.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from visearch_desktop.core.errors import PhotoError, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from visearch_desktop.methods.descriptors.descriptor import Descriptor
    from visearch_desktop.photos.decode import Limits, Photo
    from visearch_desktop.photos.metadata import Metadata

WORK = "visearch_desktop.library.looking:start"


class FeatureMaker(Protocol):
    """Makes what is kept of the details of a photo: a local-feature method, the local index's details, regions."""

    @property
    def key(self) -> str:
        """Of everything that changes what it makes."""
        ...

    @property
    def working_px(self) -> int:
        """Longest side of the photo as it comes here."""
        ...

    def extract(self, pixels: NDArray[np.uint8], width: int, height: int) -> Any:
        """As many as ``len`` says, of an upright (h, w, 3) picture of a photo of that width and height."""
        ...

    def pack(self, features: Any, /) -> bytes:
        """As they are stored."""
        ...


@dataclass(frozen=True, slots=True)
class Setup:
    """What all tasks of a worker have in common.

    Attributes:
        descriptors: names of those made from pixels that tasks may ask for.
        network_folders: where networks' weights lie.
        device: that networks run on.
        features: names of the local-feature methods that tasks may ask for, and "details" for those of the local index.
        limits: of decoding.
        regions: folder of the network by which tasks may ask for "regions"; None for none.
    """

    descriptors: tuple[str, ...]
    network_folders: tuple[Path, ...]
    device: str
    features: tuple[str, ...]
    limits: Limits
    regions: Path | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of a file: a thumbnail, signatures by descriptors' names, local features by methods' names."""

    thumbnail: bool = False
    descriptors: tuple[str, ...] = ()
    features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LookTask:
    """One file to look at.

    Attributes:
        file_id: in the catalogue.
        path: of the file.
        wanted: what is to be made.
        content_hash: that the file had when it was last read, "" where it never was; if it has another one by now, the
            file is not decoded.
        complete: content hashes that lack nothing; should the file turn out to be one of them, it is not decoded.
    """

    file_id: int
    path: Path
    wanted: Wanted
    content_hash: str = ""
    complete: frozenset[str] = frozenset()

    def failed(self, problem: Problem, facts: dict[str, str | int | float]) -> PhotoError:
        """The error that says so of this file."""
        return PhotoError(self.path, problem, facts)


@dataclass(frozen=True, slots=True)
class Look:
    """What was made of a file.

    Attributes:
        metadata: None where the file was not decoded.
        thumbnail: a JPEG; empty where none was wanted.
        vectors: (descriptor key, packed signature).
        features: (key of the method, their number, their packed form).
        decode_s, describe_s: seconds.
        notes: sentences on networks that run on another device than was chosen.
    """

    content_hash: str
    metadata: Metadata | None = None
    thumbnail: bytes = b""
    vectors: tuple[tuple[str, bytes], ...] = ()
    features: tuple[tuple[str, int, bytes], ...] = ()
    decode_s: float = 0.0
    describe_s: float = 0.0
    notes: tuple[str, ...] = ()


def start(setup: Setup) -> Callable[[LookTask], Look]:
    """Load what the tasks will need, while the library process is still scanning.

    Raises:
        VisearchError: a network cannot be used.
    """
    import cv2
    import numpy as np

    from visearch_desktop.methods.descriptors.build import build_descriptor
    from visearch_desktop.methods.descriptors.regions.photo_regions import NAME as REGIONS
    from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
    from visearch_desktop.methods.indexes.local.details import NAME, PhotoDetails
    from visearch_desktop.methods.local_features.build import build_extractor

    cv2.setNumThreads(1)
    extractors: dict[str, FeatureMaker] = {
        name: PhotoDetails() if name == NAME else build_extractor(name, setup.network_folders, device=setup.device)
        for name in setup.features
    }
    descriptors = {
        name: build_descriptor(name, setup.network_folders, device=setup.device) for name in setup.descriptors
    }
    if setup.regions is not None:
        extractors[REGIONS] = PhotoRegions(setup.regions)
    for name in extractors.keys() & {NAME, REGIONS}:
        extractors[name].extract(np.zeros((64, 64, 3), np.uint8), 64, 64)  # reads the words, loads the network
    for descriptor in descriptors.values():
        descriptor.describe(np.zeros((64, 64, 3), np.uint8))  # networks load with the first picture
    return Looker(descriptors, extractors, setup.limits).look


class Looker:
    """Looks at one file after the other.

    Every file is decoded to the same size, the largest that anything needs, whatever is wanted of it this time: so the
    same photo gives the same numbers in one pass, in two, and in a run that goes on where another one stopped.
    """

    def __init__(
        self, descriptors: dict[str, Descriptor], extractors: Mapping[str, FeatureMaker], limits: Limits
    ) -> None:
        from visearch_desktop.photos.thumbnails import THUMBNAIL_PX

        self._descriptors, self._extractors, self._limits = descriptors, extractors, limits
        self._notes = tuple(dict.fromkeys(one.note for one in descriptors.values() if one.note))
        sizes = [one.working_px for one in descriptors.values()] + [one.working_px for one in extractors.values()]
        self._decoded_px = max(THUMBNAIL_PX, *sizes)

    def look(self, task: LookTask) -> Look:
        """Raises: PhotoError: the file cannot be read as a photo."""
        from visearch_desktop.photos.decode import decode
        from visearch_desktop.photos.fingerprint import fingerprint

        began = time.perf_counter()
        content_hash = fingerprint(task.path)
        is_another = task.content_hash not in ("", content_hash)
        if is_another or content_hash in task.complete:
            return Look(content_hash, decode_s=time.perf_counter() - began)
        photo = decode(task.path, self._decoded_px, self._limits)
        decoded = time.perf_counter()
        vectors = self._vectors(photo, task.wanted)
        features = tuple(self._features(photo, self._extractors[name]) for name in task.wanted.features)
        thumbnail = self._thumbnail(photo) if task.wanted.thumbnail else b""
        ended = time.perf_counter()
        decode_s, describe_s = decoded - began, ended - decoded
        return Look(content_hash, photo.metadata, thumbnail, vectors, features, decode_s, describe_s, self._notes)

    def _thumbnail(self, photo: Photo) -> bytes:
        from visearch_desktop.photos.thumbnails import encode_thumbnail

        return encode_thumbnail(photo.pixels)

    def _vectors(self, photo: Photo, wanted: Wanted) -> tuple[tuple[str, bytes], ...]:
        from visearch_desktop.photos.thumbnails import resize

        chosen = [self._descriptors[name] for name in wanted.descriptors]
        return tuple((one.key, one.pack(one.describe(resize(photo.pixels, one.working_px)))) for one in chosen)

    @staticmethod
    def _features(photo: Photo, extractor: FeatureMaker) -> tuple[str, int, bytes]:
        from visearch_desktop.photos.thumbnails import resize

        found = extractor.extract(resize(photo.pixels, extractor.working_px), photo.width, photo.height)
        return extractor.key, len(found), extractor.pack(found)

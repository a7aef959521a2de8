"""A library of 100,000 photos: what it takes, and how long a box that is dragged waits for an answer.

    python -m tests.benchmarks.large_library LIBRARY [--photos N] [--folder DIR] [--positions N] [--keep]

A copy of LIBRARY, of real photos that lie where they were indexed, grows in DIR to so many photos and is deleted
afterwards, unless it is to be kept. Every second real photo is asked about; of what is known of the others, made photos
are made: their details as :class:`tests.benchmarks.object_growth.Maker` says, their vector and their regions as the
normalised sums of those of two photos, their features for verification as those of one photo. So all that is searched
is as long and as spread as with real photos, though more photos are somewhat alike. Boxes are dragged, and told of, as
:mod:`tests.benchmarks.dragging` does, through all that the window asks for.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.dragging import POSITIONS, in_a_process
from tests.benchmarks.object_growth import BATCH, Maker, grow
from visearch_desktop.catalogue import features, files, folders, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.core.vectors import normalise
from visearch_desktop.library.library import Library
from visearch_desktop.methods.descriptors.regions.describing import RegionDescriber, quantised
from visearch_desktop.methods.indexes.local.details import PhotoDetails
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows
from visearch_desktop.photos.metadata import Metadata

PICTURES = 6
MADE = Metadata(1024, 768)


@dataclass(frozen=True)
class Keys:
    """Under which the catalogue keeps what searches need."""

    vector: str
    regions: str
    pooled: str
    details: str
    features: str


class Made:
    """What is known of made photos, of what is known of real ones."""

    def __init__(self, catalogue: Catalogue, keys: Keys, describer: RegionDescriber, photo_ids: Sequence[int]) -> None:
        self.windows, self._describer = len(describer.maker.windows), describer
        self._rng = np.random.default_rng(0)
        self._vectors = [
            np.frombuffer(one, "<f2").astype(np.float32)
            for one in vectors.get_many(catalogue, keys.vector, photo_ids).values()
        ]
        known = features.get_many(catalogue, keys.regions, photo_ids)
        self._regions = [describer.unpack(one).astype(np.float32) for one in known.values()]
        self._packed = list(features.get_many(catalogue, keys.features, photo_ids).values())

    def _two(self, of: Sequence[NDArray[np.float32]], rows: int) -> NDArray[np.float32]:
        one, other = self._rng.choice(len(of), 2, replace=False)
        return np.asarray(normalise((of[one] + of[other]).reshape(rows, -1)))

    def vector(self) -> bytes:
        """As it is stored."""
        return self._two(self._vectors, 1).astype("<f2").tobytes()

    def regions(self) -> bytes:
        """As they are stored."""
        return self._describer.pack(quantised(self._two(self._regions, self.windows)))

    def packed(self) -> bytes:
        """Features for verification, as they are stored."""
        return self._packed[self._rng.integers(len(self._packed))]


def keys_of(library: Library) -> tuple[Keys, RegionDescriber]:
    """Those that a library uses, and what makes its regions."""
    regions = library._regions.to_ask()
    if regions is None:
        raise SystemExit("the library knows no regions")
    describer, details = regions.describer, library._objects.details
    assert details is not None
    vector = library._galleries.choose(None)[0].key
    extractor = library._descriptors.extractor.key
    return Keys(vector, describer.key, describer.maker.key, details.key, extractor), describer


def real_photos(library: Library) -> tuple[list[int], list[Path], list[PhotoRows]]:
    """The photos that made ones are made of, those that are asked about, and the details of the former."""
    every = library._objects.photo_ids()
    asked = [library.paths_of(one)[0] for one in every[1::2]]
    rows = [library._objects.rows_of(one) for one in every[0::2]]
    return every[0::2], asked, [one for one in rows if one is not None]


def insert(catalogue: Catalogue, keys: Keys, made: Made, count: int) -> list[int]:
    """Put made photos into the catalogue; returns their numbers."""
    folder = folders.insert_folder(catalogue, Path("/made"), ())
    seen = [SeenFile(f"{number // 1000}/{number}.jpg".encode(), number, number) for number in range(count)]
    files.insert_new(catalogue, folder, seen)
    unread = files.unread_files(catalogue, folder)
    photo_ids: list[int] = []
    for some in _parts(range(len(unread))):
        reads = [FileRead(unread[number].file_id, f"made {number}", MADE) for number in some]
        names = [read.content_hash for read in reads]
        with catalogue.transaction():
            photo_ids += files.record_reads(catalogue, reads).photo_ids.values()
            vectors.put_many(catalogue, keys.vector, [(name, made.vector()) for name in names])
            features.put_many(catalogue, keys.regions, [(name, made.windows, made.regions()) for name in names])
            features.put_many(catalogue, keys.pooled, [(name, made.windows, b"") for name in names])
            features.put_many(catalogue, keys.details, [(name, 1, b"") for name in names])
            features.put_many(catalogue, keys.features, [(name, 1, made.packed()) for name in names])
    return photo_ids


def _parts(numbers: range) -> Iterator[range]:
    yield from (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))


def build(folder: Path, photos: int) -> list[Path]:
    """Let a library grow; returns photos to ask about."""
    with closing(Library.open(folder)) as library:
        keys, describer = keys_of(library)
        giving, asked, rows = real_photos(library)
    paths = LibraryPaths.of(folder)
    with closing(Catalogue.open(paths.catalogue, paths.backups)) as catalogue:
        began = time.perf_counter()
        wanted = photos - len(giving) - len(asked)
        photo_ids = insert(catalogue, keys, Made(catalogue, keys, describer, giving), wanted)
        print(f"catalogue: {wanted:,} photos in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        regions_bytes = features.mean_bytes(catalogue, keys.regions)
        packed_bytes = features.mean_bytes(catalogue, keys.features)
    maker = Maker(rows)
    with closing(LocalIndex.open(paths.local_index, PhotoDetails().key)) as index:
        grow(index, lambda _: maker.photo(), photo_ids)
    print(f"regions: {regions_bytes:,.0f} bytes a photo; features for verification: {packed_bytes:,.0f}", flush=True)
    return asked


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--positions", type=int, default=POSITIONS)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    folder = options.folder / "large_library"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(options.library, folder, ignore=shutil.ignore_patterns("backups"))
    asked = build(folder, options.photos)
    pictures = asked[:: max(1, len(asked) // PICTURES)][:PICTURES]
    exit_code = in_a_process(folder, pictures, options.positions)
    if not options.keep:
        shutil.rmtree(folder)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())

"""Photos a second and core of both passes of indexing, beside the sum of what their parts cost alone.

    python -m tests.benchmarks.indexing ../shared/data/places-develop/images [--workers 2] [--networks FOLDER] [--parts]

The parts (fingerprint, decode, thumbnail, descriptors, local features, details of the local index, regions) are
measured in this process, one thread, on an even sample of the same photos, before and after the run; the ratio is time
of a pass × workers ÷ (photos × sum of its parts). With other programs busy, look at the ratio of processor time
instead. Another computer, or a busy one, is told by the yardstick: a product of two matrices of 1024 × 1024, which is
taken before every photo. ``--parts`` measures only the parts.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.registry import load_all
from visearch_desktop.library import updating
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.library import Library
from visearch_desktop.library.looking import FeatureMaker
from visearch_desktop.library.rows import IndexProgress, IndexReport
from visearch_desktop.library.worker import keep_memory
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.regions.photo_regions import regions_of
from visearch_desktop.methods.indexes.local.details import PhotoDetails
from visearch_desktop.methods.networks.store import default_folders
from visearch_desktop.photos.decode import Photo, decode
from visearch_desktop.photos.fingerprint import fingerprint
from visearch_desktop.photos.thumbnails import THUMBNAIL_PX, encode_thumbnail, resize

SAMPLE = 60


@dataclass
class Parts:
    """Seconds a photo by part: on the clock, and of the processor."""

    clock: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    processor: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def measure(self, name: str, share: float, work: Callable[[], object]) -> None:
        """Do it and note what it took, as this share of a photo."""
        clock, processor = time.perf_counter(), time.process_time()
        work()
        self.clock[name] += (time.perf_counter() - clock) * share
        self.processor[name] += (time.process_time() - processor) * share


FIRST = ("fingerprint", "decode", "thumbnail")
LOCAL_FEATURES, DETAILS, REGIONS = "local features", "details", "regions"
CLOSER = ("fingerprint", "decode", LOCAL_FEATURES, DETAILS, REGIONS)
YARDSTICK, YARDSTICK_SIDE = "yardstick", 1024


def pixel_descriptors(networks: tuple[Path, ...], descriptor: str | None) -> list[str]:
    """What the workers of an indexing run compute."""
    with tempfile.TemporaryDirectory() as scratch:
        catalogue = Catalogue.open(Path(scratch) / "catalogue.sqlite", Path(scratch))
        descriptors = Descriptors(catalogue, networks)
        names = [name for name in map(descriptors.from_pixels, descriptors.wanted(descriptor)) if name]
        catalogue.close()
    return names


def feature_makers(names: list[str], networks: tuple[Path, ...]) -> dict[str, FeatureMaker]:
    """What the workers make of a photo in the closer look, by the names of the parts."""
    makers = {LOCAL_FEATURES: load_all().find("local_features", "rootsift").build(), DETAILS: PhotoDetails()}
    for one in filter(None, (regions_of(build_descriptor(name, networks)) for name in names)):
        makers[REGIONS] = one
    return makers


def measure_parts(parts: Parts, paths: list[Path], names: list[str], networks: tuple[Path, ...], share: float) -> None:
    """Every part of both passes, on every photo of the sample.

    Args:
        share: of a photo's cost, where this is done more than once.
    """
    import cv2

    cv2.setNumThreads(1)
    makers = feature_makers(names, networks)
    descriptors = {name: build_descriptor(name, networks) for name in names}
    largest = max(THUMBNAIL_PX, *(one.working_px for one in (*makers.values(), *descriptors.values())))
    first = decode(paths[0], largest)
    for one in descriptors.values():
        one.describe(resize(first.pixels, one.working_px))
    for maker in makers.values():
        maker.extract(resize(first.pixels, maker.working_px), first.width, first.height)
    share, square = share / len(paths), np.ones((YARDSTICK_SIDE, YARDSTICK_SIDE), np.float32)
    for path in paths:
        photo = decode(path, largest)
        parts.measure(YARDSTICK, share, lambda: square @ square)
        parts.measure("fingerprint", share, lambda path=path: fingerprint(path))
        parts.measure("decode", share, lambda path=path: decode(path, largest))
        parts.measure("thumbnail", share, lambda photo=photo: encode_thumbnail(photo.pixels))
        for name, one in descriptors.items():
            parts.measure(name, share, lambda one=one, photo=photo: one.describe(resize(photo.pixels, one.working_px)))
        for name, maker in makers.items():
            parts.measure(name, share, lambda maker=maker, photo=photo: made(maker, photo))


def made(maker: FeatureMaker, photo: Photo) -> bytes:
    """What is stored of a photo."""
    return maker.pack(maker.extract(resize(photo.pixels, maker.working_px), photo.width, photo.height))


def show_parts(parts: Parts, names: list[str]) -> None:
    """Print what each takes, and all of them for a photo that is decoded once."""
    for name, seconds in parts.clock.items():
        print(f"  {name:<18} {seconds * 1000:7.2f} ms alone ({parts.processor[name] * 1000:.2f} ms of the processor)")
    once = sum(parts.processor[name] for name in dict.fromkeys([*FIRST, *names, *CLOSER]))
    print(f"all of a photo {once * 1000:.0f} ms of the processor, {once / parts.processor[YARDSTICK]:.1f} yardsticks")


@dataclass
class Run:
    """One indexing run: seconds by stage on the clock; of the processor, of this process and of the workers."""

    report: IndexReport
    stages: dict[str, float]
    own_s: float
    workers_s: float


def run(folder: Path, workers: int, networks: tuple[Path, ...], descriptor: str | None) -> Run:
    """Index a folder into a new library, in two passes, and once more."""
    stages: dict[str, float] = defaultdict(float)
    last = ("", 0.0)

    def on_progress(progress: IndexProgress) -> None:
        nonlocal last
        now = time.perf_counter()
        stages[last[0]] += now - last[1]
        last = (progress.stage, now)

    own, ended = _processor_s()
    with tempfile.TemporaryDirectory() as scratch, Library.open(Path(scratch), network_folders=networks) as library:
        updating.BOTH_AT_ONCE = 0
        last = ("", time.perf_counter())
        report = library.index([folder], descriptor=descriptor, workers=workers, on_progress=on_progress)
        stages[last[0]] += time.perf_counter() - last[1]
        began = time.perf_counter()
        library.index(workers=workers, descriptor=descriptor)
        stages["again"] = time.perf_counter() - began
    own_after, ended_after = _processor_s()
    return Run(report, stages, own_after - own, ended_after - ended)


def _processor_s() -> tuple[float, float]:
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, ended.ru_utime + ended.ru_stime


def show(ran: Run, parts: Parts, names: list[str], workers: int) -> None:
    """Print the table."""
    report, photos = ran.report, ran.report.photos
    total, again = report.seconds, ran.stages["again"]
    print(f"{photos} photos, {workers} workers, {total:.1f} s; again {again:.2f} s ({again / total:.2%})")
    show_parts(parts, names)
    alone_processor = 0.0
    for stage, members in (("first_look", [*FIRST, *names]), ("closer_look", list(CLOSER))):
        alone = sum(parts.clock[name] for name in members)
        alone_processor += sum(parts.processor[name] for name in members)
        each = ran.stages[stage] * workers / photos
        print(f"{stage:<12} {1 / each:6.1f} photos a second and core: {each * 1000:.1f} ms each,")
        print(f"{'':<12} its parts alone {alone * 1000:.1f} ms, ratio {each / alone:.2f}")
    print(f"learn        {ran.stages['learn']:.1f} s")
    own, others, alone = (1000 * s for s in (ran.own_s / photos, ran.workers_s / photos, alone_processor))
    print(f"processor    workers {others:.1f} ms a photo with their start-up, library process {own:.1f} ms,")
    print(f"{'':<12} parts of both passes alone {alone:.1f} ms, ratio {(own + others) / alone:.2f}")


def main() -> int:
    """Measure parts, run, parts again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--networks", type=Path, help="folder of networks' weights; the program's own")
    parser.add_argument("--descriptor", help="the default is the library's own")
    parser.add_argument("--parts", action="store_true", help="index nothing, measure only the parts")
    arguments = parser.parse_args()
    networks = (arguments.networks,) if arguments.networks else default_folders()
    names = pixel_descriptors(networks, arguments.descriptor)
    files = sorted(path for path in arguments.folder.rglob("*") if path.is_file())
    sample = files[:: max(1, len(files) // SAMPLE)]
    parts = Parts()
    keep_memory()
    if arguments.parts:
        measure_parts(parts, sample, names, networks, 1.0)
        show_parts(parts, names)
        return 0
    measure_parts(parts, sample, names, networks, 0.5)
    ran = run(arguments.folder, arguments.workers, networks, arguments.descriptor)
    measure_parts(parts, sample, names, networks, 0.5)
    show(ran, parts, names, arguments.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())

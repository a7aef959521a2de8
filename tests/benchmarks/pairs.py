"""Pairs of photos matched and verified in a second, and milliseconds of the processor for each.

    python -m tests.benchmarks.pairs FOLDER [--features NAME…] [--photos 100] [--queries 5]

FOLDER holds photos (``../shared/data/places-develop/images``). One thread multiplies one matrix, as in the program.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from visearch_desktop.core.threads import one_thread_of_linear_algebra

one_thread_of_linear_algebra()

import numpy as np  # noqa: E402

from visearch_desktop.methods.descriptors.matching import Matching  # noqa: E402
from visearch_desktop.methods.local_features.build import build_extractor  # noqa: E402
from visearch_desktop.methods.matching.pairwise import PairwiseIndex  # noqa: E402
from visearch_desktop.photos.decode import decode  # noqa: E402

KINDS = ["sift", "rootsift", "orb", "akaze", "mser", "harris_laplace"]


def measure(kind: str, paths: list[Path], queries: int) -> None:
    """Print a line."""
    descriptor = Matching(build_extractor(kind))
    signatures = []
    for path in paths:
        photo = decode(path, descriptor.extractor.working_px)
        signatures.append(descriptor.describe(descriptor.extractor.extract(photo.pixels, photo.width, photo.height)))
    index = PairwiseIndex(0, **descriptor.index_options)
    index.add(signatures, np.arange(len(signatures)))
    began, worked = time.perf_counter(), time.process_time()
    for query in signatures[:queries]:
        index.search(query, 0)
    pairs = queries * len(paths)
    seconds, busy = time.perf_counter() - began, time.process_time() - worked
    print(f"{kind:>15}  {pairs / seconds:6.0f} pairs/s  {1000 * busy / pairs:.2f} ms each", flush=True)


def main() -> None:
    """Measure every kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--features", nargs="+", default=KINDS)
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--queries", type=int, default=5)
    given = parser.parse_args()
    paths = sorted(given.folder.iterdir())
    paths = paths[:: max(1, len(paths) // given.photos)][: given.photos]
    for kind in given.features:
        measure(kind, paths, given.queries)


if __name__ == "__main__":
    main()

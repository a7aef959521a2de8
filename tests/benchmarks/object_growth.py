"""The local index of a large library: how it grows, how long an answer takes, and what memory that needs.

    python -m tests.benchmarks.object_growth [--photos N] [--folder DIR] [--cache DIR]

An index of so many photos is made in DIR and deleted afterwards. Every second photo of ``objects-develop`` is put in
as it is, and asked for; the others give their stored features to photos that are made. A made photo has as many
features as any of them. It takes them in bursts, all that one photo has under one word, so that words are as frequent,
and repeat as often within a photo, as in real photos; their bits are as they are, so that they are as close to a
query's as features of different photos are. Places, sizes and angles are those of any other feature. Two things are
lost: that words of one photo have to do with each other, and that features agree on a pose by chance as often as in
real photos. One is overdone: things that are pasted into photos of both halves are found in hundreds of made ones.

The queries are the 50, 150 and 300 features nearest to any feature of a photo, like those in a box. Latency is of the
index and of verification, in a process of its own; what the words of a query's features take is a line of its own. The
processor's time is printed too, for a machine that is busy, and what comparing vectors of 256 numbers with all photos
takes at the same time.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.object_index import KEY, PX, Extracted, extract
from visearch_desktop.core.region import Region
from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.methods.indexes.local.details import ASKED_CONTRAST, STORED_CONTRAST, PhotoDetails
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import EACH, MOST, PhotoRows, QueryRows
from visearch_desktop.photos.decode import decode
from visearch_desktop.search.object_search import search_objects

SIZES = (50, 150, 300)
QUERIES = 60
FIRST = 10
"""Queries that bring the files into memory, and are not counted."""
BATCH = 256
NUMBERS = 256
SAMPLED_S = 0.002
PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "objects-develop" / "images"
COLUMNS = ("words", "bits", "places", "turns")


@dataclass(frozen=True)
class Asked:
    """A query and the size of its picture."""

    rows: QueryRows
    size: tuple[int, int]


# --- photos -----------------------------------------------------------------------------------------------------------


class Maker:
    """Makes photos of the features of real ones, see the top of this file."""

    def __init__(self, real: Sequence[PhotoRows]) -> None:
        self._words, self._bits, self._places, self._turns = (
            np.concatenate([getattr(one, name) for one in real]) for name in COLUMNS
        )
        self._counts = np.array([len(one) for one in real])
        is_first = np.concatenate([np.append(True, one.words[1:] != one.words[:-1]) for one in real])
        self._starts = np.flatnonzero(is_first)
        self._lengths = np.diff(np.append(self._starts, len(self._words)))
        self._rng = np.random.default_rng(0)

    def photo(self) -> PhotoRows:
        """Another one."""
        count = int(self._rng.choice(self._counts))
        bursts = self._rng.integers(0, len(self._starts), count)
        lengths = self._lengths[bursts]
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        of = (np.repeat(self._starts[bursts], lengths) + within)[:count]
        of = of[np.argsort(self._words[of], kind="stable")]
        at = self._rng.integers(0, len(self._words), count)
        return PhotoRows(self._words[of], self._bits[of], self._places[at], self._turns[at], PX, PX * 3 // 4)


def queries(photos: Sequence[Extracted], count: int, features: int) -> list[Asked]:
    """Features that lie together in any photo that has so many."""
    rng, everywhere = np.random.default_rng(features), Region(0, 0, 1 << 16, 1 << 16)
    found: list[Asked] = []
    while len(found) < count:
        one = photos[rng.integers(len(photos))]
        rows = one.asked(everywhere, ASKED_CONTRAST, EACH)
        if len(rows) >= features:
            aside = np.abs(rows.points - rows.points[rng.integers(len(rows))]).max(axis=1)
            some = np.argsort(aside, kind="stable")[:features]
            columns = (getattr(rows, name)[some] for name in ("words", "bits", "points", "sizes", "angles_deg"))
            found.append(Asked(QueryRows(*columns), (one.features.width, one.features.height)))
    return found


# --- growing ----------------------------------------------------------------------------------------------------------


def grow(index: LocalIndex, photo: Callable[[int], PhotoRows], ids: Sequence[int]) -> None:
    """Append photos of these numbers to an index, and print what that takes."""
    appending, merging = np.zeros(2), np.zeros(2)
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        rows = [photo(number) for number in some]
        began = _clocks()
        index.append(rows, some)
        appended = _clocks()
        while index.merge():
            pass
        appending, merging = appending + appended - began, merging + _clocks() - appended
        if start // BATCH % 32 == 0:
            print(f"  {len(index):,} photos, {appending[0] + merging[0]:.0f} s", file=sys.stderr, flush=True)
    print(
        f"local index: {len(index):,} photos, {index.size_bytes() / len(index):,.0f} bytes a photo; append "
        f"{len(ids) / appending[0]:,.0f} photos/s ({len(ids) / appending[1]:,.0f} a second of the processor), "
        f"merging {merging[0]:.0f} s ({merging[1]:.0f})",
        flush=True,
    )


def _clocks() -> NDArray[np.float64]:
    """Seconds on the clock, and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


# --- asking -----------------------------------------------------------------------------------------------------------


class Memory(threading.Thread):
    """The most memory that this process has at any time, without the files that are mapped into it."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most_mb = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        page_mb = 4096 / 1e6
        while not self._ended.wait(SAMPLED_S):
            resident, shared = (int(one) for one in Path("/proc/self/statm").read_text().split()[1:3])
            self.most_mb = max(self.most_mb, (resident - shared) * page_mb)

    def end(self) -> float:
        """No more of it."""
        self._ended.set()
        self.join()
        return self.most_mb


def ask(folder: Path, asked: dict[int, list[Asked]], photo: Path) -> None:
    """Open the index and print how long answers take; in a process of its own."""
    one_thread_of_linear_algebra()
    began = time.perf_counter()
    index = LocalIndex.open(folder, KEY)
    print(f"  opened in {(time.perf_counter() - began) * 1000:.0f} ms", flush=True)
    memory = Memory()
    memory.start()
    for some in asked.values():
        for one in some[:FIRST]:
            _answers(index, one)
    most_mb = memory.end()
    mapped_mb = index.size_bytes() / 1e6
    print(f"  memory: {most_mb:,.0f} MB at most, and {mapped_mb:,.0f} MB of mapped files", flush=True)
    vectors = np.ones((len(index), NUMBERS), np.float32)
    for features, some in asked.items():
        rows, exact = [], []
        for one in some[FIRST:]:
            rows.append(_answers(index, one))
            exact.append(_timed(lambda: vectors @ vectors[0]))
        _print(features, np.array(rows), np.array(exact))
    _words(photo)
    index.close()


def _answers(index: LocalIndex, one: Asked) -> NDArray[np.float64]:
    """(4,) s to the first answer and to the verified one, on the clock and of the processor."""
    began = _clocks()
    ends = [_clocks() - began for _ in search_objects(index, one.rows, one.size, PX)]
    return np.concatenate(ends)


def _timed(work: Callable[[], object]) -> NDArray[np.float64]:
    began = _clocks()
    work()
    return _clocks() - began


def _print(features: int, rows: NDArray[np.float64], exact: NDArray[np.float64]) -> None:
    p50, p99 = np.percentile(rows * 1000, [50, 99], axis=0)
    compared = np.median(exact, axis=0) * 1000
    print(
        f"  {features} features: first answer {p50[0]:.0f} ms (p99 {p99[0]:.0f}), of the processor {p50[1]:.0f} "
        f"({p99[1]:.0f}); verified {p50[2]:.0f} ms (p99 {p99[2]:.0f}), of the processor {p50[3]:.0f} ({p99[3]:.0f}); "
        f"comparing vectors {compared[0]:.0f} ms, of the processor {compared[1]:.0f}: first answer "
        f"{p50[1] / compared[1]:.1f} times as long",
        flush=True,
    )


def _words(photo: Path) -> None:
    """What it takes to find the words of a query's features."""
    details = PhotoDetails()
    opened = decode(photo, details.working_px)
    features = details.asked.extract(opened.pixels, opened.width, opened.height)
    details.ask(features.only(np.arange(1)))  # reads the words
    for count in SIZES:
        some = features.only(np.arange(count))
        clock, processor = np.median([_timed(lambda some=some: details.ask(some)) for _ in range(20)], axis=0) * 1000
        print(f"  words of {count} features: {clock:.0f} ms, of the processor {processor:.0f}", flush=True)


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "object_index")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    paths = sorted(PHOTOS.iterdir())
    extracted = [extract(path, options.cache, PX) for path in paths]
    stored = [one.stored(MOST, STORED_CONTRAST) for one in extracted]
    folder = options.folder / "object_growth"
    shutil.rmtree(folder, ignore_errors=True)
    asked = {count: queries(extracted[1::2], QUERIES, count) for count in SIZES}
    real, made = stored[1::2], Maker(stored[0::2])
    with closing(LocalIndex.create(folder, KEY)) as index:
        grow(index, lambda number: real[number] if number < len(real) else made.photo(), range(options.photos))
    process = multiprocessing.get_context("spawn").Process(target=ask, args=(folder, asked, paths[0]))
    process.start()
    process.join()
    shutil.rmtree(folder)
    return process.exitcode or 0


if __name__ == "__main__":
    sys.exit(main())

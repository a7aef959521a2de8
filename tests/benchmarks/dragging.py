"""A box dragged over a picture: how long until the first answer of a library, and until the verified one.

    python -m tests.benchmarks.dragging LIBRARY PICTURE… [--positions N] [--share S] [--enlarged TIMES]

LIBRARY is one that nobody else has open; a copy, since opening may change it. Of each PICTURE, a file in the library or
not, a box of this share of its sides is searched for at positions along an S through it, each until it is verified and
with the rows that the window shows, in a process of its own; and all of it. Before that each picture is got ready, as
the window does once it is shown; the first picture is not counted. ``--enlarged`` shows pictures from outside the
library so many times as large, as phones take them. The processor's time is printed too, for a machine that is busy.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.object_growth import Memory
from visearch_desktop.core.region import Region
from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.library.library import Library
from visearch_desktop.photos.decode import read_metadata
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.query import Query, QueryPicture

POSITIONS, SHARE = 20, 0.3


def boxes(width: int, height: int, share: float, positions: int) -> list[Region]:
    """Along an S, from the upper left to the lower right corner."""
    along = np.linspace(0, 1, positions)
    across = 0.5 - 0.5 * np.cos(3 * np.pi * along)
    wide, high = share * width, share * height
    return [
        Region(x * (width - wide), y * (height - high), wide, high)
        for x, y in zip(across.tolist(), along.tolist(), strict=True)
    ]


def dragged(library: Library, picture: QueryPicture, regions: Sequence[Region | None]) -> NDArray[np.float64]:
    """(N, 2, 2) s to the first and to the verified answer, on the clock and of the processor, for each box.

    None is the whole picture.
    """
    times = []
    for region in regions:
        asked = Query((QueryPicture(picture.photo_id, picture.path, region=region),))
        began = _clocks()
        times.append([_shown(library, ranking, began) for ranking in library.search(asked)])
    return np.array(times)


def _shown(library: Library, ranking: Ranking, began: NDArray[np.float64]) -> NDArray[np.float64]:
    """How long since then, with the rows that the window shows."""
    library.rows([hit.photo_id for hit in ranking.hits])
    return _clocks() - began


def told(times: NDArray[np.float64]) -> str:
    """Median and 99th percentile of times as :func:`dragged` gives them."""
    p50, p99 = np.percentile(times * 1000, [50, 99], axis=0)
    words = [
        f"{name} {p50[stage, 0]:.0f} ms (p99 {p99[stage, 0]:.0f}), of the processor {p50[stage, 1]:.0f} "
        f"({p99[stage, 1]:.0f})"
        for stage, name in enumerate(("first answer", "verified"))
    ]
    return "; ".join(words)


def in_a_process(folder: Path, pictures: Sequence[Path], positions: int, share: float = SHARE) -> int:
    """:func:`drag` in a process of its own, which has as many threads as the program's; how it ended."""
    process = multiprocessing.get_context("spawn").Process(target=drag, args=(folder, pictures, positions, share))
    process.start()
    process.join()
    return process.exitcode or 0


def drag(folder: Path, pictures: Sequence[Path], positions: int, share: float) -> None:
    """Open a library, drag over every picture, and print what all of them took."""
    memory = Memory()
    memory.start()
    began = time.perf_counter()
    with closing(Library.open(folder)) as library:
        print(f"{library.overview().photos:,} photos, opened in {time.perf_counter() - began:.1f} s", flush=True)
        report(library, pictures, positions, share)
    print(f"  memory: {memory.end():,.0f} MB at most, without mapped files", flush=True)


def report(library: Library, pictures: Sequence[Path], positions: int, share: float) -> None:
    """Drag over every picture, and print what all of them took."""
    ready, times, whole = [], [], []
    for path in pictures:
        size = read_metadata(path)
        began = _clocks()
        library.get_ready(QueryPicture(path=path))
        ready.append(_clocks() - began)
        whole.append(dragged(library, QueryPicture(path=path), [None]))
        times.append(dragged(library, QueryPicture(path=path), boxes(size.width, size.height, share, positions)))
    clock, processor = np.median(ready[1:] or ready, axis=0) * 1000
    print(f"  a picture is got ready in {clock:.0f} ms, of the processor {processor:.0f}")
    print(f"  all of a picture: {told(np.concatenate(whole[1:] or whole))}")
    print(f"  a box: {told(np.concatenate(times[1:] or times))}", flush=True)


def enlarged(path: Path, times: int, folder: Path) -> Path:
    """A picture so many times as large."""
    import cv2

    pixels = cv2.imread(str(path))
    large = folder / f"{path.stem}.jpg"
    cv2.imwrite(str(large), cv2.resize(pixels, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC))
    return large


def _clocks() -> NDArray[np.float64]:
    """Seconds on the clock, and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE")
    parser.add_argument("--positions", type=int, default=POSITIONS)
    parser.add_argument("--share", type=float, default=SHARE)
    parser.add_argument("--enlarged", type=int, default=0, metavar="TIMES")
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    with tempfile.TemporaryDirectory() as folder:
        pictures = [
            enlarged(path, options.enlarged, Path(folder)) if options.enlarged else path for path in options.pictures
        ]
        return in_a_process(options.library, pictures, options.positions, options.share)


if __name__ == "__main__":
    sys.exit(main())

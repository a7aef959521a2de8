"""How long looking through a library of 100,000 photos takes: ``python -m tests.benchmarks.browse [PHOTOS]``.

The photos are rows without files behind them. Prints medians and the slowest of ten, in ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from visearch_desktop.catalogue import features, files, folders, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, SeenFile
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.library import browsing
from visearch_desktop.library.folders import remove_folder, restore_folder
from visearch_desktop.library.rows import Order, PhotoView
from visearch_desktop.photos.metadata import Metadata

KEY, FEATURES = "synthetic@1/0", "details@1/0"
PAGE = 200


def fill(catalogue: Catalogue, count: int, root: Path) -> int:
    """``count`` photos in 200 subfolders, over 12 years, each with a vector of 256 numbers."""
    folder_id = folders.insert_folder(catalogue, root, ())
    rng = np.random.default_rng(0)
    start = datetime(2014, 1, 1)
    days = np.sort(rng.integers(0, 365 * 12, count))
    vector = rng.normal(size=256).astype("<f2").tobytes()
    seen = [
        SeenFile(f"{2014 + i * 12 // count}/{i % 17:02}/IMG_{i:06}.jpg".encode(), 1000 + i, i) for i in range(count)
    ]
    files.insert_new(catalogue, folder_id, seen)
    ids = {row.relative: row.file_id for row in files.unread_files(catalogue, folder_id)}
    for first in range(0, count, 500):
        with catalogue.transaction():
            chunk = range(first, min(first + 500, count))
            reads = [
                FileRead(
                    ids[seen[i].relative],
                    f"{i:064x}",
                    Metadata(4000, 3000, taken=(start + timedelta(days=int(days[i]), seconds=i % 80_000)).isoformat()),
                )
                for i in chunk
            ]
            files.record_reads(catalogue, reads)
            vectors.put_many(catalogue, KEY, [(read.content_hash, vector) for read in reads])
            features.put_many(catalogue, FEATURES, [(read.content_hash, 500, b"x") for read in reads])
    return folder_id


def measure(name: str, work: Callable[[], object]) -> None:
    """Run ten times and print."""
    times = []
    for _ in range(10):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    print(f"{name:46} {statistics.median(times):8.1f} {max(times):8.1f}")


def main(count: int) -> None:
    """Fill a library and look through it."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        catalogue = Catalogue.open(root / "catalogue.sqlite", root / "backups")
        with closing(catalogue), closing(Thumbnails(root / "thumbnails.sqlite")) as thumbnails:
            start = time.perf_counter()
            folder_id = fill(catalogue, count, root / "photos")
            thumbnails.put_many((f"{i:064x}", b"x" * 9000) for i in range(count))
            print(f"{count:,} photos stored in {time.perf_counter() - start:.1f} s; ms: median, slowest of 10")
            looks(catalogue, thumbnails, folder_id, count)
            for title, work in (("removed", remove_folder), ("restored", restore_folder)):
                start = time.perf_counter()
                work(catalogue, folder_id)
                print(f"the folder {title} in {1000 * (time.perf_counter() - start):.0f} ms")
        start = time.perf_counter()
        Catalogue.open(root / "catalogue.sqlite", root / "backups").close()
        print(f"opened, with its check, in {1000 * (time.perf_counter() - start):.0f} ms")


def looks(catalogue: Catalogue, thumbnails: Thumbnails, folder_id: int, count: int) -> None:
    """Everything the window asks for."""
    measure("overview", lambda: browsing.overview(catalogue, "synthetic", KEY, FEATURES))
    for title, view in (
        ("all", PhotoView()),
        ("recently added", PhotoView(recent=True)),
        ("one folder", PhotoView(folder_id)),
        ("one subfolder, a twelfth", PhotoView(folder_id, "2020")),
    ):
        size = sum(section.count for section in browsing.sections(catalogue, view))
        measure(f"{title}: sections", lambda view=view: browsing.sections(catalogue, view))
        for order in Order:
            sorted_view = PhotoView(view.folder_id, view.below, view.recent, order)
            offsets = (0, size // 2, max(0, size - PAGE))
            for offset in offsets if order is Order.NEWEST else offsets[-1:]:
                measure(
                    f"{title}, {order}: page at {offset:,}",
                    lambda view=sorted_view, offset=offset: browsing.page(catalogue, thumbnails, view, offset, PAGE),
                )
    ids = list(range(1, count, max(1, count // 300)))
    measure("rows of 300 hits", lambda: browsing.rows(catalogue, thumbnails, ids))
    measure("details of one", lambda: browsing.details(catalogue, thumbnails, count // 2, FEATURES))
    measure("thumbnail of one", lambda: browsing.thumbnail(catalogue, thumbnails, count // 2))
    measure("all vectors", lambda: vectors.load(catalogue, KEY))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

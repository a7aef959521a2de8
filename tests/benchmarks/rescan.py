"""What looking through an unchanged folder costs: ``python -m tests.benchmarks.rescan [FILES]`` (20,000 unless said).

Prints the seconds of a first scan, of recording what was read, and of a second scan that finds nothing to do.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from visearch_desktop.catalogue import files
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead
from visearch_desktop.library.folders import add_folder
from visearch_desktop.library.scanning import scan
from visearch_desktop.photos.metadata import Metadata


def main(count: int) -> None:
    """Make files of a few bytes in a hundred folders, and scan them twice."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for i in range(count):
            path = root / "photos" / f"{i % 100:02}" / f"IMG_{i:06}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(i.to_bytes(4, "big"))
        with closing(Catalogue.open(root / "library" / "catalogue.sqlite", root / "library")) as catalogue:
            folder_id = add_folder(catalogue, root / "library", root / "photos").folder_id
            start = time.perf_counter()
            unread = scan(catalogue, folder_id).unread
            scanned = time.perf_counter()
            reads = [FileRead(file.file_id, f"{file.file_id:064x}", Metadata(1, 1)) for file in unread]
            for first in range(0, count, 64):
                files.record_reads(catalogue, reads[first : first + 64])
            recorded = time.perf_counter()
            again = scan(catalogue, folder_id)
            done = time.perf_counter()
    assert (again.found, again.unread) == (count, ())
    print(f"{count:,} files: first scan {scanned - start:.2f} s, recorded in {recorded - scanned:.2f} s,")
    print(f"unchanged: scanned again in {done - recorded:.2f} s, {1e6 * (done - recorded) / count:.0f} µs a file")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)

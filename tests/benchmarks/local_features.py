"""What details of another kind would cost and find: object search by the local index with each of many choices.

    python -m tests.benchmarks.local_features ../shared/data/objects-develop [--features NAME…] [--networks FOLDER]
        [--positives N] [--verify N]

Prints a row of a table (Markdown) for each: mean average precision by ``score.py``'s rule of each group, of the index
alone → with its best ones verified; how many flat things are located, and how many with an IoU of 0.8 or more; features
and bytes a photo; and time of the processor: of finding and describing them in a photo as it is, of their visual words,
and of finding and describing them in squares of four photos at 1,024 px, which is what a photo of a camera costs.
Behind each time is its share of the product's. All choices look at a photo before any looks at the next one, so that a
busy computer is as slow for each. All are described by SIFT, for which the program's visual words are made. With
``--positives`` only the N smallest answers of each query are put into the index, and no other photos: quicker, and
easier.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.keypoint_choices import Choice, choices
from tests.benchmarks.object_index import located, score_module
from visearch_desktop.core.region import Region
from visearch_desktop.library.worker import keep_memory
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows, photo_rows, query_rows
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import from_keypoints, none, strongest
from visearch_desktop.methods.local_features.rootsift import quantised
from visearch_desktop.photos.decode import Photo, decode
from visearch_desktop.photos.thumbnails import resize
from visearch_desktop.search.object_search import VERIFIED, search_objects

KEY, LARGEST_PX, SQUARED = "benchmark", 1024, 16


def features(choice: Choice, pixels: NDArray[np.uint8], size: tuple[int, int], is_query: bool) -> LocalFeatures:
    """What a choice finds in a picture of a photo of a size, strongest first."""
    found, histograms = choice.find(pixels, is_query)
    if not len(found):
        return none(*size)
    order = strongest(found, len(found))
    return from_keypoints([found[i] for i in order], quantised(histograms[order]), pixels.shape[:2], *size)


def squares(photos: Sequence[Photo]) -> list[NDArray[np.uint8]]:
    """Four photos in one picture each."""
    half = LARGEST_PX // 2
    small = [cv2.resize(one.pixels, (half, half * 3 // 4), interpolation=cv2.INTER_AREA) for one in photos]
    fours = zip(*(small[part::4] for part in range(4)), strict=False)
    return [np.vstack([np.hstack(four[:2]), np.hstack(four[2:])]) for four in fours]


class Run:
    """What a choice did so far.

    Attributes:
        rows: of the photos.
        ms: of the processor, of each photo: finding and describing, words.
        square_ms: of each square of four.
        answers: before and after verification, one a query.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.rows: list[PhotoRows] = []
        self.ms: list[tuple[float, float]] = []
        self.square_ms: list[float] = []
        self.answers: tuple[list[Any], list[Any]] = ([], [])
        self.bytes_each = 0.0

    def look(self, photo: Photo) -> None:
        """Take a photo in."""
        pixels = resize(photo.pixels, self.choice.px)
        began = time.process_time()
        found = features(self.choice, pixels, (photo.width, photo.height), is_query=False)
        between = time.process_time()
        self.rows.append(photo_rows(found, bundled_vocabulary()))
        self.ms.append(((between - began) * 1000, (time.process_time() - between) * 1000))

    def look_at_square(self, pixels: NDArray[np.uint8]) -> None:
        """Only to see how long it takes."""
        pixels = resize(pixels, self.choice.px)
        began = time.process_time()
        features(self.choice, pixels, (LARGEST_PX, LARGEST_PX), is_query=False)
        self.square_ms.append((time.process_time() - began) * 1000)

    def ask(self, data: Path, queries: Sequence[Any], paths: Sequence[Path], verify: int) -> None:
        """Search for all the boxes."""
        with tempfile.TemporaryDirectory() as folder:
            index = LocalIndex.open(Path(folder), KEY)
            index.append(self.rows, range(len(self.rows)))
            while index.merge(fully=True):
                pass
            self.bytes_each = index.size_bytes() / len(self.rows)
            for query in queries:
                photo, region = decode(data / query["image"], self.choice.px), Region(*query["region"])
                size = (photo.width, photo.height)
                seen = features(self.choice, photo.pixels, size, is_query=True).inside(region)
                rows = query_rows(seen, bundled_vocabulary())
                stages = search_objects(index, rows, size, self.choice.px, region, k=0, verify=verify)
                for answer, hits in zip(self.answers, stages, strict=True):
                    answer.append(_answer(hits, paths))
            index.close()

    def row(self, name: str, truth: Any, data: Path, product: Run) -> str:
        """Of the table."""
        tables = [score_module().rank_table(truth, data, answer, False)["mAP_by_group"] for answer in self.answers]
        groups = (" → ".join(f"{table[group]:.3f}" for table in tables) for group in ("flat", "thing"))
        places = located(truth, data, self.answers[1], "flat")
        quads = f"{places['located']} of {places['true_quads']}, {places['iou>=0.8']} well"
        stored = f"{np.mean([len(one) for one in self.rows]):,.0f} | {self.bytes_each:,.0f}"
        times = (f"{mine:.0f} ({mine / its:.2f})" for mine, its in zip(self._times(), product._times(), strict=True))
        return " | ".join(["", name, *groups, quads, stored, *times, ""]).strip()

    def _times(self) -> list[float]:
        return [*np.mean(self.ms[1:], axis=0), float(np.mean(self.square_ms))]


def _answer(hits: Sequence[Any], paths: Sequence[Path]) -> dict[str, Any]:
    return {"results": [
        {"path": f"images/{paths[hit.photo_id].name}", "quad": hit.verification.quad if hit.verification else None}
        for hit in hits
    ]}  # fmt: skip


def wanted(data: Path, positives: int) -> tuple[Any, list[Path]]:
    """The queries with an answer, and the photos that are put into the index."""
    truth = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))
    queries = [query for query in truth["queries"] if query["positive"]]
    paths = sorted((data / "images").iterdir())
    if positives:
        for query in queries:
            smallest = sorted(query["positive"], key=lambda name, query=query: _area(query["quads"][name]))
            query["positive"], query["junk"] = smallest[:positives], [*query["junk"], *smallest[positives:]]
            query["quads"] = {name: query["quads"][name] for name in smallest[:positives]}
        kept = {Path(name).name for query in queries for name in query["positive"]}
        paths = [path for path in paths if path.name in kept]
    return {**truth, "queries": queries}, paths


def _area(quad: Sequence[Sequence[float]]) -> float:
    return float(cv2.contourArea(np.array(quad, np.float32)))


def main() -> int:
    """Look at all photos, ask for all boxes, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--features", nargs="+", default=[], help="names of choices; the default is all")
    parser.add_argument("--networks", type=Path, help="folder with the network alike_n; without it that is left out")
    parser.add_argument("--positives", type=int, default=0, help="of each query; 0 is all, among all other photos")
    parser.add_argument("--verify", type=int, default=VERIFIED)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    keep_memory()
    every = choices((options.networks,) if options.networks else ())
    names = dict.fromkeys([next(iter(every)), *(options.features or every)])
    runs = {name: Run(every[name]) for name in names}
    truth, paths = wanted(options.data, options.positives)
    for path in paths:
        photo = decode(path, LARGEST_PX)
        for one in runs.values():
            one.look(photo)
    for pixels in squares([decode(path, LARGEST_PX) for path in paths[:: max(1, len(paths) // SQUARED)]]):
        for one in runs.values():
            one.look_at_square(pixels)
    print("| details | flat | thing | flat, located | stored | bytes | ms | ms of words | ms at 1,024 px |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    for name, one in runs.items():
        one.ask(options.data, truth["queries"], paths, options.verify)
        print(one.row(name, truth, options.data, next(iter(runs.values()))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

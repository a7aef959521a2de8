"""Regional vectors on boxes round things: what they find alone and with the local index, what they take, how long.

    python -m tests.benchmarks.regions ../shared/data/objects-develop [--network NAME] [--folders DIR] [--px PX…]
        [--levels N,N…] [--dimension D…] [--maps DIR] [--features DIR]
    python -m tests.benchmarks.regions --synthetic PHOTOS [--levels N,N…] [--dimension D…]

The first form prints for each choice the mean average precision of each group by the rule of ``score.py``: of the
whole picture, of the best region, and with ``--features`` (the cache of ``object_index``) of the local index, of both
together, and of both when the regions of the best answers are looked for as well. The whitening is learned from the
regions of the same photos, without labels, as a library does. Feature maps are made once into ``--maps``. The second
form times the search among made rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.object_index import PX as LOCAL_PX
from tests.benchmarks.object_index import Extracted, extract, score_module
from visearch_desktop.core.paths import user_data_folder
from visearch_desktop.core.region import Region
from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.core.whitening import apply_whitening
from visearch_desktop.methods.descriptors.regions.describing import DIMENSION, learn, pooled_query, quantised, steps
from visearch_desktop.methods.descriptors.regions.grid import LEVELS, grid
from visearch_desktop.methods.descriptors.regions.photo_regions import PhotoRegions
from visearch_desktop.methods.descriptors.regions.pooling import PooledMap
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import EACH, MOST
from visearch_desktop.methods.indexes.regions import RegionIndex
from visearch_desktop.photos.decode import decode
from visearch_desktop.search.details import LEAST_USUAL, USUAL_PLACE
from visearch_desktop.search.evidence import combined_scores
from visearch_desktop.search.fusion import fused
from visearch_desktop.search.object_search import ObjectHit, search_objects
from visearch_desktop.search.regions import EXPANDED_BY, expand

SAMPLE, BATCH, QUERIES, PASSES, MOST_LEVELS = 6000, 2000, 30, 8, 6
CONTRAST, ASKED_CONTRAST = 0.04, 0.02


class Measured:
    """A folder of photos with its ground truth."""

    def __init__(self, data: Path) -> None:
        self.truth: Any = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))
        self.photos = sorted((data / "images").iterdir())
        self.number = {photo.name: number for number, photo in enumerate(self.photos)}
        self._score = score_module()

    def table(self, rankings: Sequence[Sequence[int]]) -> str:
        """Mean average precision by group, and over these, of rankings of photo numbers, one a query."""
        groups: dict[str, list[float]] = {}
        for query, ranking in zip(self.truth["queries"], rankings, strict=True):
            dropped = {self.number[Path(name).name] for name in [query["image"], *query["junk"]]}
            wanted = {self.number[Path(name).name] for name in query["positive"]} - dropped
            kept = [photo for photo in ranking if photo not in dropped]
            ranks = [rank for rank, photo in enumerate(kept) if photo in wanted]
            if wanted:
                found = self._score.average_precision(ranks, len(wanted))[0]
                groups.setdefault(query["group"], []).append(found)
        means = {name: float(np.mean(values)) for name, values in sorted(groups.items())}
        return "  ".join(f"{name} {value:.3f}" for name, value in {"mean": np.mean([*means.values()]), **means}.items())


def windows_of(measured: Measured, maker: PhotoRegions, maps: Path) -> Any:
    """Pooled windows (N, R, D) of all levels of the photos."""
    maps.mkdir(parents=True, exist_ok=True)
    windows, regions = grid(range(1, MOST_LEVELS + 1)), []
    for photo in measured.photos:
        cached = maps / f"{photo.stem}.npy"
        if not cached.exists():
            pixels = decode(photo, maker.working_px).pixels
            np.save(cached, maker.map(pixels, maker.working_px).astype(np.float16))
        regions.append(PooledMap(np.load(cached), maker.p).pool(windows).astype(np.float16))
    return np.stack(regions)


def boxes_of(measured: Measured, maker: PhotoRegions) -> tuple[Any, float]:
    """Regions (Q, D) of the queries, and how many ms one of these takes."""
    queries, times = [], []
    for query in measured.truth["queries"]:
        opened = decode(measured.photos[measured.number[Path(query["image"]).name]], maker.query_px)
        maps_of_query = maker.look_as_query(opened.pixels)
        began = time.perf_counter()
        queries.append(pooled_query(maps_of_query, Region(*query["region"]), opened.width, opened.height))
        times.append((time.perf_counter() - began) * 1000)
    return np.stack(queries), float(np.median(times))


def places(levels: Sequence[int]) -> NDArray[np.int64]:
    """Of the windows of some levels among those of all."""
    starts = np.cumsum([0, *(level**2 for level in range(1, MOST_LEVELS))])
    return np.concatenate([starts[level - 1] + np.arange(level**2) for level in levels])


def level_list(given: str) -> tuple[int, ...]:
    """``1,3,5``; up to 6."""
    levels = tuple(int(part) for part in given.split(","))
    if not all(1 <= level <= MOST_LEVELS for level in levels):
        raise argparse.ArgumentTypeError(f"levels are 1 to {MOST_LEVELS}")
    return levels


def pass_ms(measured: Measured, maker: PhotoRegions) -> float:
    """Median time of the processor that a photo takes, decoded."""
    times = []
    for photo in measured.photos[:PASSES]:
        pixels = decode(photo, maker.working_px).pixels
        began = time.process_time()
        maker.extract(pixels)
        times.append((time.process_time() - began) * 1000)
    return float(np.median(times[1:]))


def local_answers(measured: Measured, cache: Path) -> list[tuple[ObjectHit, ...]]:
    """Of the local index, verified, for each query."""
    extracted: list[Extracted] = [extract(photo, cache, LOCAL_PX) for photo in measured.photos]
    answers: list[tuple[ObjectHit, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        index = LocalIndex.open(Path(folder), "benchmark")
        index.append([one.stored(MOST, CONTRAST) for one in extracted], range(len(extracted)))
        for query in measured.truth["queries"]:
            one, region = extracted[measured.number[Path(query["image"]).name]], Region(*query["region"])
            size = (one.features.width, one.features.height)
            rows = one.asked(region, ASKED_CONTRAST, EACH)
            answers.append(list(search_objects(index, rows, size, LOCAL_PX, region, k=0))[-1])
        index.close()
    return answers


def best_first(evidence: NDArray[np.floating]) -> list[int]:
    """Numbers of photos, equal ones ascending."""
    order: list[int] = np.argsort(-evidence, kind="stable").tolist()
    return order


class Looks:
    """What the regions of all photos say to a query: (N,) evidence, similarity, and number of the best region."""

    def __init__(self, index: RegionIndex, query: Vector) -> None:
        ids, similarities, numbers = index.search(query, 0)
        by_id = np.argsort(ids)
        self.similarities, self.numbers = similarities[by_id], numbers[by_id]
        self.evidence = np.maximum(index.usual(query).spreads_over(self.similarities), 0.0)
        self._index, self._query = index, query

    def expanded(self, best: Sequence[int]) -> Looks:
        """What is said to the query with the regions of its best answers."""
        ids = np.array(best, dtype=np.int64)
        return Looks(self._index, expand(self._index, self._query, ids, self.numbers[ids], self.similarities[ids]))


class Details:
    """What the local index found of all photos: (N,) excess, and inliers."""

    def __init__(self, hits: Sequence[ObjectHit], photos: int) -> None:
        scores, self.inliers = np.zeros(photos), np.zeros(photos, np.int64)
        for hit in hits:
            scores[hit.photo_id], self.inliers[hit.photo_id] = hit.score, hit.inliers
        usual = max(float(np.sort(scores)[-USUAL_PLACE]), LEAST_USUAL)
        self.excess = np.log(np.maximum(scores, usual) / usual)

    def ranked_with(self, looks: Looks) -> list[int]:
        """Numbers of photos: those that are located lead."""
        middles = np.where(self.inliers > 0, self.inliers, -1)
        none, scores = np.zeros(len(middles), np.float32), fused(self.excess, looks.evidence)
        return best_first(combined_scores(none, scores, middles))


def measure(measured: Measured, options: argparse.Namespace) -> None:
    """Print a line for each choice."""
    folder = options.folders / options.network
    local = local_answers(measured, options.features) if options.features else []
    if local:
        print(f"local index: {measured.table([[hit.photo_id for hit in hits] for hits in local])}", flush=True)
    for px in options.px:
        maker = PhotoRegions(folder, px=px)
        regions = windows_of(measured, maker, options.maps / f"{options.network}-{px}")
        queries, pool_ms = boxes_of(measured, maker)
        cost = f"a photo takes {pass_ms(measured, maker):.0f} ms, a region of the query {pool_ms:.2f} ms"
        print(f"{options.network} at {px} px: {cost}", flush=True)
        for levels in options.levels:
            chosen = regions[:, places(levels)]
            flat = chosen.reshape(-1, chosen.shape[-1])
            some = np.random.default_rng(0).permutation(len(flat))[:SAMPLE]
            mean, projection = learn(flat[some].astype(np.float32), max(options.dimension))
            for dimension in options.dimension:
                whitening = mean, projection[:, :dimension]
                rows = np.stack([quantised(apply_whitening(one, whitening)) for one in chosen])
                _line(measured, rows, apply_whitening(queries, whitening), local)


def _line(
    measured: Measured, rows: NDArray[np.int8], queries: NDArray[np.float32], local: list[tuple[ObjectHit, ...]]
) -> None:
    photos, count, dimension = rows.shape
    whole, index = RegionIndex(1, dimension, steps(dimension)), RegionIndex(count, dimension, steps(dimension))
    whole.add(rows[:, :1], range(photos))
    index.add(rows, range(photos))
    answers = [Looks(index, query) for query in queries]
    line = f"  {count} regions of {dimension}, {count * dimension // 2:,} bytes: whole picture "
    line += measured.table([best_first(Looks(whole, query).evidence) for query in queries])
    line += f" | best region {measured.table([best_first(found.evidence) for found in answers])}"
    if local:
        details = [Details(hits, photos) for hits in local]
        both = [one.ranked_with(found) for one, found in zip(details, answers, strict=True)]
        line += f" | with the local index {measured.table(both)}"
        asked = [measured.number[Path(query["image"]).name] for query in measured.truth["queries"]]
        best = [[photo for photo in rank if photo != own][:EXPANDED_BY] for own, rank in zip(asked, both, strict=True)]
        wider = [found.expanded(some) for found, some in zip(answers, best, strict=True)]
        ranked = [one.ranked_with(found) for one, found in zip(details, wider, strict=True)]
        line += f" | with the best {EXPANDED_BY} answers' regions {measured.table(ranked)}"
    print(line, flush=True)


def scan(photos: int, count: int, dimension: int) -> None:
    """Time the search among made rows: unit vectors in no order."""
    rng = np.random.default_rng(0)
    index = RegionIndex(count, dimension, steps(dimension))
    for start in range(0, photos, BATCH):
        some = min(BATCH, photos - start)
        made = normalise(rng.standard_normal((some * count, dimension), dtype=np.float32))
        index.add(quantised(made).reshape(some, count, dimension), range(start, start + some))
    times = []
    for _ in range(QUERIES):
        query = normalise(rng.standard_normal(dimension))
        began, began_cpu = time.perf_counter(), time.process_time()
        index.search(query, 300)
        index.usual(query)
        times.append((time.perf_counter() - began, time.process_time() - began_cpu))
    p50, p99 = np.percentile(np.array(times[3:]) * 1000, [50, 99], axis=0)
    print(
        f"{photos:,} photos of {count} × {dimension}: {p50[0]:.0f} ms a query (p99 {p99[0]:.0f}; processor "
        f"{p50[1]:.0f}, {p99[1]:.0f}), {index.size_bytes() / 1e6:,.0f} MB",
        flush=True,
    )


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--network", default="mobilenet_v2_tf")
    parser.add_argument("--folders", type=Path, default=None, help="of imported networks")
    parser.add_argument("--px", type=int, nargs="+", default=[512, 768, 1024])
    parser.add_argument("--levels", type=level_list, nargs="+", default=[LEVELS], help="of windows: 1,3,5")
    parser.add_argument("--dimension", type=int, nargs="+", default=[DIMENSION])
    parser.add_argument("--maps", type=Path, default=Path(tempfile.gettempdir()) / "regions")
    parser.add_argument("--features", type=Path, default=None)
    parser.add_argument("--synthetic", type=int, default=0)
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    options.folders = options.folders or user_data_folder() / "networks"
    if options.synthetic:
        import faiss

        faiss.omp_set_num_threads(1)
        for levels in options.levels:
            for dimension in options.dimension:
                scan(options.synthetic, len(grid(levels)), dimension)
    elif options.data is None:
        parser.error("say which photos, or --synthetic")
    else:
        measure(Measured(options.data), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

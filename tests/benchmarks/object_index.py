"""The local index on boxes round things: what it finds, before and after verification, what it takes, and how long.

    python -m tests.benchmarks.object_index ../shared/data/objects-develop [--cache DIR] [--most N…] [--contrast C…]
        [--each N…] [--threshold N…] [--verify N…]
    python -m tests.benchmarks.object_index --synthetic PHOTOS --folder DIR [--cache DIR] [--features N]

The first form prints a line for each number of keypoints that is kept of a photo: mean average precision for each group
by ``score.py``'s rule, of the index alone and with its best photos verified, and how well they are located; with
``--all-photos`` other sets of photos are put in as well, which no query asks for. Features are extracted once into DIR
(RootSIFT, at most 6,000, contrast 0.01, 16 words each); fewer, or of more contrast, are chosen from these.

The second form makes an index of so many photos in DIR and deletes it afterwards. Each feature of a made photo is that
of any real photo: its word, and its bits, of which every one is turned with a probability of 1/8; places, sizes and
angles are those of any other. So the lengths of the lists and the share of pairs that are close are those of real
photos; that features of one photo belong together is lost. It is asked with 50, 150 and 300 features of real photos,
and prints latency of the first answer and of the verified one (the processor's time too, for a machine that is busy),
bytes a photo, append rate, merging, and memory.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.methods.indexes.local import searching
from visearch_desktop.methods.indexes.local.local_index import LocalIndex
from visearch_desktop.methods.indexes.local.rows import EACH, MOST, PhotoRows, QueryRows, spread
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import grey
from visearch_desktop.methods.local_features.rootsift import quantised
from visearch_desktop.methods.local_features.vocabulary import unit_rows
from visearch_desktop.photos.decode import decode
from visearch_desktop.search.object_search import search_objects

SCORE = Path(__file__).resolve().parents[3] / "shared" / "tools" / "score.py"
MOST_EXTRACTED, LEAST_CONTRAST, OCTAVE_LAYERS, WORDS_EACH = 6000, 0.01, 3, 16
PX = 1024
KEY = "benchmark"
BATCH = 256


@dataclass(frozen=True)
class Extracted:
    """Features of a photo, strongest first, with their contrast, and 16 words and bits about each."""

    features: LocalFeatures
    contrast: NDArray[np.float32]
    words: NDArray[np.uint16]
    bits: NDArray[np.uint64]

    def stored(self, most: int, contrast: float) -> PhotoRows:
        """What the index keeps."""
        some = np.flatnonzero(self.contrast >= contrast)
        some = some[spread(self.features.only(some), most)]
        bits = self.bits[some, :1].astype("<u8").view(np.uint8).reshape(-1, 8)
        return PhotoRows.of(self.features.only(some), self.words[some, 0], bits)

    def asked(self, region: Region, contrast: float, each: int) -> QueryRows:
        """What it is asked with."""
        some = np.flatnonzero((self.contrast >= contrast) & region.contains(self.features.points))
        known = self.features.only(some)
        return QueryRows(
            self.words[some, :each].astype(np.int64), self.bits[some, :each], known.points, known.sizes,
            known.angles_deg,
        )  # fmt: skip


def extract(photo: Path, cache: Path, px: int) -> Extracted:
    """From the cache, or from the photo."""
    first, second = cache / f"{photo.stem}.npz", cache / f"{photo.stem}.w.npz"
    if not second.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _extract(photo, first, second, px)
    with np.load(first) as a, np.load(second) as b:
        width, height = a["wh"].tolist()
        features = LocalFeatures(a["pts"], a["size"], a["ang"], np.zeros((len(a["pts"]), 0), np.uint8), width, height)
        return Extracted(features, a["resp"] * OCTAVE_LAYERS, b["w"], b["sig"])


def _extract(photo: Path, first: Path, second: Path, px: int) -> None:
    import cv2

    opened = decode(photo, px)
    sift = cv2.SIFT.create(
        nfeatures=MOST_EXTRACTED, contrastThreshold=LEAST_CONTRAST, enable_precise_upscale=True,
        nOctaveLayers=OCTAVE_LAYERS,
    )  # fmt: skip
    found, histograms = sift.detectAndCompute(grey(opened.pixels), None)
    order = sorted(range(len(found)), key=lambda i: (-found[i].response, found[i].pt, found[i].angle))
    chosen = [found[i] for i in order]
    scale = np.array([opened.width / opened.pixels.shape[1], opened.height / opened.pixels.shape[0]])
    levels = quantised(histograms[order]) if order else np.zeros((0, 128), np.uint8)
    rows, vocabulary = unit_rows(levels), bundled_vocabulary()
    words = vocabulary.assign(rows, WORDS_EACH)[0]
    bits = [vocabulary.signatures(rows, words[:, place]) for place in range(WORDS_EACH)]
    points = np.array([k.pt for k in chosen]).reshape(-1, 2)
    np.savez(
        first,
        pts=((points + 0.5) * scale).astype(np.float32),
        size=np.array([k.size for k in chosen], np.float32) * scale.mean().astype(np.float32),
        ang=np.array([k.angle for k in chosen], np.float32) % np.float32(360),
        resp=np.array([k.response for k in chosen], np.float32),
        wh=np.array([opened.width, opened.height]),
    )
    packed = np.ascontiguousarray(np.stack(bits, axis=1)).view("<u8")[..., 0]
    np.savez(second, w=words.astype(np.uint16), sig=packed)


# --- what is found ----------------------------------------------------------------------------------------------------


def score_module() -> ModuleType:
    """``score.py``, which does the counting."""
    spec = importlib.util.spec_from_file_location("score", SCORE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(
    data: Path, extracted: dict[str, Extracted], others: Sequence[Extracted], options: argparse.Namespace
) -> None:
    """Print a line for each choice."""
    truth = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))
    names = sorted(extracted)
    for most, contrast in ((most, contrast) for most in options.most for contrast in options.contrast):
        with tempfile.TemporaryDirectory(dir=options.cache) as folder:
            index = LocalIndex.open(Path(folder), KEY)
            photos = [extracted[name].stored(most, contrast) for name in names]
            photos += [one.stored(most, contrast) for one in others]
            index.append(photos, range(len(photos)))
            features = np.mean([len(photo) for photo in photos])
            while index.merge(fully=True):
                pass
            size = index.size_bytes() / len(index)
            print(f"most {most} contrast {contrast}: {features:.0f} features, {size:,.0f} bytes a photo", flush=True)
            for each, threshold, verify in (
                (each, threshold, verify)
                for each in options.each for threshold in options.threshold for verify in options.verify
            ):  # fmt: skip
                searching.THRESHOLD = threshold
                for asked_contrast in options.asked:
                    line = _line(index, truth, data, names, extracted, each, verify, asked_contrast)
                    print(
                        f"  words {each} threshold {threshold} asked {asked_contrast} verify {verify}: {line}",
                        flush=True,
                    )
            index.close()


def _line(
    index: LocalIndex, truth: Any, data: Path, names: list[str], extracted: dict[str, Extracted], each: int,
    verify: int, contrast: float,
) -> str:  # fmt: skip
    """Of one way to ask: both rankings by group, how long a query takes, how many photos are verified in vain."""
    answers: list[list[dict[str, list[dict[str, Any]]]]] = [[], []]
    took: list[tuple[float, float]] = []
    asked_with, absent = [], []

    def path_of(photo_id: int) -> str:
        return f"images/{names[photo_id]}" if photo_id < len(names) else f"other/{photo_id}"

    for query in truth["queries"]:
        one = extracted[Path(query["image"]).name]
        region = Region(*query["region"])
        rows = one.asked(region, contrast, each)
        began = time.perf_counter()
        times, hits = [], ()
        for stage, hits in enumerate(
            search_objects(index, rows, (one.features.width, one.features.height), PX, region, k=0, verify=verify)
        ):
            times.append((time.perf_counter() - began) * 1000)
            answers[stage].append({"results": [
                {"path": path_of(hit.photo_id), "quad": hit.verification.quad if hit.verification else None}
                for hit in hits
            ]})  # fmt: skip
        took.append((times[0], times[-1]))
        asked_with.append(len(rows))
        if query.get("absent"):
            absent.append(max((hit.inliers for hit in hits if path_of(hit.photo_id) != query["image"]), default=0))
    score = score_module()
    tables = [score.rank_table(truth, data, answer, False)["mAP_by_group"] for answer in answers if answer]
    groups = "  ".join(f"{name} {' → '.join(str(table[name]) for table in tables)}" for name in tables[0])
    located = "  ".join(f"{name} {_quads(truth, data, answers[-1], name)}" for name in tables[0]) if answers[1] else ""
    first, last = np.median(np.array(took), axis=0)
    return (
        f"{groups}  located {located}  "
        f"{np.median(asked_with):.0f} features asked, {first:.0f} ms, verified {last:.0f} ms; "
        f"most inliers without an answer {sorted(absent)}"
    )


def _quads(truth: Any, data: Path, answers: list[dict[str, Any]], group: str) -> str:
    """How well the things of a group are located, by ``score.py``'s rule."""
    both = [both for both in zip(truth["queries"], answers, strict=True) if both[0].get("group") == group]
    queries, found = [query for query, _ in both], [answer for _, answer in both]
    table = score_module().quad_table({**truth, "queries": queries}, data, found, False)
    return (
        f"{table['located']} of {table['true_quads']}, IoU {table['mean_iou_located']}, "
        f"{table['iou>=0.8']} of 0.8 or more"
    )


# --- how it grows -----------------------------------------------------------------------------------------------------


def made_photos(real: Sequence[Any], rng: np.random.Generator, count: int, features: int) -> list[PhotoRows]:
    """See the top of this file; ``real`` has the words, bits, places and turns of all features of real photos."""
    words, bits, places, turns = real
    found = []
    for _ in range(count):
        of = rng.integers(0, len(words), features)
        of = of[np.argsort(words[of], kind="stable")]
        at = rng.integers(0, len(words), features)
        noise = np.bitwise_and.reduce(rng.integers(0, 1 << 64, (3, features), dtype=np.uint64))
        found.append(PhotoRows(words[of], bits[of] ^ noise, places[at], turns[at], 1024, 768))
    return found


def memory_mb() -> tuple[float, float]:
    """Greatest resident memory of this process so far, and what of the present one is its own, not the files'."""
    own = sum(
        int(line.split()[1])
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("RssAnon")
    )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, own / 1024


def grow(extracted: Sequence[Extracted], options: argparse.Namespace) -> None:
    """Make an index of made photos, ask it, print what that takes."""
    rng = np.random.default_rng(0)
    stored = [one.stored(options.features, options.contrast[0]) for one in extracted]
    real = [np.concatenate([getattr(one, name) for one in stored]) for name in ("words", "bits", "places", "turns")]
    folder = options.folder / "object_index"
    shutil.rmtree(folder, ignore_errors=True)
    index = LocalIndex.create(folder, KEY)
    appending, merging = np.zeros(2), np.zeros(2)
    for start in range(0, options.synthetic, BATCH):
        count = min(BATCH, options.synthetic - start)
        photos = made_photos(real, rng, count, options.features)
        began = np.array([time.perf_counter(), time.process_time()])
        index.append(photos, range(start, start + count))
        appended = np.array([time.perf_counter(), time.process_time()])
        while index.merge():
            pass
        appending += appended - began
        merging += np.array([time.perf_counter(), time.process_time()]) - appended
        if start // BATCH % 32 == 0:
            print(f"  {start + count:,} photos, {sum(appending + merging):.0f} s", file=sys.stderr, flush=True)
    segments = len(list(folder.glob("*.segment")))
    print(
        f"{len(index):,} photos in {segments} segments: append {len(index) / appending[0]:,.0f} photos/s "
        f"({len(index) / appending[1]:,.0f} by the processor's time), merging {merging[0]:.0f} s ({merging[1]:.0f}), "
        f"{index.size_bytes() / len(index):,.0f} bytes a photo, memory {memory_mb()[0]:,.0f} MB",
        flush=True,
    )
    index.close()
    began_s = time.perf_counter()
    index = LocalIndex.open(folder, KEY)
    print(f"  opened in {(time.perf_counter() - began_s) * 1000:.0f} ms", flush=True)
    for features in (50, 150, 300):
        _ask(index, extracted, rng, features)
    index.close()
    shutil.rmtree(folder)


def _ask(index: LocalIndex, extracted: Sequence[Extracted], rng: np.random.Generator, features: int) -> None:
    times: list[list[float]] = []
    everywhere = Region(0, 0, 1 << 16, 1 << 16)
    for number in range(60):
        one = extracted[rng.integers(len(extracted))]
        rows = one.asked(everywhere, 0.02, EACH)
        some = rng.permutation(len(rows))[:features]
        query = QueryRows(
            rows.words[some], rows.bits[some], rows.points[some], rows.sizes[some], rows.angles_deg[some]
        )  # fmt: skip
        began, began_cpu = time.perf_counter(), time.process_time()
        took = []
        for _ in search_objects(index, query, (one.features.width, one.features.height), PX):
            took += [time.perf_counter() - began, time.process_time() - began_cpu]
        if number >= 10:  # the first ones bring the files into memory
            times.append(took)
    p50, p99 = np.percentile(np.array(times) * 1000, [50, 99], axis=0)
    most, own = memory_mb()
    print(
        f"  {features} features: first answer {p50[0]:.0f} ms (p99 {p99[0]:.0f}; "
        f"processor {p50[1]:.0f}, {p99[1]:.0f}), verified {p50[2]:.0f} ms (p99 {p99[2]:.0f}; "
        f"processor {p50[3]:.0f}, {p99[3]:.0f}); "
        f"memory {most:,.0f} MB at most, {own:,.0f} MB now without the mapped files",
        flush=True,
    )


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "object_index")
    parser.add_argument("--most", type=int, nargs="+", default=[MOST])
    parser.add_argument("--contrast", type=float, nargs="+", default=[0.04])
    parser.add_argument("--asked", type=float, nargs="+", default=[0.02], help="least contrast of the query's features")
    parser.add_argument("--each", type=int, nargs="+", default=[EACH])
    parser.add_argument("--threshold", type=int, nargs="+", default=[searching.THRESHOLD])
    parser.add_argument("--verify", type=int, nargs="+", default=[100])
    parser.add_argument("--all-photos", type=Path, nargs="*", default=[], help="other folders of photos to put in")
    parser.add_argument("--synthetic", type=int, default=0)
    parser.add_argument("--features", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    folder = options.data or Path(__file__).resolve().parents[3] / "shared" / "data" / "objects-develop"
    extracted = {one.name: extract(one, options.cache, PX) for one in sorted((folder / "images").iterdir())}
    if options.synthetic:
        grow([one for one in extracted.values() if len(one.features) > options.features], options)
    elif options.data is None:
        parser.error("say which photos, or --synthetic")
    else:
        others = [
            extract(one, options.cache / other.name, PX)
            for other in options.all_photos
            for one in sorted(other.iterdir())
        ]
        measure(options.data, extracted, others, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

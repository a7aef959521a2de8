"""The local index on boxes round things: what it finds, before and after verification, what it takes, and how long.

    python -m tests.benchmarks.object_index ../shared/data/objects-develop [--cache DIR] [--most N…] [--contrast C…]
        [--each N…] [--threshold N…] [--verify N…]

Prints a line for each number of keypoints that is kept of a photo: mean average precision for each group by
``score.py``'s rule, of the index alone and with its best photos verified, and how well they are located; with
``--all-photos`` other sets of photos are put in as well, which no query asks for. Features are extracted once into DIR
(RootSIFT, at most 6,000, contrast 0.01, 16 words each); fewer, or of more contrast, are chosen from these.
``tests/benchmarks/object_growth.py`` measures a large index.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
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


def located(truth: Any, data: Path, answers: list[dict[str, Any]], group: str) -> dict[str, Any]:
    """How well the things of a group are located, by ``score.py``'s rule."""
    both = [both for both in zip(truth["queries"], answers, strict=True) if both[0].get("group") == group]
    queries, found = [query for query, _ in both], [answer for _, answer in both]
    table: dict[str, Any] = score_module().quad_table({**truth, "queries": queries}, data, found, False)
    return table


def _quads(truth: Any, data: Path, answers: list[dict[str, Any]], group: str) -> str:
    table = located(truth, data, answers, group)
    return (
        f"{table['located']} of {table['true_quads']}, IoU {table['mean_iou_located']}, "
        f"{table['iou>=0.8']} of 0.8 or more"
    )


def main() -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "object_index")
    parser.add_argument("--most", type=int, nargs="+", default=[MOST])
    parser.add_argument("--contrast", type=float, nargs="+", default=[0.04])
    parser.add_argument("--asked", type=float, nargs="+", default=[0.02], help="least contrast of the query's features")
    parser.add_argument("--each", type=int, nargs="+", default=[EACH])
    parser.add_argument("--threshold", type=int, nargs="+", default=[searching.THRESHOLD])
    parser.add_argument("--verify", type=int, nargs="+", default=[100])
    parser.add_argument("--all-photos", type=Path, nargs="*", default=[], help="other folders of photos to put in")
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    extracted = {one.name: extract(one, options.cache, PX) for one in sorted((options.data / "images").iterdir())}
    others = [
        extract(one, options.cache / other.name, PX) for other in options.all_photos for one in sorted(other.iterdir())
    ]
    measure(options.data, extracted, others, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the confidence words are worth: fits the numbers of ``resources/confidence.toml`` and checks them.

    python -m tests.benchmarks.calibration SET --library DIR [--descriptor NAME…] [--every N] [--rows FILE]

SET is a folder with ``images`` and ``groundtruth.json`` (``../shared/data/places-develop``; never a test set). The
library in DIR must have been indexed with each descriptor before. Candidates and their verification are those of the
program, local index and all. Printed for each descriptor: weights and thresholds fitted to it alone; the precision and
share of right answers of each word with the numbers the program uses, also of hits that only pairs of the index could
verify; and how many queries would have a *sure* hit if no photo in the library were right. Where the library knows the
parts of photos, all that is printed once more for whole pictures, with spreads in the place of lifts.
"""

from __future__ import annotations

import argparse
import json
import pickle
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.library.library import Library
from visearch_desktop.search.candidates import best, candidates, with_parts
from visearch_desktop.search.checking import check_best, details_of
from visearch_desktop.search.confidence import Calibration, calibration_for, calibration_in_parts
from visearch_desktop.search.details import look_up
from visearch_desktop.search.hits import Confidence
from visearch_desktop.search.parts import alike_in_parts
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.prepared import prepare

VERIFIED = 100
SURE, LIKELY = 0.98, 0.80


@dataclass(frozen=True)
class Row:
    """One photo in the answer to one query."""

    query: int
    photo: str
    group: str
    is_right: bool
    has_region: bool
    similarity: float
    lift: float
    spreads: float
    inliers: int
    middle: int
    was_tried: bool
    by_pairs: bool


def collect(library: Library, data: Path, descriptor_name: str, every: int) -> list[Row]:
    """All photos in the answers to every n-th query, the best 100 of each verified."""
    truth = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))
    descriptor, gallery = library._galleries.choose(descriptor_name)
    extractor = library._descriptors.extractor
    rows: list[Row] = []
    parts = library._regions.parts()
    first = prepare(OpenPicture(data / truth["queries"][0]["image"]), None, descriptor, extractor)
    ids = candidates(first, gallery, 0).ids
    names = {
        photo_id: library.paths_of(photo_id)[0].resolve().relative_to(data).as_posix() for photo_id in ids.tolist()
    }
    numbers = {name: photo_id for photo_id, name in names.items()}
    for number, query in list(enumerate(truth["queries"]))[::every]:
        picture = OpenPicture(data / query["image"])
        region = Region(*query["region"]) if query["region"] else None
        prepared = prepare(picture, region, descriptor, extractor)
        prepared = replace(prepared, photo_id=numbers.get(query["image"]))
        in_detail = look_up(prepared, library._objects) if len(library._objects) else ()
        found = candidates(prepared, gallery, 0, in_detail)
        if region is None and parts is not None:
            alike = alike_in_parts(prepared, parts, found.ids)
            found = found if alike is None else best(with_parts(found, alike), 0)
        details = details_of(prepared)
        skipped = {query["image"], *query.get("junk", ())}
        for place, photo_id in enumerate(found.ids.tolist()):
            photo = names[photo_id]
            if photo in skipped:
                continue
            stored = gallery.features(photo_id) if place < VERIFIED else None
            checked = check_best(details, False, stored, in_detail, photo_id)
            alone = check_best(details, False, stored, (), photo_id) if checked and checked.is_verified else None
            is_verified = checked is not None and checked.is_verified
            row = Row(
                query=number,
                photo=photo,
                group=query.get("group", ""),
                is_right=photo in query["positive"],
                has_region=region is not None,
                similarity=float(found.similarities[place]),
                lift=float(found.lifts[place]),
                spreads=float(found.looks[place]),
                inliers=checked.verification.inliers if checked and is_verified else 0,
                middle=checked.middle if checked else 0,
                was_tried=checked is not None,
                by_pairs=is_verified and not (alone and alone.is_verified),
            )
            rows.append(row)
    return rows


def fit(features: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression, constant first, by Newton's method with a slight pull to zero."""
    known = np.column_stack([np.ones(len(features)), features])
    weights = np.zeros(known.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-known @ weights))
        bend = (known * (chance * (1 - chance))[:, None]).T @ known + 0.01 * np.eye(len(weights))
        weights += np.linalg.solve(bend, known.T @ (right - chance) - 0.01 * weights)
    return weights


def threshold(values: NDArray[np.float64], right: NDArray[np.float64], precision: float) -> float:
    """The least value from which on so many are right; inf where that is nowhere."""
    order = np.argsort(-values, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(running >= precision)
    return float(values[order[good[-1]]]) if len(good) else float("inf")


def report(name: str, rows: list[Row], calibration: Calibration) -> None:
    """Print what :mod:`this module <tests.benchmarks.calibration>` promises."""
    verified = [row for row in rows if row.inliers]
    right = np.array([row.is_right for row in verified], dtype=np.float64)
    features = np.array([(np.log1p(row.middle), row.lift) for row in verified])
    weights = fit(features, right)
    chance = 1 / (1 + np.exp(-(weights[0] + features @ weights[1:])))
    print(f"\n{name}: {len(verified)} verified, {right.mean():.3f} of them right; fitted to it alone:")
    print(f"  intercept {weights[0]:.2f}  middle {weights[1]:.2f}  lift {weights[2]:.2f}", end="  ")
    sure = threshold(chance, right, SURE)
    below = chance < sure
    print(f"sure {sure:.3f}  likely (without the sure ones) {threshold(chance[below], right[below], LIKELY):.3f}")
    for what, chosen in (("not verified", [row for row in rows if not row.inliers]), ("before", rows)):
        lifts = np.array([row.lift for row in chosen])
        answers = np.array([row.is_right for row in chosen], dtype=np.float64)
        limits = ", ".join(f"{p:.0%}: {threshold(lifts, answers, p):.3f}" for p in (0.05, 0.1, 0.2, 0.5, LIKELY, SURE))
        print(f"  {what}: least lift for precision {limits}")
    said = [calibration.word(row.inliers, row.middle, row.lift, row.has_region, row.was_tried) for row in rows]
    fooled = {row.query for row, word in zip(rows, said, strict=True) if word is Confidence.SURE and not row.is_right}
    print(f"  sure though wrong: in {len(fooled)} of {len({row.query for row in rows})} queries", end="; ")
    pairs = [(word, row.is_right) for row, word in zip(rows, said, strict=True) if row.by_pairs]
    print("by pairs alone:", *(f"{word} {sum(r for w, r in pairs if w is word)}/{sum(w is word for w, _ in pairs)}"
                               for word in Confidence))  # fmt: skip
    for stage in ("before", "after"):
        tally: dict[Confidence, list[bool]] = {word: [] for word in Confidence}
        shown: list[bool] = []
        for row in rows:
            inliers, middle, was_tried = (row.inliers, row.middle, row.was_tried) if stage == "after" else (0, 0, False)
            tally[calibration.word(inliers, middle, row.lift, row.has_region, was_tried)].append(row.is_right)
            if inliers or row.lift >= calibration.shown:
                shown.append(row.is_right)
        total = sum(row.is_right for row in rows)
        for word, answers_of in tally.items():
            if answers_of:
                print(f"  {stage:6} {word.value:6} {len(answers_of):6} hits, {np.mean(answers_of):.4f} right, "
                      f"{sum(answers_of) / total:.3f} of all right ones")  # fmt: skip
        print(f"  {stage:6} shown  {len(shown):6} hits, {np.mean(shown):.4f} right, {sum(shown) / total:.3f} of all")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--descriptor", action="append")
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take every n-th query only")
    parser.add_argument("--rows", type=Path, help="keep the measured rows here, by descriptor")
    options = parser.parse_args()
    with Library.open(options.library) as library:
        for name in options.descriptor or ["rootsift_vlad"]:
            rows = collect(library, options.data.resolve(), name, options.every)
            if options.rows:
                options.rows.with_suffix(f".{name}.pickle").write_bytes(pickle.dumps(rows))
            report(name, rows, calibration_for(name))
            in_parts = [replace(row, lift=row.spreads) for row in rows if not np.isnan(row.spreads)]
            if in_parts:
                report(f"{name} in parts", in_parts, calibration_in_parts(name) or calibration_for(name))


if __name__ == "__main__":
    main()

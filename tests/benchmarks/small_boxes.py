"""Object search against whole-picture descriptors, for boxes by their share of the picture, and for whole pictures.

    python -m tests.benchmarks.small_boxes SET [--descriptor NAME…] [--boxes FILE] [--every N] [--library DIR]
        [--answers DIR] [--json FILE]

SET is a folder with ``images`` and ``groundtruth.json`` (``../shared/data/places-develop``). Asked are its queries,
with the boxes that some of them have, and two boxes derived from each of the others, of 3 % and of 10 % of its area
(``tests/benchmarks/boxes.py``): right are the photos that are known to show what is in the box, the other right ones of
the query are neither right nor wrong. The derived ground truth is kept in FILE, for every n-th query of SET.

Everything goes through the command line: ``index``, ``search --batch``, then ``score.py rank``. Printed are the mean
average precisions of object search (the default search, verified) and of each NAME alone: what looks most alike as a
whole, or as a whole to what is in the box (``--intent similar``, which asks neither the local index nor the regions and
verifies nothing); for boxes under 5 %, from 5 to 15 %, both together and by group, for larger ones, and for whole
pictures; by how much object search is better than the best NAME; and how well it locates what is in the boxes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.absent import DEFAULT
from tests.benchmarks.boxes import Box, boxes_of, see
from tests.benchmarks.retrieval import PROGRAM, SCORE, located, run, scored

SHARES = (0.03, 0.10)
WHOLE = ["visearch_v1", "rootsift_vlad", "vlad", "mobilenet_v2_tf", "densenet169_imagenet"]
OBJECTS = "object search"
SMALL = 0.15
BINS: dict[str, Callable[[float], bool]] = {
    "<5%": lambda share: share < 0.05,
    "5-15%": lambda share: 0.05 <= share < SMALL,
    "<15%": lambda share: share < SMALL,
    "larger": lambda share: SMALL <= share < 1,
    "whole": lambda share: share == 1,
}


def derive(data: Path, every: int) -> dict[str, Any]:
    """A ground truth with every n-th query of a set, and boxes; each query has its ``share`` of the photo's area."""
    queries: list[dict[str, Any]] = []
    for query in json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))["queries"][::every]:
        queries.append(query)
        if query["region"] is None:
            boxes = boxes_of(data / query["image"], [data / name for name in query["positive"]], SHARES)
            queries += [boxed(query, box) for box in boxes]
    return {"name": f"{data.name}, boxes", "queries": [query | {"share": share(query, data)} for query in queries]}


def boxed(query: dict[str, Any], box: Box) -> dict[str, Any]:
    """A query of a whole photo with a box instead: photos that are not known to show it are neither right nor wrong."""
    right = [name for name in query["positive"] if Path(name).name in box.quads]
    others = [name for name in [*query["positive"], *query.get("junk", [])] if name not in right]
    quads = {name: box.quads[Path(name).name].round(1).tolist() for name in right}
    region = [round(side) for side in box.region.as_tuple()]
    return {**query, "region": region, "positive": right, "junk": others, "quads": quads}


def share(query: dict[str, Any], data: Path) -> float:
    """Of the area of the photo; 1 without a box."""
    if query["region"] is None:
        return 1.0
    seen = see(data / query["image"])
    return float(query["region"][2] * query["region"][3] / (seen.width * seen.height))


def resolved(query: dict[str, Any], data: Path) -> dict[str, Any]:
    """The query with the full paths of its photos, so that its ground truth may lie anywhere."""

    def full(name: str) -> str:
        return str((data / name).resolve())

    return {
        **query, "image": full(query["image"]), "positive": [full(name) for name in query["positive"]],
        "junk": [full(name) for name in query.get("junk", [])],
        "quads": {full(name): quad for name, quad in query.get("quads", {}).items()},
    }  # fmt: skip


def answered(library: Path, data: Path, name: str, asked: Path) -> list[Any]:
    """What object search, or a descriptor alone, finds for all queries."""
    described = ["--descriptor", DEFAULT if name == OBJECTS else name]
    how = [] if name == OBJECTS else ["--intent", "similar", "--no-verify"]
    run(*PROGRAM, "index", "--library", library, data / "images", *described, "--json")
    options = ["--library", library, "--batch", asked, *described, *how, "-n", "0", "--json"]
    found: list[Any] = json.loads(run(*PROGRAM, "search", *options))
    return found


def table(queries: list[dict[str, Any]], answers: list[Any], scratch: Path) -> dict[str, float]:
    """Mean average precision of each bin, and for small boxes of each group."""
    row: dict[str, float] = {}
    for name, belongs in BINS.items():
        some = [place for place, query in enumerate(queries) if belongs(query["share"]) and query["positive"]]
        if not some:
            continue
        truth, found = scratch / "truth.json", scratch / "answers.json"
        truth.write_text(json.dumps({"queries": [queries[place] for place in some]}), encoding="utf-8")
        found.write_text(json.dumps([answers[place] for place in some]), encoding="utf-8")
        scores = scored("rank", truth, found)
        row[f"{name} ({len(some)})"] = scores["mAP"]
        if name in ("<15%", "whole") and "mAP_macro" in scores:
            row[f"{name} macro"] = scores["mAP_macro"]
            row |= {f"{name} {group}": value for group, value in scores["mAP_by_group"].items()}
    return row


def print_table(rows: dict[str, dict[str, float]]) -> None:
    """A line a figure, a column a method; last, how far object search is ahead of the best other."""
    print(f"{'mAP':>18}", *(f"{name:>20}" for name in rows), f"{'ahead by':>20}")
    for what, ours in rows[OBJECTS].items():
        best = max(row[what] for name, row in rows.items() if name != OBJECTS)
        print(f"{what:>18}", *(f"{row[what]:20.4f}" for row in rows.values()), f"{ours - best:+20.4f}")


def measure(given: argparse.Namespace, scratch: Path, library: Path) -> dict[str, dict[str, float]]:
    """A row a method, each printed as it comes."""
    boxes = given.boxes or scratch / f"{given.set.name}.boxes.json"
    if not boxes.exists():
        boxes.write_text(json.dumps(derive(given.set, given.every), indent=1), encoding="utf-8")
    queries = [resolved(query, given.set) for query in json.loads(boxes.read_text(encoding="utf-8"))["queries"]]
    truth, asked = scratch / "all.truth.json", scratch / "all.queries.json"
    truth.write_text(json.dumps({"queries": queries}), encoding="utf-8")
    asked.write_text(run(PROGRAM[0], SCORE, "queries", truth), encoding="utf-8")
    rows: dict[str, dict[str, float]] = {}
    for name in [OBJECTS, *given.descriptor]:
        answers = answered(library, given.set, name, asked)
        kept = scratch / f"{given.set.name}.{name}.json"
        kept.write_text(json.dumps(answers), encoding="utf-8")
        rows[name] = table(queries, answers, scratch)
        print(f"{name}: {rows[name]}", flush=True)
        if name == OBJECTS:
            print(f"places of boxes: {located(scored('quads', truth, kept))}", flush=True)
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--descriptor", nargs="+", default=WHOLE)
    parser.add_argument("--boxes", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--answers", type=Path, help="keep the answers here")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        scratch = given.answers or Path(made)
        scratch.mkdir(parents=True, exist_ok=True)
        rows = measure(given, scratch, (given.library or Path(made)) / given.set.name)
    print_table(rows)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

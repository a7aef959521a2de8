"""How well the program finds, and locates, and what its words are worth: counted by the independent scorer.

    python -m tests.benchmarks.retrieval SET… [--descriptor NAME…] [--library DIR] [--every N] [--only-verified]
        [--answers DIR] [--json FILE]

SET is a folder with ``images`` and ``groundtruth.json`` (``../shared/data/places-develop``). Everything goes through
the command line: ``index``, ``search --batch``, then ``score.py rank``, ``quads`` and ``words`` of the shared tools.
Libraries are kept in DIR: a second run only searches. Printed for each descriptor, without and with verification: mean
average precision (over the groups, and of each), time, how many of the hits whose place is known were located and how
many of these well (IoU of 0.8 or more), the precision of each word, how many queries without an answer were given a
*sure* hit, and how much of what the window shows at first is right.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SCORE = Path(__file__).resolve().parents[3] / "shared" / "tools" / "score.py"
PROGRAM = [sys.executable, "-m", "visearch_desktop"]


def run(*command: str | Path) -> str:
    """What a command prints; its own messages go to ours."""
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def scored(what: str, truth: Path, answers: Path) -> dict[str, Any]:
    """A table of ``score.py``."""
    found: dict[str, Any] = json.loads(run(sys.executable, SCORE, what, truth, answers, "--json"))
    return found


def some_queries(data: Path, every: int, folder: Path) -> tuple[Path, Path]:
    """Files with every n-th query of a set: the ground truth, for the scorer, and the list that is asked."""
    truth = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))
    queries = truth["queries"][::every]
    for query in queries:
        names = [query["image"], *query["positive"], *query.get("junk", [])]
        absolute = {name: str((data / name).resolve()) for name in names}
        query["image"] = absolute[query["image"]]
        query["positive"] = [absolute[name] for name in query["positive"]]
        query["junk"] = [absolute[name] for name in query.get("junk", [])]
        query["quads"] = {str((data / name).resolve()): quad for name, quad in query.get("quads", {}).items()}
    chosen, asked = folder / f"{data.name}.truth.json", folder / f"{data.name}.queries.json"
    chosen.write_text(json.dumps({**truth, "queries": queries}), encoding="utf-8")
    asked.write_text(run(sys.executable, SCORE, "queries", chosen), encoding="utf-8")
    return chosen, asked


def measure(library: Path, data: Path, descriptor: str, options: argparse.Namespace, scratch: Path) -> list[Any]:
    """A row without and one with verification."""
    began = time.perf_counter()
    run(*PROGRAM, "index", "--library", library, data / "images", "--descriptor", descriptor, "--json")
    indexed_s = time.perf_counter() - began
    truth, queries = some_queries(data, options.every, scratch)
    rows = []
    for verification in ("--verify",) if options.only_verified else ("--no-verify", "--verify"):
        began = time.perf_counter()
        asked = ["--library", library, "--batch", queries, "--descriptor", descriptor, "-n", "0", "--json"]
        answers = scratch / f"{data.name}.{descriptor}{verification}.json"
        answers.write_text(run(*PROGRAM, "search", *asked, verification), "utf-8")
        seconds = time.perf_counter() - began
        scores = scored("rank", truth, answers)
        row = {"set": data.name, "descriptor": descriptor, "verified": verification == "--verify"}
        row |= {"mAP_macro": scores["mAP_macro"]} if "mAP_macro" in scores else {"mAP": scores["mAP"]}
        row |= scores.get("mAP_by_group", {})
        row |= {"index_s": round(indexed_s, 1), "ms_per_query": round(1000 * seconds / scores["queries"])}
        if row["verified"]:
            row |= located(scored("quads", truth, answers)) | words(scored("words", truth, answers))
            row |= shown(truth, answers)
        rows.append(row)
    return rows


def located(quads: dict[str, Any]) -> dict[str, str]:
    """How many of the places that are known were found, and how many of these well."""
    if not quads["true_quads"]:
        return {}
    return {"located": f"{quads['located']}/{quads['true_quads']}", "well": f"{quads['iou>=0.8']}/{quads['located']}"}


def words(table: dict[str, Any]) -> dict[str, str]:
    """How often each word was right, and how often there was a sure hit where there is nothing to find."""
    said = {word: f"{row['precision']:.3f} of {row['hits']}" for word, row in table.items() if isinstance(row, dict)}
    absent, fooled = table["queries_without_answer"], table["of_them_with_a_sure_hit"]
    return said | ({"sure without an answer": f"{fooled}/{absent}"} if absent else {})


def shown(truth: Path, answers: Path) -> dict[str, str]:
    """What the window shows before *Show all*: how much of it is right, and of the right photos how many are there."""
    queries = json.loads(truth.read_text(encoding="utf-8"))["queries"]
    right = there = wanted = nothing = absent = 0
    for query, answer in zip(queries, json.loads(answers.read_text(encoding="utf-8")), strict=True):
        passed_over = {Path(name).name for name in [query["image"], *query.get("junk", [])]}
        positive = {Path(name).name for name in query["positive"]} - passed_over
        names = [Path(result["path"]).name for result in answer["results"][: answer["query"]["standing_out"]]]
        kept = [name for name in names if name not in passed_over]
        right, there, wanted = right + len(positive.intersection(kept)), there + len(kept), wanted + len(positive)
        absent, nothing = absent + (not positive), nothing + (not positive and not kept)
    found = {"shown": f"{right} right of {there}", "right shown": f"{right}/{wanted}"}
    return found | ({"nothing shown without an answer": f"{nothing}/{absent}"} if absent else {})


def main() -> None:
    """Print a table, a row at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--descriptor", nargs="+", default=["colour_histogram", "rootsift_vlad"])
    parser.add_argument("--library", type=Path)
    parser.add_argument("--every", type=int, default=1, help="ask every n-th query only")
    parser.add_argument("--only-verified", action="store_true")
    parser.add_argument("--answers", type=Path, help="keep the answers here")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as made:
        scratch = given.answers or Path(made)
        scratch.mkdir(parents=True, exist_ok=True)
        for data in given.sets:
            library = (given.library or scratch) / data.name
            for descriptor in given.descriptor:
                for row in measure(library, data, descriptor, given, scratch):
                    rows.append(row)
                    print("  ".join(f"{name}={value}" for name, value in row.items()), flush=True)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

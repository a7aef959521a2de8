"""How well each descriptor finds, with and without verification, counted by the independent scorer.

    python -m tests.benchmarks.retrieval SET… [--descriptor NAME…] [--library DIR] [--json FILE]

SET is a folder with ``images`` and ``groundtruth.json`` (``../shared/data/places-develop``). Everything goes through
the command line: ``index``, ``search --batch``, then ``score.py rank`` of the shared tools. Libraries are kept in DIR:
a second run only searches.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SCORE = Path(__file__).resolve().parents[3] / "shared" / "tools" / "score.py"
PROGRAM = [sys.executable, "-m", "visearch_desktop"]


def run(*command: str | Path) -> str:
    """What a command prints; its own messages go to ours."""
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def measure(library: Path, data: Path, descriptor: str) -> list[dict[str, object]]:
    """A row without and one with verification."""
    began = time.perf_counter()
    run(*PROGRAM, "index", "--library", library, data / "images", "--descriptor", descriptor, "--json")
    indexed_s = time.perf_counter() - began
    truth = data / "groundtruth.json"
    queries = library.with_suffix(".queries.json")
    queries.write_text(run(sys.executable, SCORE, "queries", truth), encoding="utf-8")
    rows = []
    for verification in ("--no-verify", None):
        began = time.perf_counter()
        options = ["--library", library, "--batch", queries, "--descriptor", descriptor, "-n", "0", "--json"]
        answers = library.with_suffix(".answers.json")
        answers.write_text(run(*PROGRAM, "search", *options, *([verification] if verification else [])), "utf-8")
        seconds = time.perf_counter() - began
        scores = json.loads(run(sys.executable, SCORE, "rank", truth, answers, "--json"))
        row = {"set": data.name, "descriptor": descriptor, "verified": verification is None}
        row |= {"mAP_macro": scores["mAP_macro"]} if "mAP_macro" in scores else {"mAP": scores["mAP"]}
        row |= scores.get("mAP_by_group", {})
        rows.append(row | {"index_s": round(indexed_s, 1), "ms_per_query": round(1000 * seconds / scores["queries"])})
    return rows


def main() -> None:
    """Print a table, a row at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--descriptor", nargs="+", default=["colour_histogram", "rootsift_vlad"])
    parser.add_argument("--library", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as scratch:
        for data in given.sets:
            library = (given.library or Path(scratch)) / data.name
            for descriptor in given.descriptor:
                for row in measure(library, data, descriptor):
                    rows.append(row)
                    print("  ".join(f"{name}={value}" for name, value in row.items()), flush=True)
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

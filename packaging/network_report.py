"""The figures in the card of the network in the box: it and its rivals, group by group, on the sets for reporting.

    python packaging/network_report.py [SET…] [--name visearch_v1] [--beside NAME…]

For each SET (``../shared/data/places-test`` and ``transforms`` if none is given) ``visearch-desktop evaluate`` measures
the network, alone and with its best hundred verified, and the methods beside it. One table for each set takes the place
of what the card had under “Figures on sets for reporting”. Methods whose weights are not here are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from visearch_desktop.evaluation.rows import NO_REFINEMENT, VERIFY, Row

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
NAME = "visearch_v1"
BESIDE = (
    "rootsift_vlad", "vlad+power", "colour_histogram", "perceptual_hash", "densenet169_imagenet", "mobilenet_v2_tf",
)  # fmt: skip
TITLE = "## Figures on sets for reporting"


def measured(data: Path, name: str, beside: list[str]) -> list[Row]:
    """The rows of one set: the network, the network verified, the others."""
    documents = [evaluated(data, [name, *beside], NO_REFINEMENT), evaluated(data, [name], VERIFY)]
    rows = [Row.from_document(row) for document in documents for row in document["rows"]]
    return sorted((row for row in rows if row.figures is not None), key=lambda row: row.asked.descriptor != name)


def evaluated(data: Path, names: list[str], refine: str) -> dict[str, Any]:
    """What ``evaluate --json`` prints."""
    command = [sys.executable, "-m", "visearch_desktop", "evaluate", str(data), "--json", "--refine", refine]
    words = [word for name in names for word in ("--descriptor", name)]
    done = subprocess.run([*command, *words], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(data: Path, rows: list[Row]) -> str:
    """Markdown: mAP_macro (mAP where there are no groups), each group, recall at 1."""
    groups = list(dict.fromkeys(name for row in rows if row.figures for name in row.figures.mean_ap_by_group))
    head = [f"{data.name}: mAP", *groups, "recall@1"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        if row.figures is not None:
            values = [row.figures.headline, *(row.figures.mean_ap_by_group.get(name) for name in groups)]
            cells = ["" if value is None else f"{value:.3f}" for value in [*values, row.figures.recall_at_1]]
            lines.append(f"| {row.asked.title} " + "".join(f"| {cell} " for cell in cells) + "|")
    return "\n".join(lines)


def with_figures(card: str, tables: list[str]) -> str:
    """The card with these tables, in front of its limits."""
    without = re.sub(rf"{TITLE}\n.*?(?=^## )", "", card, flags=re.DOTALL | re.MULTILINE)
    before, limits, after = without.partition("## Limits")
    command = "`python packaging/network_report.py`; the means are over groups where a set has any."
    return before + "\n\n".join([TITLE, command, *tables]) + "\n\n" + limits + after


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, nargs="*", default=[DATA / "places-test", DATA / "transforms"])
    parser.add_argument("--name", default=NAME)
    parser.add_argument("--beside", action="append", default=[])
    asked = parser.parse_args()
    beside = asked.beside or list(BESIDE)
    tables = [table(data, measured(data.absolute(), asked.name, beside)) for data in asked.sets]
    card = ROOT / "resources" / "networks" / asked.name / "CARD.md"
    card.write_text(with_figures(card.read_text(encoding="utf-8"), tables), encoding="utf-8")
    print("\n\n".join(tables))


if __name__ == "__main__":
    main()

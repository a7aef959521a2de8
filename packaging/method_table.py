"""The table of methods, from what ``visearch-desktop evaluate --json`` printed: into the README and the program's help.

    python packaging/method_table.py DOCUMENT.json…

``make figures`` runs it; nothing in the table is written by hand. Documents of the same data set are joined.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from visearch_desktop import __version__
from visearch_desktop.evaluation.rows import Asked, Figures, Row
from visearch_desktop.evaluation.shipped import FORMAT, MeasuredSet
from visearch_desktop.evaluation.table import markdown_table

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SHIPPED = ROOT / "resources" / "help" / "methods.json"
BEGIN, END = "<!-- methods:begin -->", "<!-- methods:end -->"


def joined(documents: Sequence[dict[str, Any]]) -> list[MeasuredSet]:
    """A set for each data set that is there, with every row that has figures, the later of two."""
    sets: dict[str, dict[str, Any]] = {}
    rows: dict[str, dict[Asked, Row]] = {}
    for document in documents:
        name = document["dataset"]
        sets[name] = document
        for row in map(Row.from_document, document["rows"]):
            if row.figures is not None:
                rows.setdefault(name, {})[row.asked] = row
    return [
        MeasuredSet(name, document["photos"], document["queries"], tuple(rows.get(name, {}).values()))
        for name, document in sets.items()
    ]


def document_of(sets: Sequence[MeasuredSet]) -> dict[str, Any]:
    """What the program reads; see :mod:`visearch_desktop.evaluation.shipped`."""
    return {
        "format": FORMAT,
        "version": __version__,
        "sets": [
            {
                "dataset": one.dataset,
                "photos": one.photos,
                "queries": one.queries,
                "rows": [row.document() for row in one.rows],
            }
            for one in sets
        ],
    }


def table(sets: Sequence[MeasuredSet]) -> list[str]:
    """Markdown, the best on the last set first; times and sizes are of that one."""
    if not sets:
        return ["Nothing has been measured yet: `make figures`."]
    by_set = [{row.asked: row.figures for row in one.rows if row.figures is not None} for one in sets]
    asked = list(dict.fromkeys(one for known in reversed(by_set) for one in known))
    asked.sort(key=lambda one: (-_headline(by_set[-1].get(one)), one.title))
    headings = ["method", *(f"mAP, {one.dataset}" for one in sets), "ms/photo", "bytes/photo", "ms/query"]
    return [*markdown_table(headings, [_cells(one, by_set) for one in asked]), "", _note(sets)]


def _headline(figures: Figures | None) -> float:
    return -1.0 if figures is None else figures.headline


def _cells(asked: Asked, by_set: Sequence[dict[Asked, Figures]]) -> list[str]:
    qualities = [_number(None if known.get(asked) is None else known[asked].headline, ".3f") for known in by_set]
    costs = next(known[asked] for known in reversed(by_set) if asked in known)
    title = " · ".join([f"`{asked.descriptor}`", *asked.title.split(" · ")[1:]])
    times = [_number(costs.ms_per_photo, ",.0f" if (costs.ms_per_photo or 0) >= 10 else ".1f")]
    return [
        title,
        *qualities,
        *times,
        _number(costs.bytes_per_photo, ",.0f"),
        _number(costs.ms_per_query, ",.0f" if (costs.ms_per_query or 0) >= 10 else ".1f"),
    ]


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _note(sets: Sequence[MeasuredSet]) -> str:
    sizes = "; ".join(f"{one.dataset}: {one.photos:,} photos, {one.queries:,} queries" for one in sets)
    return (
        f"mAP is the mean over the groups of queries where a set has any. {sizes}. Times are on one core, a query's "
        "with its photo described before. Printed by `make figures`."
    )


def put_between_markers(page: str, lines: Sequence[str]) -> str:
    """A page with other lines between its markers."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"The page lacks {BEGIN} … {END}.")
    return "\n".join([before + BEGIN, *lines, END + after])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="+", type=Path)
    given = parser.parse_args()
    sets = joined([json.loads(path.read_text(encoding="utf-8")) for path in given.documents])
    SHIPPED.parent.mkdir(parents=True, exist_ok=True)
    SHIPPED.write_text(json.dumps(document_of(sets), indent=1) + "\n", encoding="utf-8")
    README.write_text(put_between_markers(README.read_text(encoding="utf-8"), table(sets)), encoding="utf-8")
    print("\n".join(table(sets)))


if __name__ == "__main__":
    main()

"""Rows as tables: aligned text for a terminal, Markdown for a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visearch_desktop.evaluation.rows import EXACT, NO_REFINEMENT, Figures, Row


@dataclass(frozen=True, slots=True)
class Column:
    """One figure in a table: its heading, how it is got, and how it is written."""

    heading: str
    value: Callable[[Figures], float | None]
    form: str

    def text(self, figures: Figures) -> str:
        """The figure, or nothing where it was not taken."""
        value = self.value(figures)
        return "" if value is None else format(value, self.form)


COLUMNS = (
    Column("mAP", lambda figures: figures.mean_ap, ".3f"),
    Column("mAP macro", lambda figures: figures.mean_ap_macro, ".3f"),
    Column("mP@10", lambda figures: figures.mean_precision_at_10, ".3f"),
    Column("recall@1", lambda figures: figures.recall_at_1, ".3f"),
    Column("recall@10", lambda figures: figures.recall_at_10, ".3f"),
    Column("NDCG", lambda figures: figures.ndcg, ".3f"),
    Column("N-S", lambda figures: figures.ns_score, ".3f"),
    Column("of exact", lambda figures: figures.recall_of_exact, ".3f"),
    Column("ms/photo", lambda figures: figures.ms_per_photo, ",.1f"),
    Column("ms/query", lambda figures: figures.ms_per_query, ",.1f"),
    Column("bytes/photo", lambda figures: figures.bytes_per_photo, ",.0f"),
)


def text_table(rows: Sequence[Row]) -> list[str]:
    """Lines for a terminal; columns that no row has are left out, reasons stand in the place of figures."""
    columns, names = _columns(rows), _names(rows)
    cells = [[*_named(row, names), *_figures(row, columns)] for row in rows]
    headings = [*names, *(column.heading for column in columns)]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    lines = [_line(headings, widths, len(names))]
    for row, cell in zip(rows, cells, strict=True):
        line = _line(cell, widths, len(names)) if row.figures is not None else _line(cell[: len(names)], widths, 3)
        lines.append(line if row.figures is not None else f"{line}  {row.unavailable}")
    return lines


def markdown_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table: the first column to the left, figures to the right."""
    rules = ["---", *("---:" for _ in headings[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (headings, rules, *rows)]


def _columns(rows: Sequence[Row]) -> list[Column]:
    known = [row.figures for row in rows if row.figures is not None]
    return [column for column in COLUMNS if any(column.value(figures) is not None for figures in known)]


def _names(rows: Sequence[Row]) -> list[str]:
    names = ["descriptor"]
    names += ["refine"] if any(row.asked.refine != NO_REFINEMENT for row in rows) else []
    return names + (["index"] if any(row.asked.index != EXACT for row in rows) else [])


def _named(row: Row, names: Sequence[str]) -> list[str]:
    asked = {"descriptor": row.asked.descriptor, "refine": row.asked.refine, "index": row.asked.index}
    return [asked[name] for name in names]


def _figures(row: Row, columns: Sequence[Column]) -> list[str]:
    return ["" if row.figures is None else column.text(row.figures) for column in columns]


def _line(cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    placed = [
        f"{cell:<{width}}" if place < left else f"{cell:>{width}}"
        for place, (cell, width) in enumerate(zip(cells, widths, strict=False))
    ]
    return "  ".join(placed).rstrip()

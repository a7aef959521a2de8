"""Rows as text: aligned for a terminal, Markdown for a page."""

from __future__ import annotations

from visearch_desktop.evaluation.rows import Asked, Figures, Row
from visearch_desktop.evaluation.table import markdown_table, text_table

MEASURED = Row(Asked("gist"), Figures(0.51234, None, ms_per_photo=12.34, bytes_per_photo=1234.0), "gist@1/x")
LONGER = Row(Asked("colour_histogram", "verify"), Figures(0.25, 0.75, recall_at_1=1.0), "colour_histogram@1/x")
ABSENT = Row(Asked("a_network"), unavailable="Its weights are not here.")


def test_figures_stand_under_their_headings() -> None:
    heading, first, second = text_table([MEASURED, LONGER])
    for name, texts in {
        "mAP": ("0.512", "0.250"),
        "recall@1": ("0.000", "1.000"),
        "bytes/photo": ("1,234", ""),
    }.items():
        end = heading.index(name) + len(name)
        for line, text in zip((first, second), texts, strict=True):
            assert line[max(0, end - 11) : end].strip().endswith(text)
    assert "verify" in second


def test_what_no_row_has_is_no_column() -> None:
    (heading, _) = text_table([MEASURED])
    for absent in ("N-S", "macro", "ms/query", "refine", "index", "of exact"):
        assert absent not in heading


def test_a_reason_stands_in_the_place_of_figures() -> None:
    lines = text_table([MEASURED, ABSENT])
    assert lines[-1].split(maxsplit=1) == ["a_network", "Its weights are not here."]
    assert text_table([ABSENT])[-1].endswith("not here.")


def test_no_rows_are_a_heading_only() -> None:
    assert text_table([]) == ["descriptor"]


def test_markdown_has_names_left_and_figures_right() -> None:
    assert markdown_table(["method", "mAP"], [["gist", "0.5"]]) == [
        "| method | mAP |",
        "| --- | ---: |",
        "| gist | 0.5 |",
    ]

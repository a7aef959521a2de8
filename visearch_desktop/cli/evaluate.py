"""``visearch-desktop evaluate``: how good methods are, measured on a data set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from visearch_desktop.cli import output
from visearch_desktop.cli.interrupting import cancelled_by_ctrl_c
from visearch_desktop.cli.opening import opened_library
from visearch_desktop.cli.options import LIBRARY, json_option, library_folder, library_option, path_type
from visearch_desktop.core import sentences
from visearch_desktop.library.rows import IndexProgress

if TYPE_CHECKING:
    from visearch_desktop.evaluation.dataset import DataSet
    from visearch_desktop.evaluation.rows import EvaluationProgress, Row

PLOT_PX = (1000, 640)
PLOT_RATIO = 2.0


@click.command()
@click.argument("dataset", type=path_type())
@library_option
@click.option(
    "--descriptor", "descriptors", metavar="NAME…|all", multiple=True,
    help="What to measure: names, again and again or with commas between them; steps after one as in vlad+pca."
    " “all” is everything that is known. The default needs no network: rootsift_vlad.",
)  # fmt: skip
@click.option(
    "--refine", "refines", metavar="NAME…", multiple=True, default=("none",), show_default=True,
    help="What follows the first ranking: none, verify (the best hundred are checked geometrically), or all.",
)  # fmt: skip
@click.option(
    "--index", "indexes", metavar="NAME…", multiple=True, default=("exact",), show_default=True,
    help="What finds the candidates: exact, the name of an approximate index, or all.",
)  # fmt: skip
@click.option("--protocol", metavar="NAME", help="How to count, where a data set has several ways: easy, medium, hard.")
@click.option("--again", is_flag=True, help="Measure anew what was measured before.")
@click.option(
    "--plot", metavar="FILE.png", type=path_type(dir_okay=False, writable=True), help="Draw mAP against bytes a photo."
)  # fmt: skip
@json_option
def evaluate(
    dataset: Path,
    descriptors: tuple[str, ...],
    refines: tuple[str, ...],
    indexes: tuple[str, ...],
    protocol: str | None,
    again: bool,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Measure how well methods find, on the photos and queries of DATASET.

    DATASET is a folder with our groundtruth.json, or Oxford5k, Paris6k, ROxford, RParis, Holidays or UKBench as they
    are published. Its photos are indexed in a library of their own, kept for the next time; --library says where.

    \b
    mAP          mean average precision (trapezoids); macro is the mean over the groups of queries
    mP@10        mean precision among the first ten, as the data set defines it
    recall@k     share of queries with a right photo among the first k
    of exact     share of the hundred nearest photos that an approximate index finds
    ms/photo     median time to decode and describe one of twelve photos, on one thread, warm
    ms/query     median time of a search for the hundred best, of a photo that was described before
    bytes/photo  mean size of what a search needs of a photo

    A row is kept as soon as it is finished: after Ctrl+C the same command goes on. A method that cannot run here has a
    row that says why. Exit code 3 if not one could be measured.
    """  # noqa: D301 - click keeps lines after a \b as they are
    from visearch_desktop.evaluation.asked import asked_rows
    from visearch_desktop.evaluation.opening import open_dataset
    from visearch_desktop.evaluation.run import evaluate as measure
    from visearch_desktop.evaluation.run import evaluation_library

    if plot is not None and not plot.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder for the plot “{output.printable(plot)}”.")
    names, refinements, chosen = _split(descriptors), _split(refines), _split(indexes)
    total = len(asked_rows(names, refinements, chosen))
    opened = open_dataset(dataset.absolute(), protocol=protocol)
    if library_folder() is None:
        click.get_current_context().meta[LIBRARY] = evaluation_library(opened)
    with opened_library() as library, cancelled_by_ctrl_c() as control, output.ProgressLine() as line:
        rows = measure(
            opened, library, names, refinements, chosen, on_row=lambda row: line.say(_line(row)),
            on_progress=lambda progress: line.show(_step(progress)), control=control, again=again,
        )  # fmt: skip
    _print(opened, rows, as_json)
    if plot is not None:
        _draw(rows, plot)
    if control.is_cancelled:
        output.say(f"{len(rows)} of {total} rows are finished and kept; the same command goes on from there.")
        raise KeyboardInterrupt
    click.get_current_context().exit(exit_code(rows))


def exit_code(rows: Sequence[Row]) -> int:
    """See the help of :func:`evaluate`."""
    if any(row.unavailable == sentences.BUG for row in rows):
        return sentences.EXIT_BUG
    return 0 if any(row.figures is not None for row in rows) else sentences.EXIT_UNREADABLE


def _split(words: Sequence[str]) -> list[str]:
    """Names that were given one by one, or with commas between them, each once."""
    return list(dict.fromkeys(name for word in words for name in word.replace(",", " ").split()))


def _step(progress: EvaluationProgress) -> IndexProgress:
    """One line for all the steps of a row."""
    from dataclasses import replace

    return replace(progress.step, stage=f"{progress.number} of {progress.total} · {progress.asked.title}")


def _line(row: Row) -> str:
    """Said as soon as a row is known."""
    result = row.unavailable if row.figures is None else f"mAP {row.figures.headline:.3f}"
    return f"{row.asked.title}: {result}"


def _print(dataset: DataSet, rows: Sequence[Row], as_json: bool) -> None:
    if as_json:
        output.print_json(_document(dataset, rows))
        return
    from visearch_desktop.evaluation.table import text_table

    output.write_line(f"{dataset.name}: {len(dataset.queries):,} queries in {len(dataset.photos):,} photos.")
    for text in text_table(rows):
        output.write_line(text)


def _document(dataset: DataSet, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "dataset": dataset.name,
        "protocol": dataset.protocol.name,
        "photos": len(dataset.photos),
        "queries": len(dataset.queries),
        "rows": [row.document() for row in rows],
    }


def _draw(rows: Sequence[Row], file: Path) -> None:
    """Raises: UsageError: the file cannot be written."""
    from visearch_desktop.core.errors import UsageError
    from visearch_desktop.evaluation.plot import draw

    try:
        file.write_bytes(draw(rows, PLOT_PX, ratio=PLOT_RATIO))
    except OSError as error:
        raise UsageError(f"The plot “{output.printable(file)}” cannot be written ({error.strerror}).") from error

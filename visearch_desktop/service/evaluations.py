"""How good is it: what is known of a set of questions, measuring methods on it, and the plot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from visearch_desktop.core.errors import UsageError
from visearch_desktop.library.control import Control
from visearch_desktop.library.rows import IndexProgress, PhotoView
from visearch_desktop.service import protocol as p
from visearch_desktop.service.choices import descriptor_choices
from visearch_desktop.service.lanes import Lane, Send, Throttle

if TYPE_CHECKING:
    from visearch_desktop.evaluation.dataset import DataSet
    from visearch_desktop.evaluation.rows import EvaluationProgress, Row
    from visearch_desktop.library.library import Library

LANES: dict[type[p.Request], Lane] = {
    p.GetEvaluation: Lane.DATA_SETS,
    p.RunEvaluation: Lane.EVALUATIONS,
    p.DrawPlot: Lane.PLOTS,
}
"""Where each of them queues: none waits for a search, and no search for them."""

LATEST_WINS = (p.DrawPlot, p.GetEvaluation)

STAGE = "evaluation"
LEAST_IN_A_GROUP = 2
KNOWN_AFTER_S = 5.0
OWN_GROUPS = "own groups"


def answer(request: p.Request, library: Library, control: Control, send: Send) -> None:
    """Answer one of the requests above.

    Raises:
        VisearchError: the data set cannot be read, a method has no such name, there are no groups.
        Cancelled: the job was; rows that were sent are kept.
    """
    match request:
        case p.GetEvaluation(job=job, source=source):
            ready = _known(job, source, library)
            control.check()
            send(ready)
        case p.RunEvaluation():
            _run(request, library, control, send)
        case p.DrawPlot():
            encoded = _plot(request)
            control.check()
            send(p.PlotReady(request.job, encoded))
        case _:
            raise TypeError(f"{type(request).__name__} is not about evaluations")


# --- what is known ----------------------------------------------------------------------------------------------------


def _known(job: int, source: p.Source, library: Library) -> p.EvaluationReady:
    methods = descriptor_choices(library)
    if source.kind is p.SourceKind.SHIPPED:
        return _shipped(job, source, methods)
    groups = _groups(library)
    if source.kind is p.SourceKind.GROUPS and not groups:
        return p.EvaluationReady(job, source, "", 0, 0, (), methods)
    dataset = _dataset(source, library)
    rows = _rows_before(source, dataset, library)
    counts = (len(dataset.photos), len(dataset.queries))
    return p.EvaluationReady(job, source, dataset.name, *counts, rows, methods, groups=len(groups))


def _shipped(job: int, source: p.Source, methods: tuple[p.Choice, ...]) -> p.EvaluationReady:
    """One of the tables that come with the program; the last, on which nothing was chosen, unless another is named."""
    from visearch_desktop.evaluation.shipped import shipped

    sets = {one.dataset: one for one in shipped()}
    chosen = sets.get(source.name) or next(reversed(sets.values()), None)
    if chosen is None:
        return p.EvaluationReady(job, source, "", 0, 0, (), methods)
    counts = (chosen.photos, chosen.queries)
    return p.EvaluationReady(job, source, chosen.dataset, *counts, tuple(chosen.rows), methods, tuple(sets))


def _groups(library: Library) -> dict[str, tuple[int, ...]]:
    return {label: ids for label, ids in library.labels().items() if len(ids) >= LEAST_IN_A_GROUP}


def _dataset(source: p.Source, library: Library) -> DataSet:
    if source.kind is p.SourceKind.GROUPS:
        from visearch_desktop.evaluation.own_groups import own_groups

        paths = {row.photo_id: row.path for row in library.page(PhotoView(), 0, library.overview().photos)}
        groups = {label: [paths[i] for i in ids if i in paths] for label, ids in _groups(library).items()}
        return own_groups(groups, list(paths.values()), OWN_GROUPS)
    from visearch_desktop.evaluation.opening import open_dataset

    if source.path is None:
        raise UsageError("No data set was chosen.")
    return open_dataset(source.path)


def _rows_before(source: p.Source, dataset: DataSet, library: Library) -> tuple[Row, ...]:
    from visearch_desktop.evaluation.finished import Finished
    from visearch_desktop.evaluation.run import evaluation_library

    is_own = source.kind is p.SourceKind.GROUPS
    return tuple(Finished(library.root if is_own else evaluation_library(dataset)).rows(dataset.fingerprint))


# --- measuring --------------------------------------------------------------------------------------------------------


def _run(request: p.RunEvaluation, library: Library, control: Control, send: Send) -> None:
    from visearch_desktop.evaluation.run import evaluate

    if request.source.kind is p.SourceKind.SHIPPED:
        raise UsageError("This table was measured before; choose a data set or groups of your own to measure on.")
    if not request.descriptors:
        raise UsageError("No method is chosen.")
    dataset = _dataset(request.source, library)
    control.check()
    with _library_of(request.source, dataset, library) as measured:
        evaluate(
            dataset, measured, request.descriptors, ("none",), ("exact",),
            on_row=lambda row: send(p.EvaluationRow(request.job, row)), on_progress=_progress_of(request.job, send),
            control=control,
        )  # fmt: skip
    control.check()


@contextmanager
def _library_of(source: p.Source, dataset: DataSet, library: Library) -> Iterator[Library]:
    """The open library for groups in it; a library of its own, beside it, for a data set."""
    if source.kind is p.SourceKind.GROUPS:
        yield library
        return
    from visearch_desktop.evaluation.run import evaluation_library
    from visearch_desktop.library.library import Library

    with Library.open(evaluation_library(dataset), network_folders=library.network_folders) as own:
        yield own


def _progress_of(job: int, send: Send) -> Callable[[EvaluationProgress], None]:
    """Tells of each step at most ten times a second: how much of the whole is done, and how long the rest may take."""
    throttle, began = Throttle(per_second=10), time.monotonic()

    def on_progress(progress: EvaluationProgress) -> None:
        if not throttle.allows():
            return
        step, rows = progress.step, progress.total
        of_row = min(1.0, step.done / step.total) if step.total else 0.0
        share = (progress.number - 1 + of_row) / max(1, rows)
        gone_s = time.monotonic() - began
        left_s = gone_s * (1 - share) / share if share > 0 and gone_s >= KNOWN_AFTER_S else None
        name = progress.asked.descriptor
        send(p.Measuring(job, name, progress.number, rows, share, left_s))
        send(p.Progress(job, IndexProgress(STAGE, progress.number - 1, rows, name, 0.0, left_s)))

    return on_progress


# --- the plot ---------------------------------------------------------------------------------------------------------


def _plot(request: p.DrawPlot) -> bytes:
    from visearch_desktop.evaluation.plot import PlotColours, draw

    if not any(row.figures is not None for row in request.rows):
        return b""
    of = request.colours
    colours = PlotColours(background=of.background, text=of.text, line=of.line, accent=of.accent)
    return draw(request.rows, (request.width, request.height), colours, request.ratio)

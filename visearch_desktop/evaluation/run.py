"""Running an evaluation: every row is indexed, searched, scored and timed through the library, as a person would."""

from __future__ import annotations

import logging
import os
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from visearch_desktop.core.errors import PhotoError, RegionError, VisearchError
from visearch_desktop.core.paths import user_data_folder
from visearch_desktop.core.sentences import sentence
from visearch_desktop.evaluation.asked import asked_rows
from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.finished import Finished
from visearch_desktop.evaluation.metrics import Scores, score
from visearch_desktop.evaluation.rows import EXACT, VERIFY, Asked, EvaluationProgress, Figures, Row
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.indexing import cores
from visearch_desktop.library.library import Library
from visearch_desktop.library.progress import Meter, OnProgress
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.query import Query, QueryPicture

log = logging.getLogger(__name__)

SEARCHING = "evaluate"
"""The stage, beside those of indexing, in which the queries are asked."""

PROPOSED = 200
"""Hits of a search by an approximate index; an exact one ranks the whole library."""

NEAREST = 100
SAMPLE_PHOTOS = 12
TIMED_QUERIES, LEAST_TIMED, TIMED_S = 25, 3, 2.0

OnRow = Callable[[Row], None]


def evaluation_library(dataset: DataSet) -> Path:
    """The folder of the library that holds a data set's photos and nothing else; it may be deleted at any time."""
    return user_data_folder() / "evaluation" / f"{dataset.name}-{dataset.fingerprint}"


def evaluate(
    dataset: DataSet,
    library: Library,
    descriptors: Sequence[str],
    refines: Sequence[str],
    indexes: Sequence[str],
    *,
    on_row: OnRow,
    on_progress: Callable[[EvaluationProgress], None] | None = None,
    control: Control | None = None,
    again: bool = False,
) -> list[Row]:
    """Measure methods on a data set.

    A method that cannot run costs its row, which says why; the run goes on. What was measured before is not measured
    again. Each row is kept at once; after a cancel those that were finished are returned.

    Args:
        dataset: checked.
        library: the folders of the data set's photos are added to it where they are not in it yet.
        descriptors: names, or "all"; see :func:`visearch_desktop.evaluation.asked.asked_rows`.
        refines: "none", "verify", or "all".
        indexes: "exact", names of approximate ones, or "all".
        on_row: given each row when it is known.
        on_progress: told at most ten times a second, on this thread.
        control: pauses and cancels.
        again: measure what is known already, too.

    Raises:
        UnknownNameError: nothing is called that; nothing was done.
        FolderError: the folder of the photos cannot be added.
    """
    asked = asked_rows(descriptors, refines, indexes)
    run = _Run(dataset, library, control or Control(), again)
    rows: list[Row] = []
    run.add_photos()
    for number, one in enumerate(asked, start=1):
        try:
            row = run.row(one, _steps_of(one, number, len(asked), on_progress))
        except Cancelled:
            break
        rows.append(row)
        on_row(row)
    return rows


def _steps_of(
    asked: Asked, number: int, total: int, listener: Callable[[EvaluationProgress], None] | None
) -> OnProgress | None:
    if listener is None:
        return None
    return lambda step: listener(EvaluationProgress(asked, number, total, step))


class _Run:
    """Measures rows on one data set in one library."""

    def __init__(self, dataset: DataSet, library: Library, control: Control, again: bool) -> None:
        self._dataset, self._library, self._control, self._again = dataset, library, control, again
        self._finished = Finished(library.root)
        self._indexed: set[str] = set()
        self._gallery = {_real(path): path for path in dataset.photos}
        self._paths: dict[int, tuple[Path, ...]] = {}

    def add_photos(self) -> None:
        """Have the library know the folders that hold the photos."""
        known = [Path(_real(row.path)) for row in self._library.folders()]
        for folder in sorted({path.parent for path in self._dataset.photos}):  # of links, the folder they lie in
            if not any(Path(_real(folder)).is_relative_to(above) for above in known):
                known.append(Path(_real(folder)))
                self._library.add_folder(folder)

    def row(self, asked: Asked, on_step: OnProgress | None) -> Row:
        """The figures, or the reason why there are none.

        Raises:
            Cancelled: nothing came of it.
        """
        self._control.check()
        try:
            key = self._library.descriptor_key(asked.descriptor)
            known = self._finished.find(self._dataset.fingerprint, asked, key)
            if known is not None and not self._again:
                return known
            row = self._measured(asked, on_step)
        except Cancelled:
            raise
        except VisearchError as error:
            return Row(asked, unavailable=sentence(error))
        except Exception as error:
            log.exception("%s could not be measured", asked.title)
            return Row(asked, unavailable=sentence(error))
        self._finished.keep(self._dataset.fingerprint, row)
        return row

    def _measured(self, asked: Asked, on_step: OnProgress | None) -> Row:
        if asked.descriptor not in self._indexed:
            report = self._library.index(
                descriptor=asked.descriptor, for_searches=False, on_progress=on_step, control=self._control
            )
            if report.cancelled:
                raise Cancelled
            self._indexed.add(asked.descriptor)
        scores = score(self._rankings(asked, on_step), self._dataset)
        recall = None if asked.index == EXACT else self._recall_of_exact(asked)
        time_ms = self._ms_per_query(asked)
        costs = self._library.costs(
            asked.descriptor, self._sample(SAMPLE_PHOTOS), index=asked.index, verified=asked.refine == VERIFY,
            control=self._control,
        )  # fmt: skip
        figures = _figures(scores, recall, costs.ms_per_photo, time_ms, costs.bytes_per_photo)
        return Row(asked, figures, self._library.descriptor_key(asked.descriptor))

    # --- asking --------------------------------------------------------------------------------------------------

    def _rankings(self, asked: Asked, on_step: OnProgress | None) -> list[list[Path]]:
        """For each query all photos of the data set that were found, best first; identical files follow each other."""
        meter = Meter(on_step)
        meter.begin(SEARCHING, len(self._dataset.queries))
        rankings: list[list[Path]] = []
        with ThreadPoolExecutor(cores(), thread_name_prefix="evaluation") as pool:
            try:
                for ranking in pool.map(lambda case: self._answer(asked, case), self._dataset.queries):
                    rankings.append(ranking)
                    meter.reach(len(rankings))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return rankings

    def _answer(self, asked: Asked, case: QueryCase) -> list[Path]:
        self._control.check()
        limit = 0 if asked.index == EXACT else PROPOSED
        try:
            ranking = self._search(asked, case.image, case, limit=limit, verify=asked.refine == VERIFY)
        except (PhotoError, RegionError) as error:
            log.warning("the query %s has no answer: %s", case.image, sentence(error))
            return []
        return [path for hit in ranking.hits for path in self._paths_of(hit.photo_id)]

    def _search(self, asked: Asked, image: Path, case: QueryCase | None = None, *, limit: int, verify: bool) -> Ranking:
        picture = QueryPicture(path=image, name=image.name, region=None if case is None else case.region)
        rankings = self._library.search(
            Query((picture,)), descriptor=asked.descriptor, index=asked.index, limit=limit, verify=verify,
            details=False, cancelled=lambda: self._control.is_cancelled,
        )  # fmt: skip
        last = deque(rankings, maxlen=1)
        self._control.check()
        return last.pop()

    def _paths_of(self, photo_id: int) -> tuple[Path, ...]:
        """Where a photo lies in the data set."""
        if photo_id not in self._paths:
            files = map(_real, self._library.paths_of(photo_id))
            self._paths[photo_id] = tuple(self._gallery[file] for file in files if file in self._gallery)
        return self._paths[photo_id]

    # --- measuring -----------------------------------------------------------------------------------------------

    def _recall_of_exact(self, asked: Asked) -> float:
        """The share of the nearest hundred by exact search that is among the nearest hundred of this one."""
        shares = []
        exact = Asked(asked.descriptor)
        for path in self._sample(TIMED_QUERIES * 4):
            near, found = (
                {hit.photo_id for hit in self._search(one, path, limit=NEAREST, verify=False).hits}
                for one in (exact, asked)
            )
            shares.append(len(near & found) / max(1, len(near)))
        return statistics.fmean(shares)

    def _ms_per_query(self, asked: Asked) -> float:
        """Median time of a search for the hundred best, with a photo of the library that was described before."""
        times: list[float] = []
        began = time.perf_counter()
        photos = self._sample(TIMED_QUERIES)
        for path in [*photos[:1], *photos]:  # the first one once more: it loads what the others find loaded
            times.append(self._search(asked, path, limit=NEAREST, verify=asked.refine == VERIFY).elapsed_ms)
            if len(times) > LEAST_TIMED and time.perf_counter() - began > TIMED_S:
                break
        return statistics.median(times[1:])

    def _sample(self, count: int) -> list[Path]:
        """So many photos, spread evenly over the data set; all of them if it has fewer."""
        photos = self._dataset.photos
        return [photos[place * len(photos) // min(count, len(photos))] for place in range(min(count, len(photos)))]


def _real(path: Path) -> str:
    """The path without links: by what files are told apart."""
    return os.path.realpath(path)


def _figures(
    scores: Scores, recall: float | None, photo_ms: float | None, query_ms: float, size_bytes: float
) -> Figures:
    return Figures(
        mean_ap=scores.mean_ap,
        mean_ap_macro=scores.mean_ap_macro,
        mean_ap_by_group=dict(scores.mean_ap_by_group),
        mean_precision_at_10=scores.mean_precision_at[10],
        recall_at_1=scores.recall_at[1],
        recall_at_10=scores.recall_at[10],
        ndcg=scores.ndcg,
        ns_score=scores.ns_score,
        recall_of_exact=recall,
        ms_per_photo=photo_ms,
        ms_per_query=query_ms,
        bytes_per_photo=size_bytes,
    )

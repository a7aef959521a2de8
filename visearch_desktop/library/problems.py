"""The list of files that could not be read."""

from __future__ import annotations

from collections.abc import Iterable

from visearch_desktop.catalogue import problems
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.problems import ProblemFile
from visearch_desktop.core.sentences import problem_hint, problem_sentence
from visearch_desktop.library.folders import folder_name
from visearch_desktop.library.rows import ProblemRow


def problem_rows(catalogue: Catalogue, *, ignored: bool = False) -> tuple[ProblemRow, ...]:
    """Files with a problem, newest problem first; those that are ignored instead, if asked for."""
    return tuple(map(_row, problems.list_problems(catalogue, ignored=ignored)))


def ignore_problems(catalogue: Catalogue, file_ids: Iterable[int], ignored: bool) -> None:
    """Do not list files again, or (``ignored`` false: undo) do."""
    problems.set_ignored(catalogue, file_ids, ignored)


def retry_problems(catalogue: Catalogue, file_ids: Iterable[int]) -> None:
    """Have files read again by the next indexing run, although they did not change."""
    problems.retry(catalogue, file_ids)


def _row(file: ProblemFile) -> ProblemRow:
    return ProblemRow(
        file_id=file.file_id,
        path=file.path,
        name=file.name,
        folder=folder_name(file.folder),
        problem=file.problem,
        sentence=problem_sentence(file.problem, file.facts),
        hint=problem_hint(file.problem),
        since=file.since,
    )

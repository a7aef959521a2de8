"""Files that could not be read, as rows of the table of files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.names import to_path
from visearch_desktop.core.errors import Problem


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """A file with a problem; ``folder`` is the added folder it lies in."""

    file_id: int
    path: Path
    name: str
    folder: Path
    problem: str
    facts: dict[str, Any]
    since: str


def list_problems(catalogue: Catalogue, *, ignored: bool = False) -> list[ProblemFile]:
    """Files with problems in folders that were not removed, newest problem first; the ignored ones instead if asked."""
    rows = catalogue.connection.execute(
        """SELECT files.id, folders.path, files.relative, files.name, files.problem, files.facts, files.since
           FROM files JOIN folders ON folders.id = files.folder_id
           WHERE files.state = 'problem' AND files.is_ignored = ? AND folders.state <> 'removed'
           ORDER BY files.since DESC, folders.id, files.relative""",
        (ignored,),
    )
    return [
        ProblemFile(file_id, to_path(folder, relative), name, to_path(folder), problem, json.loads(facts), since)
        for file_id, folder, relative, name, problem, facts, since in rows
    ]


def count_problems(catalogue: Catalogue) -> int:
    """How many files have a problem that is not ignored."""
    row = catalogue.connection.execute(
        """SELECT COUNT(*) FROM files JOIN folders ON folders.id = files.folder_id
           WHERE files.state = 'problem' AND files.is_ignored = 0 AND folders.state <> 'removed'"""
    ).fetchone()
    return int(row[0])


def set_ignored(catalogue: Catalogue, file_ids: Iterable[int], ignored: bool) -> None:
    """Do not list files again, or do."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE files SET is_ignored = ? WHERE id = ? AND state = 'problem'",
            ((ignored, file_id) for file_id in file_ids),
        )


def retry(catalogue: Catalogue, file_ids: Iterable[int]) -> None:
    """Have these files read again by the next indexing run."""
    with catalogue.transaction() as connection:
        connection.executemany(
            "UPDATE files SET is_unread = 1 WHERE id = ? AND state = 'problem'", ((file_id,) for file_id in file_ids)
        )  # fmt: skip


def retry_kind(catalogue: Catalogue, problem: Problem) -> None:
    """Have all files with one kind of problem read again, as when a limit was raised."""
    with catalogue.transaction() as connection:
        connection.execute("UPDATE files SET is_unread = 1 WHERE state = 'problem' AND problem = ?", (problem,))

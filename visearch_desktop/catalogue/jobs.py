"""Long works that were begun, so that after a crash it is known what did not end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from visearch_desktop.catalogue.catalogue import Catalogue

KEPT = 200


class JobState(StrEnum):
    """RUNNING in a catalogue that was just opened means that the program was stopped in the middle of it."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One long work; times are ISO 8601 in UTC, ``ended`` is "" while it runs."""

    job_id: int
    kind: str
    state: JobState
    facts: dict[str, Any]
    started: str
    ended: str


def begin(catalogue: Catalogue, kind: str, facts: Mapping[str, Any] | None = None) -> int:
    """Note that a work begins; returns its number. Of the works that ended, the newest few hundred are kept."""
    with catalogue.transaction() as connection:
        connection.execute(
            "DELETE FROM jobs WHERE state <> 'running' AND id <= (SELECT MAX(id) FROM jobs) - ?", (KEPT,)
        )
        cursor = connection.execute(
            "INSERT INTO jobs (kind, state, facts, started) VALUES (?, 'running', ?, ?)",
            (kind, json.dumps(dict(facts or {})), _now()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def end(catalogue: Catalogue, job_id: int, state: JobState, facts: Mapping[str, Any] | None = None) -> None:
    """Note that a work ended, and how; new facts are added to those of its beginning."""
    with catalogue.transaction() as connection:
        row = connection.execute("SELECT facts FROM jobs WHERE id = ?", (job_id,)).fetchone()
        merged = {**(json.loads(row[0]) if row else {}), **(facts or {})}
        connection.execute(
            "UPDATE jobs SET state = ?, facts = ?, ended = ? WHERE id = ?", (state, json.dumps(merged), _now(), job_id)
        )


def list_jobs(catalogue: Catalogue, state: JobState | None = None) -> list[Job]:
    """Works, newest first."""
    rows = catalogue.connection.execute(
        """SELECT id, kind, state, facts, started, COALESCE(ended, '') FROM jobs
           WHERE ?1 IS NULL OR state = ?1 ORDER BY id DESC""",
        (state,),
    )
    return [Job(row[0], row[1], JobState(row[2]), json.loads(row[3]), row[4], row[5]) for row in rows]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

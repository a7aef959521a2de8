"""One pass over files: workers look at them, the library process writes what they found, batch by batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from visearch_desktop.catalogue import features, files, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.errors import PhotoError
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.looking import Look, LookTask
from visearch_desktop.library.workers import Outcome, WorkerPool

BATCH = 64
BATCH_S = 2.0


@dataclass(slots=True)
class Tally:
    """What a run has done so far.

    Attributes:
        decode_s, describe_s: summed over the workers.
        notes: what workers had to say, each sentence once.
    """

    added: int = 0
    updated: int = 0
    moved: int = 0
    decode_s: float = 0.0
    describe_s: float = 0.0
    write_s: float = 0.0
    notes: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    looks: list[tuple[LookTask, Look]] = field(default_factory=list)
    problems: list[tuple[int, PhotoError]] = field(default_factory=list)
    since: float = field(default_factory=time.monotonic)

    @property
    def is_due(self) -> bool:
        count = len(self.looks) + len(self.problems)
        return count >= BATCH or (count > 0 and time.monotonic() - self.since >= BATCH_S)


Packed = list[tuple[str, int, bytes]]
"""Local features of photos: content hash, their number, their packed form."""


class Writer:
    """Puts what workers found into the catalogue, one transaction for a batch.

    Args:
        shorten: stores what it can of the features of a key in a shorter form, and gives back what is left to store.
    """

    def __init__(
        self, catalogue: Catalogue, thumbnails: Thumbnails, tally: Tally, shorten: Callable[[str, Packed], Packed]
    ) -> None:
        self._catalogue, self._thumbnails, self._tally = catalogue, thumbnails, tally
        self._shorten = shorten

    def write(self, batch: _Batch) -> list[int]:
        """Returns the numbers of the photos that were written."""
        began = time.perf_counter()
        looks = [(task, look) for task, look in batch.looks if _is_still_the_same(task, look)]
        self._thumbnails.put_many([(look.content_hash, look.thumbnail) for _, look in looks if look.thumbnail])
        with self._catalogue.transaction():
            reads = [FileRead(task.file_id, look.content_hash, look.metadata) for task, look in looks]
            recorded = files.record_reads(self._catalogue, reads)
            files.record_problems(self._catalogue, batch.problems)
            self._put_described([look for _, look in looks])
        tally = self._tally
        tally.added += recorded.added
        tally.updated += recorded.updated
        tally.moved += recorded.moved
        tally.write_s += time.perf_counter() - began
        return sorted(set(recorded.photo_ids.values()))

    def _put_described(self, looks: Sequence[Look]) -> None:
        by_key: dict[str, list[tuple[str, bytes]]] = {}
        found: dict[str, Packed] = {}
        for look in looks:
            for key, blob in look.vectors:
                by_key.setdefault(key, []).append((look.content_hash, blob))
            for key, count, packed in look.features:
                found.setdefault(key, []).append((look.content_hash, count, packed))
        for key, rows in by_key.items():
            vectors.put_many(self._catalogue, key, rows)
        for key, listed in found.items():
            features.put_many(self._catalogue, key, self._shorten(key, listed))


def run_pass(
    pool: WorkerPool[LookTask],
    tasks: Sequence[LookTask],
    writer: Writer,
    tally: Tally,
    control: Control,
    on_look: Callable[[LookTask], None],
    on_written: Callable[[list[int]], None],
) -> None:
    """Look at all files of the tasks and write what is found.

    Args:
        pool: of workers with :data:`looking.WORK`.
        tasks: one for each file.
        writer: of the catalogue.
        tally: is added to.
        control: of the run.
        on_look: told of each file that is done with, read or not.
        on_written: told the numbers of photos after each batch.

    Raises:
        Cancelled: what was found so far is written.
    """
    batch = _Batch()

    def write() -> None:
        nonlocal batch
        if batch.looks or batch.problems:
            on_written(writer.write(batch))
        batch = _Batch()

    for outcome in pool.run(tasks, control, on_pause=write):
        _take(batch, outcome, tally)
        on_look(outcome.task)
        if batch.is_due:
            write()
    write()
    if control.is_cancelled:
        raise Cancelled


def _take(batch: _Batch, outcome: Outcome[LookTask], tally: Tally) -> None:
    if outcome.error is not None:
        batch.problems.append((outcome.task.file_id, outcome.error))
        return
    look: Look = outcome.result
    tally.decode_s += look.decode_s
    tally.describe_s += look.describe_s
    tally.notes.update(dict.fromkeys(look.notes))
    batch.looks.append((outcome.task, look))


def _is_still_the_same(task: LookTask, look: Look) -> bool:
    """Whether the file is the photo it was when the task was made; if not, the next scan finds that out."""
    return not task.content_hash or task.content_hash == look.content_hash

"""Who waits for whom: requests of one lane wait for each other, lanes never do.

Whatever happens to a job, its one ``Finished`` comes last.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

from visearch_desktop.core import sentences
from visearch_desktop.core.errors import VisearchError
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.service.protocol import Failed, Finished, Report

log = logging.getLogger(__name__)

Send = Callable[[Report], None]


class Lane(Enum):
    """A queue with so many threads."""

    READS = ("reads", 3)  # rows and thumbnails: milliseconds each
    PICTURES = ("pictures", 2)  # decoding for the eye
    COUNTS = ("counts", 1)  # local features of a query region
    SEARCHES = ("searches", 1)
    COMPARISONS = ("comparisons", 1)
    CHANGES = ("changes", 1)  # what writes to the catalogue, in the order it was asked for
    SETTINGS = ("settings", 1)
    NETWORKS = ("networks", 1)  # downloads and imports
    DATA_SETS = ("data sets", 1)  # reading what is measured on
    EVALUATIONS = ("evaluations", 1)
    PLOTS = ("plots", 1)


class Outcome(Enum):
    """What a job's work says at its end, unless it is simply done."""

    PASSED_ON = "somebody else finishes the job"


Work = Callable[[Control], Outcome | None]


def failed(job: int, error: BaseException) -> Failed:
    """The report of a failure; a bug is logged with its traceback here."""
    if not isinstance(error, VisearchError):
        log.error("job %d failed", job, exc_info=error)
    return Failed(job, type(error).__name__, sentences.sentence(error), sentences.hint(error))


class Throttle:
    """Says yes at most so many times a second."""

    def __init__(self, per_second: float) -> None:
        self._gap_s = 1 / per_second
        self._last = float("-inf")

    def allows(self) -> bool:
        """Whether the time since the last yes is long enough."""
        now = time.monotonic()
        if now - self._last < self._gap_s:
            return False
        self._last = now
        return True


class Lanes:
    """Runs the work of jobs on the threads of their lanes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._pools = {lane: ThreadPoolExecutor(lane.value[1], f"{lane.value[0]}") for lane in Lane}
        self._lock = threading.Lock()
        self._jobs: dict[int, tuple[Lane, Control]] = {}

    def run(self, lane: Lane, job: int, work: Work, *, latest_wins: bool = False) -> None:
        """Queue the work of a job.

        Args:
            lane: where it waits.
            job: its number.
            work: called with the job's own :class:`Control`.
            latest_wins: every older job of the lane is cancelled.
        """
        control = Control()
        with self._lock:
            older = [other for theirs, other in self._jobs.values() if theirs is lane] if latest_wins else []
            self._jobs[job] = (lane, control)
        for other in older:
            other.cancel()
        self._pools[lane].submit(self._finish, job, control, work)

    def cancel(self, job: int) -> None:
        """Tell a job to stop; nothing happens if it has finished, or was passed on."""
        with self._lock:
            _, control = self._jobs.get(job, (None, None))
        if control is not None:
            control.cancel()

    def close(self) -> None:
        """Cancel everything and wait until every job has finished."""
        with self._lock:
            controls = [control for _, control in self._jobs.values()]
        for control in controls:
            control.cancel()
        for pool in self._pools.values():
            pool.shutdown(wait=True)

    def _finish(self, job: int, control: Control, work: Work) -> None:
        outcome: Outcome | None = None
        try:
            if not control.is_cancelled:
                outcome = work(control)
        except Cancelled:
            control.cancel()
        except Exception as error:  # noqa: BLE001 a bug is logged, said, and costs this job only
            if not control.is_cancelled:
                self._send(failed(job, error))
        finally:
            with self._lock:
                del self._jobs[job]
            if outcome is not Outcome.PASSED_ON:
                self._send(Finished(job, cancelled=control.is_cancelled))

"""A pool of worker processes in which a bad file costs that file and nothing else.

Each worker has a pipe of its own and gets its tasks in order, so the oldest task without an outcome is the one in hand:
that one is to blame when the process dies or its time is up; those behind it are given out again.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

from visearch_desktop.core.errors import PhotoError, Problem, VisearchError
from visearch_desktop.library import worker
from visearch_desktop.library.control import OBEYED_WITHIN_S, Control
from visearch_desktop.library.worker import Broke, Done, Message, Ready, Refused, Useless

log = logging.getLogger(__name__)

LOOK_AHEAD = 2
STARTS_IN_VAIN = 3
START_LIMIT_S = 120.0
STOP_LIMIT_S = 2.0


class Task(Protocol):
    """What is given to a worker: picklable, about one file."""

    def failed(self, problem: Problem, facts: dict[str, str | int | float]) -> PhotoError:
        """The error that says so of this task's file."""
        ...


AnyTask = TypeVar("AnyTask", bound=Task)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[AnyTask]):
    """One task's end: ``result`` is None exactly if there is an ``error``."""

    task: AnyTask
    result: Any
    error: PhotoError | None


class WorkersWillNotStartError(RuntimeError):
    """Worker processes die before they are ready: an installation or a bug of ours, not a photo."""


@dataclass(slots=True)
class _Worker(Generic[AnyTask]):
    process: BaseProcess
    pipe: Connection
    since: float
    is_ready: bool = False
    tasks: deque[AnyTask] = field(default_factory=deque)


class WorkerPool(Generic[AnyTask]):
    """Processes that wait for tasks; a context manager that ends them.

    Args:
        work: "package.module:function", see :func:`visearch_desktop.library.worker.main`.
        setup: what that function gets, picklable.
        count: number of processes; they start at once and need not be ready before tasks are given.
        seconds_per_task: a task that takes longer is given up, its process replaced.
        is_nice: lower priority.
    """

    def __init__(
        self, work: str, setup: Any, count: int, *, seconds_per_task: float = 30.0, is_nice: bool = True
    ) -> None:
        self._arguments = (work, setup, is_nice)
        self._seconds_per_task = seconds_per_task
        self._context = multiprocessing.get_context("spawn")
        self._starts_in_vain = 0
        self._count = max(1, count)
        self._workers: list[_Worker[AnyTask]] = []
        self._fill()

    def __enter__(self) -> WorkerPool[AnyTask]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the processes there are now."""
        return tuple(one.process.pid or 0 for one in self._workers)

    def run(
        self,
        tasks: Iterable[AnyTask],
        control: Control | None = None,
        on_pause: Callable[[], None] = lambda: None,
    ) -> Iterator[Outcome[AnyTask]]:
        """Outcomes as they come, in any order, one for each task; few tasks are taken ahead of what is done.

        While the control is paused no task is given out; when it is cancelled the generator ends with what it has, and
        the tasks in hand are dropped.

        Args:
            tasks: taken from when a worker has room.
            control: of the run.
            on_pause: called when the run is held and nothing is in hand any more.

        Raises:
            VisearchError: what the workers need is missing or damaged.
            WorkersWillNotStartError: processes keep dying before they are ready.
        """
        control = control or Control()
        self._fill()
        source = iter(tasks)
        again: deque[AnyTask] = deque()
        exhausted = False
        try:
            while not control.is_cancelled:
                if not control.is_paused:
                    exhausted = self._give_out(source, again, exhausted) or exhausted
                if not any(one.tasks for one in self._workers):
                    if control.is_paused:
                        on_pause()
                        control.wait_while_paused()
                        continue
                    if exhausted and not again:
                        return
                wait([one.pipe for one in self._workers], timeout=OBEYED_WITHIN_S)
                yield from self._collect(again)
        finally:
            self._drop_tasks()

    def close(self) -> None:
        """End all processes; those deep in a file are killed."""
        for one in self._workers:
            one.pipe.close()
        for one in self._workers:
            if one.tasks or not one.is_ready:
                one.process.kill()
        for one in self._workers:
            self._end(one)
        self._workers = []

    # --- giving out ----------------------------------------------------------------------------------------------

    def _give_out(self, source: Iterator[AnyTask], again: deque[AnyTask], exhausted: bool) -> bool:
        """Fill every worker up to the look-ahead, the emptiest first; true once the source has no more."""
        for level in range(LOOK_AHEAD):
            for one in self._workers:
                if len(one.tasks) > level:
                    continue
                if again:
                    task = again.popleft()
                elif exhausted:
                    return True
                else:
                    try:
                        task = next(source)
                    except StopIteration:
                        return True
                if not one.tasks:
                    one.since = time.monotonic()
                one.tasks.append(task)
                self._send(one, task)
        return exhausted

    def _send(self, one: _Worker[AnyTask], task: AnyTask) -> None:
        try:
            one.pipe.send(task)
        except (BrokenPipeError, ConnectionResetError):
            log.info("worker %s is gone; seen when its pipe is read", one.process.pid)

    # --- collecting ----------------------------------------------------------------------------------------------

    def _collect(self, again: deque[AnyTask]) -> Iterator[Outcome[AnyTask]]:
        for place, one in enumerate(self._workers):
            alive = True
            while alive and one.pipe.poll():
                try:
                    message: Message = one.pipe.recv()
                except (EOFError, OSError):
                    alive = False
                    break
                outcome = self._take(one, message)
                if outcome is not None:
                    yield outcome
            if not alive:
                yield from self._replace(place, again, Problem.CRASHED, {})
            elif self._is_late(one):
                limit = self._seconds_per_task
                yield from self._replace(place, again, Problem.TIMED_OUT, {"seconds": limit})

    def _take(self, one: _Worker[AnyTask], message: Message) -> Outcome[AnyTask] | None:
        one.since = time.monotonic()
        match message:
            case Ready():
                one.is_ready = True
                self._starts_in_vain = 0
                return None
            case Useless(error):
                if isinstance(error, VisearchError):
                    raise error
                raise WorkersWillNotStartError(str(error)) from error
            case Done(result):
                return Outcome(one.tasks.popleft(), result, None)
            case Refused(error):
                return Outcome(one.tasks.popleft(), None, error)
            case Broke(detail):
                task = one.tasks.popleft()
                log.error("a worker broke on %s: %s", task, detail)
                return Outcome(task, None, task.failed(Problem.CRASHED, {"detail": detail.partition("\n")[0]}))

    def _is_late(self, one: _Worker[AnyTask]) -> bool:
        limit = self._seconds_per_task if one.is_ready else START_LIMIT_S
        return bool(one.tasks) and time.monotonic() - one.since > limit

    def _replace(
        self, place: int, again: deque[AnyTask], problem: Problem, facts: dict[str, str | int | float]
    ) -> Iterator[Outcome[AnyTask]]:
        """Start another process in this place; the task in hand has failed, those behind it are done again."""
        old = self._workers[place]
        old.process.kill()
        exit_code = self._end(old)
        if not old.is_ready:
            self._starts_in_vain += 1
            if self._starts_in_vain >= STARTS_IN_VAIN:
                del self._workers[place]
                raise WorkersWillNotStartError(f"exit code {exit_code}")
        self._workers[place] = self._start()
        again.extend(list(old.tasks)[1:] if old.is_ready else old.tasks)
        if old.is_ready and old.tasks:
            task = old.tasks[0]
            log.warning("a worker %s on %s (exit code %s) and is replaced", problem.value, task, exit_code)
            yield Outcome(task, None, task.failed(problem, facts))

    # --- processes -----------------------------------------------------------------------------------------------

    def _start(self) -> _Worker[AnyTask]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=worker.main, args=(theirs, *self._arguments), name="visearch worker", daemon=True
        )
        with _interrupts_held():
            process.start()
        theirs.close()  # else the end of the worker would not end the pipe
        return _Worker(process, ours, time.monotonic())

    def _fill(self) -> None:
        while len(self._workers) < self._count:
            self._workers.append(self._start())

    def _end(self, one: _Worker[AnyTask]) -> int | None:
        """Wait for the process to end, kill it if it does not; its exit code, None where even that did not help."""
        one.pipe.close()
        one.process.join(STOP_LIMIT_S)
        if one.process.exitcode is None:
            one.process.kill()
            one.process.join(STOP_LIMIT_S)
        exit_code = one.process.exitcode
        if exit_code is not None:
            one.process.close()
        return exit_code

    def _drop_tasks(self) -> None:
        """After a cancelled run: what workers still hold would be taken for outcomes of the next one."""
        busy = [one for one in self._workers if one.tasks]
        self._workers = [one for one in self._workers if not one.tasks]
        for one in busy:
            one.process.kill()
        for one in busy:
            self._end(one)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process started meanwhile never hears of Ctrl+C, not even before it can say that it does not want to."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it lets the signal through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

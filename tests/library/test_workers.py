"""The pool of worker processes: every task has one outcome, whatever the others do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.library.work_for_workers import Order
from visearch_desktop.core.errors import NetworkMissingError, PhotoError, Problem
from visearch_desktop.library.control import Control
from visearch_desktop.library.workers import WorkerPool, WorkersWillNotStartError

WORK = "tests.library.work_for_workers:start"


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool[Order]]:
    with WorkerPool[Order](WORK, 1000, 2, seconds_per_task=1.0) as pool:
        yield pool


def outcomes(pool: WorkerPool[Order], orders: list[Order]) -> dict[int, object]:
    """By number of the order: its result, or the problem."""
    return {o.task.number: o.error.problem if o.error else o.result for o in pool.run(orders)}


def test_every_task_has_its_result(pool: WorkerPool[Order]) -> None:
    assert outcomes(pool, [Order(n) for n in range(50)]) == {n: n * n + 1000 for n in range(50)}


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("segfault", Problem.CRASHED),
        ("exit", Problem.CRASHED),
        ("no memory", Problem.CRASHED),
        ("bug", Problem.CRASHED),
        ("sleep", Problem.TIMED_OUT),
        ("refuse", Problem.EMPTY),
    ],
)
def test_a_bad_file_costs_that_file_alone(pool: WorkerPool[Order], bad: str, problem: Problem) -> None:
    got = outcomes(pool, [Order(n, bad if n == 5 else "square") for n in range(20)])
    assert got == {n: problem if n == 5 else n * n + 1000 for n in range(20)}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_does_not_reach_a_worker_that_is_just_starting() -> None:
    with WorkerPool[Order](WORK, 1000, 2) as pool:
        started = pool.process_ids
        for process_id in started:
            os.kill(process_id, signal.SIGINT)
        assert outcomes(pool, [Order(n) for n in range(4)]) == {n: n * n + 1000 for n in range(4)}
        assert pool.process_ids == started


def test_several_bad_files_in_a_row_all_become_problems(pool: WorkerPool[Order]) -> None:
    kinds = ["segfault", "exit", "segfault", "square", "exit", "segfault", "square"]
    got = outcomes(pool, [Order(n, kind) for n, kind in enumerate(kinds)])
    assert [got[n] for n in range(7)] == [
        Problem.CRASHED, Problem.CRASHED, Problem.CRASHED, 1009, Problem.CRASHED, Problem.CRASHED, 1036,
    ]  # fmt: skip


def test_the_error_names_the_file_and_the_limit(pool: WorkerPool[Order]) -> None:
    (late,) = pool.run([Order(8, "sleep")])
    assert isinstance(late.error, PhotoError)
    assert (late.error.path, late.error.facts) == (Path("8.jpg"), {"seconds": 1.0})


def test_large_results_come_whole(pool: WorkerPool[Order]) -> None:
    assert all(len(outcome.result) == 3_000_000 for outcome in pool.run([Order(n, "large") for n in range(6)]))


def test_few_tasks_are_taken_ahead(pool: WorkerPool[Order]) -> None:
    taken = 0

    def source() -> Iterator[Order]:
        nonlocal taken
        for n in range(100):
            taken += 1
            yield Order(n)

    for done, _ in enumerate(pool.run(source()), start=1):
        assert taken - done <= 6


def test_a_cancelled_run_ends_and_the_next_one_gets_only_its_own_outcomes(pool: WorkerPool[Order]) -> None:
    control = Control()
    for outcome in pool.run([Order(n, "nap") for n in range(1000)], control):
        assert outcome.task.number < 1000
        control.cancel()
    assert outcomes(pool, [Order(n) for n in range(2000, 2010)]) == {n: n * n + 1000 for n in range(2000, 2010)}


def test_a_hanging_file_does_not_hold_up_cancelling() -> None:
    control = Control()
    with WorkerPool[Order](WORK, 0, 1, seconds_per_task=600) as pool:
        threading.Timer(1.0, control.cancel).start()
        began = time.monotonic()
        assert list(pool.run([Order(0, "sleep"), Order(1)], control)) == []
    assert time.monotonic() - began < 60  # not the ten minutes of the file


def test_while_paused_nothing_is_begun(pool: WorkerPool[Order]) -> None:
    control = Control()
    begun: list[int] = []

    def source() -> Iterator[Order]:
        for n in range(12):
            begun.append(n)
            yield Order(n)

    run = pool.run(source(), control)
    next(run)
    control.pause()
    rest: list[int] = []
    reader = threading.Thread(target=lambda: rest.extend(o.task.number for o in run))
    reader.start()
    time.sleep(0.5)
    at_pause = len(begun)
    time.sleep(0.3)
    assert len(begun) == at_pause < 12
    control.resume()
    reader.join(30)
    assert len(rest) == 11


def test_workers_are_polite_and_use_one_thread(pool: WorkerPool[Order]) -> None:
    got = outcomes(pool, [Order(0, "priority"), Order(1, "threads")])
    if sys.platform != "win32":
        assert got[0] == min(os.nice(0) + 10, 19)
    assert got[1] == 1


def test_closing_leaves_no_process_behind() -> None:
    pool = WorkerPool[Order](WORK, 0, 2)
    workers = [psutil.Process(pid) for pid in pool.process_ids]
    assert len(list(pool.run([Order(n) for n in range(4)]))) == 4
    pool.close()
    assert not any(worker.is_running() for worker in workers)
    assert pool.process_ids == ()


@pytest.mark.parametrize("work", ["start_broken", "start_dying"])
def test_workers_that_cannot_start_are_an_error_not_an_endless_loop(work: str) -> None:
    with (
        WorkerPool[Order](f"tests.library.work_for_workers:{work}", 0, 2) as pool,
        pytest.raises(WorkersWillNotStartError),
    ):
        list(pool.run([Order(0)]))


def test_a_missing_network_stops_the_run_and_is_no_ones_files_fault(pool: WorkerPool[Order]) -> None:
    with pytest.raises(NetworkMissingError):
        list(pool.run([Order(0), Order(1, "damaged network"), Order(2)]))
    assert outcomes(pool, [Order(3)]) == {3: 1009}


def test_workers_die_when_the_library_is_killed() -> None:
    """Also those deep in a file."""
    script = (
        "from visearch_desktop.library.workers import WorkerPool\n"
        "from tests.library.work_for_workers import Order\n"
        f"pool = WorkerPool({WORK!r}, 0, 2, seconds_per_task=3600)\n"
        "run = pool.run([Order(0), Order(1), Order(2, 'sleep'), Order(3, 'sleep')])\n"
        "next(run); next(run)\n"
        "print(*pool.process_ids, flush=True)\n"
        "next(run)\n"
    )
    library = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert library.stdout is not None
    workers = [psutil.Process(int(pid)) for pid in library.stdout.readline().split()]
    assert len(workers) == 2
    library.kill()
    library.wait()
    library.stdout.close()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive

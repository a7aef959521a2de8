"""What runs inside a worker process: take a task, do it, send the outcome, until the pipe ends.

Nothing heavy is imported before the number of threads is set. The work itself is named by an import path, so that this
file knows nothing of photos.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from visearch_desktop.core.errors import PhotoError, VisearchError

Work = Callable[[Any], Any]

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
LOWER_PRIORITY = 10
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
LARGEST_KEPT_BYTES = 32 << 20
KEPT_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has imported what it needs."""


@dataclass(frozen=True, slots=True)
class Done:
    """A task's result."""

    result: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The task's photo cannot be read; a failure a person can meet."""

    error: PhotoError


@dataclass(frozen=True, slots=True)
class Broke:
    """Something that is not a :class:`PhotoError` was raised: no memory, or a bug of ours."""

    detail: str


@dataclass(frozen=True, slots=True)
class Useless:
    """The worker can do no task at all: it could not be set up, or something it needs is damaged."""

    error: BaseException


Message = Ready | Done | Refused | Broke | Useless


def main(pipe: Connection, work: str, setup: Any, is_nice: bool) -> None:
    """Serve one pool until it closes its end of the pipe.

    Args:
        pipe: tasks come in, one :data:`Message` each goes out, in order.
        work: "package.module:function"; called once with ``setup``, it returns what is called with each task.
        setup: picklable.
        is_nice: run at a lower priority than what the person is doing.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the library ends its workers itself
    _die_with_the_library()
    limit_threads()
    keep_memory()
    if is_nice:
        _lower_priority()
    try:
        do = load(work)(setup)
    except BaseException as error:  # noqa: BLE001 - told to the pool, which raises it
        _send(pipe, Useless(error))
        return
    if not _send(pipe, Ready()):
        return
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        if not _send(pipe, attempt(do, task)):
            return


def load(path: str) -> Callable[[Any], Work]:
    """The function that "package.module:function" names."""
    module, _, name = path.partition(":")
    function: Callable[[Any], Work] = getattr(importlib.import_module(module), name)
    return function


def attempt(do: Work, task: Any) -> Message:
    """The outcome of one task; never raises."""
    try:
        return Done(do(task))
    except PhotoError as error:
        return Refused(error)
    except VisearchError as error:
        return Useless(error)
    except MemoryError:
        return Broke("not enough memory")
    except Exception as error:  # noqa: BLE001 - a bug costs this file, not the run; the pool logs it
        return Broke(f"{type(error).__name__}: {error}\n{traceback.format_exc()}")


def _send(pipe: Connection, message: Message) -> bool:
    try:
        pipe.send(message)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _die_with_the_library() -> None:
    """A worker deep in a file does not see its pipe end; this does."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent watch", daemon=True).start()


def limit_threads() -> None:
    """One thread for numerical libraries that are imported from now on: the pool is what is parallel."""
    for name in ONE_THREAD:
        os.environ[name] = "1"


def keep_memory() -> None:
    """Have the C library keep what was freed for the next photo, instead of giving it back to the system each time.

    Without this a third of the time of finding local features goes into page faults (``tests/benchmarks/indexing.py``).
    """
    if sys.platform != "linux":
        return
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return  # another C library than glibc
    mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES)
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)


def _lower_priority() -> None:
    try:
        if sys.platform == "win32":
            import psutil

            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(LOWER_PRIORITY)
    except OSError as error:
        logging.getLogger(__name__).info("the priority stays as it is: %s", error)

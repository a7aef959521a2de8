"""The window's end of the library process: starts it, talks to it, notices its end. No Qt, and nothing heavy."""

from __future__ import annotations

import contextlib
import multiprocessing.util  # noqa: F401 its end, which waits for all processes, must be registered before ours
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.service.protocol import Quit, Report, Request

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

GRACE_S = 5.0
"""How long a process that closed its pipe may take to end before it is killed."""


def run_library(connection: Connection[Report, Request], root: Path | None) -> None:
    """Be the library process: everything heavy is imported here, in the process that needs it."""
    one_thread_of_linear_algebra()
    from visearch_desktop.service.process import serve

    serve(connection, root)


class LibraryLink:
    """One library process, from its start to its end, and the two threads that speak with it.

    Neither :meth:`start` nor :meth:`send` waits for anything. Both callbacks are called on a thread of the link's own.
    """

    def __init__(
        self, root: Path | None, on_report: Callable[[Report], None], on_gone: Callable[[int | None], None]
    ) -> None:
        """Prepare it.

        Args:
            root: the library's folder; None is the default one.
            on_report: called with every report, in order.
            on_gone: called once, after the last report, with the exit code (negative: the signal that ended it; None
                where it could not be started).
        """
        self._root, self._on_report, self._on_gone = root, on_report, on_gone
        self._outbox: SimpleQueue[Request | None] = SimpleQueue()
        self._process: SpawnProcess | None = None
        self._is_stopping = threading.Event()
        self._reader = threading.Thread(target=self._run, name="library reader", daemon=True)

    @property
    def pid(self) -> int | None:
        """The library's process id; None before it runs and after it ended."""
        process = self._process
        return process.pid if process is not None else None

    def start(self) -> None:
        """Start the process, on the link's own thread."""
        self._reader.start()

    def send(self, request: Request) -> None:
        """Hand over a request; it is written as soon as the process reads. After the end it is dropped."""
        self._outbox.put(request)

    def stop(self, quit_job: int, timeout_s: float = 2 * GRACE_S) -> bool:
        """Ask it to quit, wait, and kill it if it does not; returns whether it went by itself.

        Afterwards no thread and no process of this link is left.
        """
        self._is_stopping.set()
        self._outbox.put(Quit(quit_job))
        if not self._reader.is_alive():
            return True
        self._reader.join(timeout_s)
        went = not self._reader.is_alive()
        while self._reader.is_alive():
            if self._process is not None:
                with contextlib.suppress(ValueError):
                    self._process.kill()
            self._reader.join(0.2)
        return went

    def _run(self) -> None:
        if self._is_stopping.is_set():
            return
        try:
            exit_code = self._live()
        except OSError:
            exit_code = None
        self._on_gone(exit_code)

    def _live(self) -> int | None:
        from multiprocessing import get_context

        spawn = get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=run_library, args=(theirs, self._root), name="Visearch library")
        process.start()
        self._process = process
        theirs.close()
        writer = threading.Thread(target=self._write, args=(ours,), name="library writer", daemon=True)
        writer.start()
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._on_report(ours.recv())
        self._outbox.put(None)
        process.join(GRACE_S)
        if process.is_alive():
            process.kill()
            process.join()
        writer.join()
        ours.close()
        exit_code = process.exitcode
        self._process = None
        process.close()
        return exit_code

    def _write(self, connection: Connection[Request, Report]) -> None:
        while (request := self._outbox.get()) is not None:
            try:
                connection.send(request)
            except (OSError, ValueError):  # the process is gone; the reader has noticed or is about to
                return

"""The library process: opens the library, then answers the window until it quits or dies."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.library.control import Control
from visearch_desktop.service import changes, evaluations
from visearch_desktop.service import protocol as p
from visearch_desktop.service.answers import LANES, LATEST_WINS, answer
from visearch_desktop.service.index_lane import AUTOMATIC, IndexLane
from visearch_desktop.service.lanes import Lanes, Outcome, Send, failed
from visearch_desktop.service.log import log_to
from visearch_desktop.service.news import News
from visearch_desktop.service.power import Power
from visearch_desktop.service.watching import Watching

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library

log = logging.getLogger(__name__)

LAST_RESORT_S = 8.0
"""When the end takes longer than this, something hangs, and the process ends at once; SQLite takes no harm."""


class Mouth:
    """Sends reports from any thread, whole and one at a time; silent once the window is gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, report: p.Report) -> None:
        """Write one report."""
        with self._lock, contextlib.suppress(OSError):
            self._connection.send(report)


class Service:
    """One open library and its lanes."""

    def __init__(self, library: Library, send: Send) -> None:
        self._library, self._send = library, send
        self._news = News(library.overview, send)
        self._lanes = Lanes(send)
        self._indexing = IndexLane(library, send, self._news)
        self._watching = Watching(library, self._look_again, send)
        self._power = Power(lambda: bool(library.settings()["only_on_mains"]), self._indexing.wait)
        self._device_notes: tuple[str, ...] = ()

    def begin(self) -> None:
        """Say that the library is open, and go on where indexing stopped."""
        overview = self._library.overview()
        self._send(p.Ready(0, self._library.root, overview))
        for note in self._library.notes:
            self._send(p.Note(0, note))
        self._power.start()
        if overview.folders:
            self._look_again()
            self._watching.follow()

    def take(self, request: p.Request) -> None:
        """Put a request into its lane; returns at once."""
        job = request.job
        match request:
            case p.Pause(paused=paused):
                self._indexing.pause(paused)
                self._send(p.Finished(job))
            case p.Cancel(other=other):
                self._lanes.cancel(other)
                self._indexing.cancel(other)
                self._send(p.Finished(job))
            case p.Index():
                self._indexing.ask(job, is_urgent=False)
            case _ if type(request) in LANES:
                self._lanes.run(
                    LANES[type(request)],
                    job,
                    lambda control: self._answer(request, control),
                    latest_wins=isinstance(request, LATEST_WINS),
                )
            case _ if type(request) in evaluations.LANES:
                self._lanes.run(
                    evaluations.LANES[type(request)],
                    job,
                    lambda control: evaluations.answer(request, self._library, control, self._send),
                    latest_wins=isinstance(request, evaluations.LATEST_WINS),
                )
            case _:
                self._lanes.run(changes.LANES[type(request)], job, lambda control: self._change(request, control))

    def close(self) -> None:
        """Cancel everything, see every job finished, close the library."""
        self._watching.close()
        self._power.close()
        self._lanes.close()
        self._indexing.close()
        self._news.close()
        self._library.close()

    def _answer(self, request: p.Request, control: Control) -> None:
        answer(request, self._library, control, self._send)
        if isinstance(request, p.Search):
            before, self._device_notes = self._device_notes, self._library.device_notes()
            for note in self._device_notes:
                if note not in before:
                    self._send(p.Note(0, note))

    def _change(self, request: p.Request, control: Control) -> Outcome | None:
        with self._indexing.stopped() if isinstance(request, p.Purge) else contextlib.nullcontext():
            after = changes.make(request, self._library, control, self._send)
        if after is not changes.After.NOTHING:
            self._news.mark()
        if isinstance(request, p.AddFolder | p.RemoveFolder | p.RestoreFolder):
            self._watching.follow()
        elif isinstance(request, p.SetSetting):
            self._power.look()
        match after:
            case changes.After.INDEX_FOR_THIS_JOB:
                self._indexing.ask(request.job, is_urgent=True)
                if control.is_cancelled:
                    self._indexing.cancel(request.job)
                return Outcome.PASSED_ON
            case changes.After.INDEX:
                self._indexing.ask(AUTOMATIC, is_urgent=True)
        return None

    def _look_again(self) -> None:
        self._indexing.ask(AUTOMATIC, is_urgent=False)


def serve(connection: Connection, root: Path | None) -> None:
    """Be the library process until the window says :class:`~protocol.Quit` or its end of the pipe closes.

    Args:
        connection: requests in, reports out.
        root: the library's folder; None is the default one.
    """
    with contextlib.suppress(ValueError):  # not on the main thread: somebody else's process
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is the window's business
    mouth = Mouth(connection)
    try:
        from visearch_desktop.library.library import Library

        library = Library.open(root)
    except Exception as error:  # noqa: BLE001 said to the person, logged if a bug
        log_to(LibraryPaths.of(root).log)
        mouth.send(failed(0, error))
        connection.close()
        return
    log_to(library.paths.log)
    service = Service(library, mouth.send)
    service.begin()
    quit_job = _listen(connection, service, mouth)
    last_resort = threading.Timer(LAST_RESORT_S, os._exit, (1,))
    last_resort.daemon = True
    last_resort.start()
    service.close()
    if quit_job is not None:
        mouth.send(p.Finished(quit_job))
    last_resort.cancel()
    connection.close()


def _listen(connection: Connection, service: Service, mouth: Mouth) -> int | None:
    """Take requests; returns the job of ``Quit``, or None when the window is gone."""
    while True:
        try:
            request: p.Request = connection.recv()
        except (EOFError, OSError):
            return None
        if isinstance(request, p.Quit):
            return request.job
        try:
            service.take(request)
        except Exception as error:  # noqa: BLE001 one request must not end the process
            mouth.send(failed(request.job, error))
            mouth.send(p.Finished(request.job))

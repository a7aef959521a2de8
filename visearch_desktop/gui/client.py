"""The bridge from the window to the library process: requests out, reports in as Qt signals on the GUI thread."""

from __future__ import annotations

import atexit
import contextlib
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from visearch_desktop.core import sentences
from visearch_desktop.service.launch import LibraryLink
from visearch_desktop.service.protocol import Cancel, Failed, Finished, Pause, Quit, Ready, Report, Request

OnReport = Callable[[Report], None]

_TURN_S = 0.005  # reports are handed out for so long in one go, then Qt gets its turn
_REPEATS = 1  # a request that was open at more deaths of the library than this is suspected of causing them
_DEATHS, _WINDOW_S = 4, 120.0  # so many deaths within so long: give up


@dataclass(slots=True)
class _Job:
    """A request that has no ``Finished`` yet."""

    request: Request
    on_report: OnReport | None
    deaths: int = 0


@dataclass(frozen=True, slots=True)
class _Gone:
    """The process of a link ended; comes after its last report."""

    link: LibraryLink
    exit_code: int | None


class LibraryClient(QObject):
    """Talks to the library process, and starts it again when it dies.

    No method waits, except :meth:`stop`. Requests sent before the library is open are answered when it is.

    Signals:
        report: every report, on the GUI thread, in order.
        restarted: a sentence, after the library process died and was started again; open requests are repeated, so
            some of their reports may come twice.
    """

    report = Signal(object)
    restarted = Signal(str)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link: LibraryLink | None = None
        self._root: Path | None = None
        self._last_job = 0
        self._jobs: dict[int, _Job] = {}
        self._inbox: deque[tuple[LibraryLink | None, Report] | _Gone] = deque()
        self._is_open = False
        self._refused: Failed | None = None
        self._is_paused = False
        self._died_at: list[float] = []
        self._wake.connect(self._on_wake, Qt.ConnectionType.QueuedConnection)

    @property
    def is_open(self) -> bool:
        """Whether the library has said that it is ready."""
        return self._is_open

    @property
    def library_pid(self) -> int | None:
        """The process id of the library; None while there is none."""
        return self._link.pid if self._link is not None else None

    def start(self, root: Path | None) -> None:
        """Start the library process; call it once the window is shown. Open requests are sent to it.

        Args:
            root: the library's folder; None is the default one.
        """
        self.stop()
        self._root = root
        self._died_at.clear()
        atexit.register(self.stop)
        self._launch()

    def stop(self) -> None:
        """End the library process: politely, then by force; no process or thread is left. Callbacks are forgotten."""
        atexit.unregister(self.stop)
        link, self._link = self._link, None
        self._is_open = False
        if link is not None:
            self._jobs.clear()
            link.stop(self._next_job())

    def send(self, make: Callable[[int], Request], on_report: OnReport | None = None) -> int:
        """Send a request, at once or as soon as there is a library.

        Args:
            make: builds the request from the job number, e.g. ``lambda job: Search(job, query)``.
            on_report: called on the GUI thread with each report of this job, ``Finished`` last, then forgotten.

        Returns:
            The job number.
        """
        number = self._next_job()
        request = make(number)
        if isinstance(request, Pause):
            self._is_paused = request.paused
        self._jobs[number] = _Job(request, on_report)
        if self._link is not None:
            self._link.send(request)
        elif self._refused is not None:
            refused = self._refused
            self._inbox.append((None, Failed(number, refused.kind, refused.sentence, refused.hint)))
            self._inbox.append((None, Finished(number)))
            self._wake.emit()
        return number

    def _next_job(self) -> int:
        self._last_job += 1
        return self._last_job

    def _launch(self) -> None:
        self._refused = None

        def on_report(report: Report) -> None:
            self._put((link, report))

        def on_gone(exit_code: int | None) -> None:
            self._put(_Gone(link, exit_code))

        link = self._link = LibraryLink(self._root, on_report, on_gone)
        if self._is_paused:
            link.send(Pause(self._next_job(), True))
        for job in self._jobs.values():
            link.send(job.request)
        link.start()

    def _put(self, item: tuple[LibraryLink, Report] | _Gone) -> None:
        """Called on the link's thread."""
        self._inbox.append(item)
        with contextlib.suppress(RuntimeError):  # the window was destroyed without a word
            self._wake.emit()

    @Slot()
    def _on_wake(self) -> None:
        until = time.monotonic() + _TURN_S
        while self._inbox:
            match self._inbox.popleft():
                case _Gone(link, exit_code) if link is self._link:
                    self._on_gone(exit_code)
                case (link, report) if link is self._link:
                    self._hand_out(report)
            if self._inbox and time.monotonic() > until:
                self._wake.emit()
                return

    def _hand_out(self, report: Report) -> None:
        if isinstance(report, Ready):
            self._is_open = True
        elif isinstance(report, Failed) and report.job == 0 and not self._is_open:
            self._refused = report
        job = self._jobs.pop(report.job, None) if isinstance(report, Finished) else self._jobs.get(report.job)
        if job is not None and job.on_report is not None:
            _call(job.on_report, report)
        self.report.emit(report)

    def _on_gone(self, exit_code: int | None) -> None:
        self._link, self._is_open = None, False
        if self._refused is not None:
            self._end_all(self._refused)
            return
        now = time.monotonic()
        self._died_at = [*(at for at in self._died_at if now - at < _WINDOW_S), now]
        if exit_code is None or len(self._died_at) >= _DEATHS:
            self._refused = Failed(0, "LibraryProcessError", sentences.LIBRARY_GONE, sentences.LIBRARY_GONE_HINT)
            self.report.emit(self._refused)
            self._end_all(self._refused)
            return
        self._end_suspects()
        self._launch()
        self.restarted.emit(sentences.LIBRARY_RESTARTED)

    def _end_suspects(self) -> None:
        """End what need not be repeated, and what has been there at too many deaths."""
        for number, job in list(self._jobs.items()):
            job.deaths += 1
            if isinstance(job.request, Cancel | Pause | Quit):
                self._hand_out(Finished(number))
            elif job.deaths > _REPEATS:
                self._hand_out(Failed(number, "LibraryProcessError", sentences.LIBRARY_DIED_TWICE, ""))
                self._hand_out(Finished(number))

    def _end_all(self, why: Failed) -> None:
        for number in list(self._jobs):
            self._hand_out(Failed(number, why.kind, why.sentence, why.hint))
            self._hand_out(Finished(number))


def _call(on_report: OnReport, report: Report) -> None:
    """Call back, unless the widget is gone; an exception is a bug of that widget and must not stop the others."""
    owner = getattr(on_report, "__self__", None)
    if isinstance(owner, shiboken6.Object) and not shiboken6.isValid(owner):
        return
    try:
        on_report(report)
    except Exception:  # noqa: BLE001 the hook logs it
        sys.excepthook(*sys.exc_info())

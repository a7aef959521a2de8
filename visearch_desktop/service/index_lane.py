"""One indexing run at a time, for whoever asked for it, with pause, waiting for mains power, and cancel."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.service.lanes import Send, Throttle, failed
from visearch_desktop.service.news import News
from visearch_desktop.service.protocol import Finished, Note, Paused, Progress, Waiting

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library

log = logging.getLogger(__name__)

AUTOMATIC = 0
"""The job number of runs that nobody asked for: at the start, and when a watched folder changed."""


GROUPS = "group"
"""The stage that comes last and may take long: a run that has come to it gives way to the next one at once."""


class IndexLane:
    """Runs ``Library.index`` over all folders on a thread of its own, then ``Library.group``.

    Jobs that come while a run goes on join it: it is begun anew where they need that (a run loses nothing by being
    stopped), and all of them finish with it.
    """

    def __init__(self, library: Library, send: Send, news: News) -> None:
        self._library, self._send, self._news = library, send, news
        self._changed = threading.Condition()
        self._open: dict[int, bool] = {}  # job -> cancelled
        self._is_asked = self._is_closing = self._is_paused = self._waits = self._is_barred = False
        self._control: Control | None = None
        self._stage = ""
        self._throttle = Throttle(per_second=10)
        self._thread = threading.Thread(target=self._live, name="indexing", daemon=True)
        self._thread.start()

    def ask(self, job: int, *, is_urgent: bool) -> None:
        """Have everything indexed that is not.

        Args:
            job: gets ``Progress`` and, at the end, ``Finished``.
            is_urgent: a run that goes on is stopped and begun anew (a folder was added); else another follows it.
        """
        with self._changed:
            self._open[job] = False
            self._is_asked = True
            if (is_urgent or self._stage == GROUPS) and self._control is not None:
                self._control.cancel()
            self._changed.notify_all()

    def pause(self, paused: bool) -> None:
        """Hold indexing, now and in runs to come, or let it go on."""
        with self._changed:
            self._is_paused = paused
            self._hold()
            self._send(Paused(0, paused))

    def wait(self, waits: bool) -> None:
        """Hold indexing until there is mains power again, or let it go on unless it is paused."""
        with self._changed:
            self._waits = waits
            self._hold()
            self._send(Waiting(0, waits))

    def _hold(self) -> None:
        if self._control is not None:
            (self._control.pause if self._is_paused or self._waits else self._control.resume)()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """A stretch in which no run goes on; one that did is begun anew after it."""
        with self._changed:
            self._is_barred = True
            if self._control is not None:
                self._is_asked = True
                self._control.cancel()
            self._changed.wait_for(lambda: self._control is None)
        try:
            yield
        finally:
            with self._changed:
                self._is_barred = False
                self._changed.notify_all()

    def cancel(self, job: int) -> None:
        """Take a job out; the run is stopped when it was the last."""
        with self._changed:
            if job not in self._open:
                return
            self._open[job] = True
            if not all(self._open.values()):
                del self._open[job]
                self._send(Finished(job, cancelled=True))
                return
            self._is_asked = False
            if self._control is not None:
                self._control.cancel()
            else:
                self._finish(None, ())

    def close(self) -> None:
        """Stop; open jobs finish as cancelled."""
        with self._changed:
            self._is_closing = True
            self._open = dict.fromkeys(self._open, True)
            if self._control is not None:
                self._control.cancel()
            self._changed.notify_all()
        self._thread.join()

    def _live(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: (self._is_asked and not self._is_barred) or self._is_closing)
                if self._is_closing:
                    return self._finish(None, ())
                self._is_asked = False
                self._control = Control()
                self._hold()
            self._run(self._control)

    def _run(self, control: Control) -> None:
        failure: Exception | None = None
        notes: tuple[str, ...] = ()
        try:
            notes = self._library.index(on_progress=self._on_progress, control=control).notes
            if not control.is_cancelled:
                self._library.group(on_progress=self._on_progress, control=control)
        except Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 said and logged by failed()
            failure = error
        with self._changed:
            self._control, self._stage = None, ""
            self._changed.notify_all()
            self._news.mark()
            goes_on = self._is_asked and failure is None
            self._is_asked = goes_on
            self._finish(failure, notes, only_cancelled=goes_on)

    def _finish(self, failure: Exception | None, notes: tuple[str, ...], *, only_cancelled: bool = False) -> None:
        for note in notes:
            self._send(Note(0, note))
        for job, cancelled in list(self._open.items()):
            if cancelled or not only_cancelled:
                del self._open[job]
                if failure is not None:
                    self._send(failed(job, failure))
                self._send(Finished(job, cancelled))

    def _on_progress(self, progress: IndexProgress) -> None:
        self._news.mark(is_certain=False)
        with self._changed:
            self._stage = progress.stage
            if self._throttle.allows():
                for job, cancelled in self._open.items():
                    if not cancelled:
                        self._send(Progress(job, progress))

"""Tells the window that the library changed, at most twice a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from visearch_desktop.library.rows import Overview
from visearch_desktop.service.lanes import Send
from visearch_desktop.service.protocol import LibraryChanged

log = logging.getLogger(__name__)

GAP_S = 0.5


class News:
    """Gathers marks and reports them together; the last mark is never lost."""

    def __init__(self, overview: Callable[[], Overview], send: Send) -> None:
        """Args: overview: reads the library in numbers; called on a thread of its own."""
        self._overview, self._send = overview, send
        self._marked, self._closing = threading.Event(), threading.Event()
        self._is_certain = False
        self._last: Overview | None = None
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)
        self._thread.start()

    def mark(self, *, is_certain: bool = True) -> None:
        """Something changed, or (not ``is_certain``) may have: then it is reported only if a number differs."""
        self._is_certain = self._is_certain or is_certain
        self._marked.set()

    def close(self) -> None:
        """Report what is marked, and end."""
        self._closing.set()
        self._marked.set()
        self._thread.join()

    def _run(self) -> None:
        while self._marked.wait():
            self._marked.clear()
            try:
                self._tell()
            except Exception:
                log.exception("the overview could not be read")
            if self._closing.wait(GAP_S):
                return

    def _tell(self) -> None:
        is_certain, self._is_certain = self._is_certain, False
        overview = self._overview()
        if is_certain or overview != self._last:
            self._last = overview
            self._send(LibraryChanged(0, overview))

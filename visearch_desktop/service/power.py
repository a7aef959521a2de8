"""Whether the computer runs on its battery, and whether indexing has to wait for that to end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0


def is_on_battery() -> bool:
    """Whether there is a battery and it is known not to be plugged in."""
    import psutil

    sensor = getattr(psutil, "sensors_battery", None)  # not on every system
    battery = None if sensor is None else sensor()
    return battery is not None and battery.power_plugged is False


class Power:
    """Looks every few seconds, and tells when the answer changes."""

    def __init__(self, is_picky: Callable[[], bool], on_changed: Callable[[bool], None]) -> None:
        """Prepare it.

        Args:
            is_picky: whether work is to be done on mains power only.
            on_changed: called with whether work has to wait, first when it has to.
        """
        self._is_picky, self._on_changed = is_picky, on_changed
        self._waits = False
        self._due, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="power", daemon=True)

    def start(self) -> None:
        """Look once, then by and by on a thread of its own."""
        self._look()
        self._thread.start()

    def look(self) -> None:
        """Look soon: the setting has changed."""
        self._due.set()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        self._due.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._due.wait(LOOK_EVERY_S)
            self._due.clear()
            if self._closing.is_set():
                return
            self._look()

    def _look(self) -> None:
        try:
            waits = self._is_picky() and is_on_battery()
        except Exception:
            log.exception("the battery cannot be read")
            waits = False
        if waits != self._waits:
            self._waits = waits
            self._on_changed(waits)

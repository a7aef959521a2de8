"""The blink: the query lies over the hit while a key is held, or comes and goes by itself where that was chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

DELAYS_MS = (0, 500, 1000, 2000)
"""0: by hand alone. The fastest is one flash a second; three and more can do harm (WCAG 2.3.1)."""


class Blinker(QObject):
    """Says whether the query is to be seen.

    Signals:
        changed: it came or went.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_held = self._is_up = self._may_run = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer)

    @property
    def is_on(self) -> bool:
        """Whether the query is over the hit."""
        return self._is_held or self._is_up

    @property
    def every_ms(self) -> int:
        """How long each of the two stays; 0: by hand alone."""
        return self._timer.interval()

    def hold(self, is_held: bool) -> None:
        """A key or the pointer is down, or no more."""
        self._is_held = is_held
        self._is_up = False
        self._start_or_stop()
        self.changed.emit()

    def set_every(self, every_ms: int) -> None:
        """Choose how long each of the two stays; 0: by hand alone."""
        self._timer.setInterval(every_ms)
        self._start_or_stop()

    def let_run(self, may_run: bool) -> None:
        """Whether it may come and go by itself: it is the mode, and in view."""
        self._may_run = may_run
        self._start_or_stop()

    def _start_or_stop(self) -> None:
        if self._may_run and self.every_ms and not self._is_held:
            self._timer.start()
            return
        self._timer.stop()
        if self._is_up:
            self._is_up = False
            self.changed.emit()

    def _on_timer(self) -> None:
        self._is_up = not self._is_up
        self.changed.emit()

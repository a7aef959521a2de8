"""Pause, resume and cancel of a long run, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

OBEYED_WITHIN_S = 0.1

Answer = TypeVar("Answer")


class Cancelled(Exception):  # noqa: N818 - a state, not an error
    """The run was told to stop; caught where the run was started, never shown."""


class Control:
    """Held by whoever started a run and by the run itself; every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._cancelled = False

    def pause(self) -> None:
        """Hold the run; what is in hand is finished."""
        self._set(paused=True)

    def resume(self) -> None:
        """Let the run go on."""
        self._set(paused=False)

    def cancel(self) -> None:
        """Stop the run for good, also if it is held."""
        self._set(cancelled=True)

    @property
    def is_paused(self) -> bool:
        """Whether the run is held."""
        return self._paused and not self._cancelled

    @property
    def is_cancelled(self) -> bool:
        """Whether the run has to stop."""
        return self._cancelled

    def wait_while_paused(self) -> None:
        """Return at once unless the run is held; then as soon as it is resumed or cancelled."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_paused)

    def check(self) -> None:
        """Wait while the run is held.

        Raises:
            Cancelled: the run has to stop.
        """
        self.wait_while_paused()
        if self._cancelled:
            raise Cancelled

    def abandon_if_cancelled(self, work: Callable[[], Answer]) -> Answer:
        """The answer of some long computation that cannot be interrupted itself.

        It runs on a thread of its own, which is left to itself when the run is cancelled; so it must only compute.

        Raises:
            Cancelled: the run was cancelled before the answer was there.
        """
        self.check()
        outcome: list[Answer] = []
        failure: list[BaseException] = []

        def compute() -> None:
            try:
                outcome.append(work())
            except BaseException as error:  # noqa: BLE001 - raised again on the waiting thread
                failure.append(error)

        thread = threading.Thread(target=compute, name="computation", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(OBEYED_WITHIN_S)
            if self._cancelled:
                raise Cancelled
        if failure:
            raise failure[0]
        return outcome[0]

    def _set(self, *, paused: bool | None = None, cancelled: bool | None = None) -> None:
        with self._changed:
            self._paused = self._paused if paused is None else paused
            self._cancelled = self._cancelled if cancelled is None else cancelled
            self._changed.notify_all()

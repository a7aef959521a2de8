"""Ctrl+C during long work: what is in hand is finished or left, what was done is kept."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from visearch_desktop.library.control import Control


@contextmanager
def cancelled_by_ctrl_c() -> Iterator[Control]:
    """A control that the first Ctrl+C cancels; a second one interrupts in the usual way."""
    control = Control()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        control.cancel()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield control
    finally:
        signal.signal(signal.SIGINT, before)

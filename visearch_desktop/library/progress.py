"""How far a run has come: counts, a rate over the last seconds, the time left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from visearch_desktop.library.rows import IndexProgress

EVERY_S = 0.1
WINDOW_S = 8.0
KNOWN_AFTER_S = 1.0

OnProgress = Callable[[IndexProgress], None]


class Meter:
    """Tells a listener about one stage after the other, at most ten times a second.

    Args:
        listener: may be None.
        clock: seconds, never running backwards.
    """

    def __init__(self, listener: OnProgress | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._listener, self._clock = listener, clock
        self._stage, self._done, self._total = "", 0, 0
        self._told = float("-inf")
        self._recent: deque[tuple[float, int]] = deque()

    def begin(self, stage: str, total: int = 0) -> None:
        """A stage begins; always told. A ``total`` of 0 is not known."""
        self._stage, self._done, self._total = stage, 0, total
        self._recent = deque([(self._clock(), 0)])
        self._tell("")

    def reach(self, done: int, total: int | None = None, now: str = "") -> None:
        """So much of the stage is done; ``now`` is the file in hand. The end of a stage is always told."""
        self._done = done
        self._total = self._total if total is None else total
        moment = self._clock()
        is_end = self._total > 0 and done >= self._total
        if is_end or moment - self._told >= EVERY_S:
            self._recent.append((moment, done))
            while len(self._recent) > 2 and moment - self._recent[0][0] > WINDOW_S:
                self._recent.popleft()
            self._tell(now)

    def advance(self, now: str = "") -> None:
        """One more is done."""
        self.reach(self._done + 1, now=now)

    def _tell(self, now: str) -> None:
        self._told = self._clock()
        if self._listener is None:
            return
        (began, before), (ended, after) = self._recent[0], self._recent[-1]
        rate = (after - before) / (ended - began) if ended > began else 0.0
        is_known = rate > 0 and self._total > 0 and ended - began >= KNOWN_AFTER_S
        left = max(0, self._total - self._done) / rate if is_known else None
        self._listener(IndexProgress(self._stage, self._done, self._total, now, rate, left))

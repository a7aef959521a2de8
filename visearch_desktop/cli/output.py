"""What a command prints: one document on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from visearch_desktop.library.rows import IndexProgress

STAGE_NAMES = {
    "scan": "Looking for files",
    "first_look": "First look",
    "closer_look": "Closer look",
    "learn": "Learning from the library",
    "index": "Index",
    "group": "Looking for groups",
    "network": "Network",
}

OnProgress = Callable[[int, int], None]
"""Told (done, total)."""


def printable(text: str | Path) -> str:
    r"""Text that any encoding can take: bytes of a name that are not text become ``\xNN``."""
    return os.fspath(text).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def print_json(document: Any) -> None:
    """Print one JSON document in ASCII, so that no terminal's encoding can spoil it."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True, allow_nan=False) + "\n")
    sys.stdout.flush()


def say(sentence: str) -> None:
    """A line for the person, on standard error."""
    print(printable(sentence), file=sys.stderr, flush=True)


def write_line(text: str) -> None:
    """A line of the command's answer, on standard output, whatever its encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    print(printable(text).encode(encoding, "backslashreplace").decode(encoding))


class ProgressLine:
    """Progress on standard error: one line redrawn on a terminal, else a line for each stage. A context manager."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._is_terminal = self._stream.isatty()
        self._drawn_at = float("-inf")
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_terminal and self._stage:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def say(self, sentence: str) -> None:
        """A line for the person, above the progress."""
        if self._is_terminal and self._stage:
            self._stream.write("\r\x1b[K")
        self._stream.write(printable(sentence) + "\n")
        self._stream.flush()

    def show(self, progress: IndexProgress) -> None:
        """Draw it, at most ten times a second."""
        name = STAGE_NAMES.get(progress.stage, progress.stage)
        if not self._is_terminal:
            if progress.stage != self._stage:
                total = f": {progress.total:,}" if progress.total else ""
                self._stream.write(f"{name}{total}\n")
                self._stream.flush()
            self._stage = progress.stage
            return
        self._stage = progress.stage
        if self._clock() - self._drawn_at >= 0.1:
            self._drawn_at = self._clock()
            self._stream.write("\r" + self._line(name, progress) + "\x1b[K")
            self._stream.flush()

    @staticmethod
    def _line(name: str, progress: IndexProgress) -> str:
        line = f"{name}  "
        if progress.total:
            full = 20 * min(progress.done, progress.total) // progress.total
            line += f"{'█' * full}{'░' * (20 - full)}  {progress.done:,} of {progress.total:,}"
        elif progress.done:
            line += f"{progress.done:,}"
        if progress.rate > 0:
            line += f" · {progress.rate:.0f}/s"
        if progress.seconds_left is not None:
            minutes, seconds = divmod(round(progress.seconds_left), 60)
            line += f" · {minutes}:{seconds:02} left"
        return line

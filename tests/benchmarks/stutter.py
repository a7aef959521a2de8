"""Whether the window stutters while photos come in: ``python -m tests.benchmarks.stutter [PHOTOS]``.

A timer beats every 5 ms on the GUI thread of the real window over a real library process. Prints, for each phase, the
longest time without a beat; beside it the longest processor time that the GUI thread itself used between two beats
(the rest was waiting for a processor that the workers had), the number of gaps over 50 ms, and the number of beats.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

BEAT_MS, LONG_MS, LONGEST_S = 5, 50, 300


class Heart(QObject):
    """Beats on the thread it was made on, and notes how late each beat is."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self.begin()
        self._timer.start()

    def begin(self) -> None:
        """Forget all beats."""
        self._last, self._last_used = time.perf_counter(), time.thread_time()
        self.gaps_ms: list[float] = []
        self.used_ms: list[float] = []

    def _on_beat(self) -> None:
        now, used = time.perf_counter(), time.thread_time()
        self.gaps_ms.append(1000 * (now - self._last))
        self.used_ms.append(1000 * (used - self._last_used))
        self._last, self._last_used = now, used

    def tell(self, phase: str) -> None:
        """Print one line."""
        long = sum(gap > LONG_MS for gap in self.gaps_ms)
        longest, busiest = max(self.gaps_ms), max(self.used_ms)
        print(f"{phase:38} {longest:8.1f} {busiest:12.1f} {long:10} {len(self.gaps_ms):8}", flush=True)


def main(count: int, folder: Path) -> None:
    """Open a window, index into it, scroll and search meanwhile."""
    from PySide6.QtWidgets import QApplication

    from tests.scenes import photo_folder
    from visearch_desktop.gui.app import dress
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.window.main_window import MainWindow
    from visearch_desktop.search.query import QueryPicture

    photos = photo_folder(folder / "photos", count, width=1600, height=1200)
    app = QApplication.instance() or QApplication(["stutter"])
    dress(app)
    client = LibraryClient()
    window = MainWindow(client, is_new_library=True)
    window.resize(1440, 900)
    window.show()
    heart, session = Heart(), window.session

    def until(ready: Callable[[], object], phase: str) -> None:
        heart.begin()
        end = time.monotonic() + LONGEST_S
        while not ready():
            if time.monotonic() > end:
                raise SystemExit(f"{phase}: not reached after {LONGEST_S} s")
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        heart.tell(phase)

    print(f"{'ms':38} {'longest':>8} {'of our own':>12} {f'over {LONG_MS}':>10} {'beats':>8}")
    client.start(folder / "library")
    until(lambda: session.overview is not None, "the library process imports and opens")
    window.intake.add_folder(photos[0].parent)
    until(lambda: len(session.overview.folders) == 1, "the folder is added, the grid is made")
    until(lambda: session.overview.closer >= count // 2, "the first half is indexed, the grid is shown")
    session.ask(QueryPicture(path=photos[0], name=photos[0].name))
    until(lambda: session.overview.looked == count and not window.jobs.all, "the rest is, a query is open")
    session.show_view(session.view)
    scroll = window.pages.currentWidget().grid.verticalScrollBar()
    end = time.monotonic() + 3

    def scrolled() -> bool:
        scroll.setValue((scroll.value() + 7) % max(1, scroll.maximum()))
        return time.monotonic() > end

    until(scrolled, "scrolling when all is done, 3 s")
    window.close()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["VISEARCH_DATA"] = str(Path(scratch) / "data")
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, Path(scratch))

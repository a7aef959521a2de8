"""How smoothly 100,000 photos scroll: ``python -m tests.benchmarks.grid [--photos N] [--seconds S]``.

Prints the time to lay the grid out, the processor time of each frame's painting while it scrolls at several speeds with
thumbnails arriving all the while, and the longest time in which the window could not have answered: of the processor
time of its thread, and on the clock, which also counts what other programs take.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter, thread_time
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.gui.fake_client import FakeClient, encoded, photo_row
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.library.model import LibraryModel
from visearch_desktop.library.rows import PhotoRow, PhotoView, Section
from visearch_desktop.service import protocol as p


class LargeLibrary(FakeClient):
    """Answers without searching lists, with thumbnails made before the clock starts."""

    def __init__(self, count: int) -> None:
        super().__init__([photo_row(i) for i in range(count)])
        self._known = FakeClient._sections(self, PhotoView())
        self._pictures = [self._picture(number) for number in range(24)]

    def _picture(self, number: int) -> bytes:
        image = QImage(384, 288, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        gradient = QLinearGradient(0, 0, 384, 288)
        gradient.setColorAt(0, QColor.fromHsv(number * 15, 200, 230))
        gradient.setColorAt(1, QColor.fromHsv((number * 40 + 90) % 360, 90, 90))
        painter.fillRect(image.rect(), gradient)
        for step in range(60):
            painter.fillRect(step * 37 % 380, step * 53 % 280, 14, 9, QColor.fromHsv(step * 29 % 360, 180, 200))
        painter.end()
        return encoded(image)

    def _row(self, photo_id: int) -> PhotoRow:
        return self.rows[photo_id]

    def _thumbnail(self, row: PhotoRow) -> bytes:
        return self._pictures[row.photo_id % len(self._pictures)]

    def _sections(self, view: PhotoView) -> tuple[Section, ...]:
        return self._known


class TimedGrid(GridView):
    """Keeps how long each painting took, in ms."""

    paints: list[float]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        begin = thread_time()
        super().paintEvent(event)
        self.paints.append((thread_time() - begin) * 1000)


class Heart:
    """Beats as often as the event loop lets it, and keeps the longest pause, in ms."""

    def __init__(self) -> None:
        self.forget()
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(self._on_beat)
        self._timer.start()

    def forget(self) -> None:
        self.longest_ms = self.longest_busy_ms = 0.0
        self._last, self._last_busy = perf_counter(), thread_time()

    def _on_beat(self) -> None:
        now, busy = perf_counter(), thread_time()
        self.longest_ms, self._last = max(self.longest_ms, (now - self._last) * 1000), now
        self.longest_busy_ms = max(self.longest_busy_ms, (busy - self._last_busy) * 1000)
        self._last_busy = busy


def wait(ms: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(ms), loop.quit)
    loop.exec()


def timed(act: Callable[[], Any]) -> float:
    begin = thread_time()
    act()
    return (thread_time() - begin) * 1000


def scroll(grid: TimedGrid, seconds: float, step: Callable[[int], int]) -> None:
    bar, loop, timer, begin, number = (
        grid.verticalScrollBar(),
        QEventLoop(),
        QTimer(interval=16),
        perf_counter(),
        0,
    )

    def on_frame() -> None:
        nonlocal number
        number += 1
        bar.setValue(step(number))
        if perf_counter() - begin > seconds:
            loop.quit()

    timer.timeout.connect(on_frame)
    timer.start()
    loop.exec()
    timer.stop()


def report(name: str, grid: TimedGrid, heart: Heart, thumbnails: Thumbnails) -> None:
    paints = sorted(grid.paints)
    p99 = paints[min(len(paints) - 1, int(len(paints) * 0.99))]
    stall = f"longest stall {heart.longest_busy_ms:5.1f} ms ({heart.longest_ms:.0f} on the clock)"
    held = f"{len(thumbnails._pixmaps)} pixmaps held"
    print(f"{name:34} {len(paints):4} paints  median {median(paints):4.1f} ms  p99 {p99:4.1f} ms  {stall}  {held}")
    grid.paints.clear()
    heart.forget()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each way of scrolling")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    client = LargeLibrary(given.photos)
    gc.collect()
    gc.freeze()  # the rows of the library are in another process, else
    thumbnails = Thumbnails(client)
    grid = TimedGrid(thumbnails, with_hits=False)
    grid.paints = []
    model = LibraryModel(client, grid)
    grid.setModel(model)
    grid.resize(1240, 770)
    grid.show()
    model.show_view(PhotoView())
    while not model.rowCount():
        wait(1)
    wait(600)
    height = grid.layout_of_cells.height
    print(f"{given.photos} photos, {len(model.sections)} sections, {height} px, {grid.layout_of_cells.columns} columns")
    print(f"lay out: {timed(grid._lay_out):.2f} ms; select all: {timed(grid.selectAll):.2f} ms")
    grid.clearSelection()
    print(f"whole view painted: {min(timed(grid.viewport().repaint) for _ in range(20)):.1f} ms")
    heart = Heart()
    grid.paints.clear()
    ways = {
        "wheel, 40 px a frame": lambda n: 40 * n,
        "fling, 400 px a frame": lambda n: 20_000 + 400 * n,
        "scrubber, anywhere each frame": lambda n: n * 7_919_333 % height,
    }
    for name, step in ways.items():
        scroll(grid, given.seconds, step)
        report(name, grid, heart, thumbnails)
    client.change(client.rows)
    wait(500)
    report("library changed while looking", grid, heart, thumbnails) if grid.paints else None
    asked = len(client.asked(p.GetThumbnails))
    print(f"{asked} requests for thumbnails, {len(client.asked(p.GetPage))} for rows")
    thumbnails.stop()
    grid.close()
    application.quit()


if __name__ == "__main__":
    main()

"""How soon the window is on the screen, beside an empty PySide6 main window, in turn in the same run.

    xvfb-run python -m tests.benchmarks.start [--runs N]

Each start is a process of its own, timed from before it is made until its window has been painted. What the difference
is made of: ``python -X importtime -c "import visearch_desktop.gui.app"``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAINTED = """
class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched is window:
            QTimer.singleShot(0, tell)
        return False
def tell():
    print(time.time() - {began}, flush=True)
    os._exit(0)
painted = Painted()
window.installEventFilter(painted)
window.show()
app.exec()
"""

EMPTY = """
import os, sys, time
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.resize(1440, 900)
"""

OURS = """
import os, sys, time
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.gui.app import MainWindow, LibraryClient, QApplication, dress
from PySide6.QtCore import QEvent, QObject, QTimer
app = QApplication(sys.argv)
dress(app)
client = LibraryClient()
window = MainWindow(client, is_new_library=not LibraryPaths.of(None).catalogue.exists())
window.first_shown.connect(lambda: client.start(None))
"""


def start(code: str, environment: dict[str, str]) -> float:
    """Seconds until the window was painted."""
    began = time.time()
    command = [sys.executable, "-c", code + PAINTED.format(began=repr(began))]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return float(printed.split()[-1])


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    times: dict[str, list[float]] = {"empty": [], "ours": []}
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"VISEARCH_DATA": str(Path(folder))}
        for turn in range(given.runs + 1):
            for name, code in (("empty", EMPTY), ("ours", OURS)):
                seconds = start(code, environment)
                if turn:  # the first warms the caches
                    times[name].append(seconds)
    empty, ours = (statistics.median(times[name]) for name in ("empty", "ours"))
    ratio = statistics.median(b / a for a, b in zip(times["empty"], times["ours"], strict=True))
    print(f"empty window {1000 * empty:.0f} ms, Visearch Desktop {1000 * ours:.0f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()

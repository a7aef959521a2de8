"""How soon the window is on the screen, beside an empty PySide6 main window, in turn in the same run.

    xvfb-run python -m tests.benchmarks.start [--runs N]

Each start is a process of its own, timed from before it is made until its window has been painted: the bare window, and
the window with its contents. What the difference
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

EMPTY = """
import os, sys, time
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Empty(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, tell)
def tell():
    print(time.time() - {began}, flush=True)
    os._exit(0)
app = QApplication(sys.argv)
window = Empty()
window.resize(1440, 900)
window.show()
app.exec()
"""

OURS = """
import os, sys, time
from visearch_desktop.gui import app
class Shell(app.Shell):
    def __init__(self, *given):
        super().__init__(*given)
        self.first_painted.connect({moment})
def shown():
    print(time.time() - {began}, flush=True)
    os._exit(0)
def filled():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    shell = next(w for w in QApplication.topLevelWidgets() if isinstance(w, Shell))
    if shell.centralWidget() is None:
        QTimer.singleShot(1, filled)
    else:
        shell.centralWidget().repaint()
        shown()
app.Shell = Shell
app.run_window([])
"""


def start(code: str, environment: dict[str, str], moment: str) -> float:
    """Seconds until the window was painted."""
    command = [sys.executable, "-c", code.format(began=repr(time.time()), moment=moment)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return float(printed.split()[-1])


def main() -> None:
    """Print the medians, and their ratios to the empty window turn by turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    given = parser.parse_args()
    starts = {"empty": (EMPTY, ""), "shown": (OURS, "shown"), "filled": (OURS, "filled")}
    times: dict[str, list[float]] = {name: [] for name in starts}
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"VISEARCH_DATA": folder}
        for turn in range(given.runs + 1):
            for name, (code, moment) in starts.items():
                seconds = start(code, environment, moment)
                if turn:  # the first warms the caches
                    times[name].append(seconds)
    for name in starts:
        ratio = statistics.median(b / a for a, b in zip(times["empty"], times[name], strict=True))
        print(f"{name:8} {1000 * statistics.median(times[name]):4.0f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()

"""The program as it is started: a process of its own, with the real library process behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from PySide6.QtCore import QTimer

if __name__ == "__main__":
    from visearch_desktop.gui import app

    class Watched(app.Shell):
        def __init__(self, remembered):
            super().__init__(remembered)
            self.first_painted.connect(self.on_painted)

        def on_painted(self):
            heavy = {"numpy", "cv2", "sqlite3", "PIL", "httpx", "multiprocessing", "visearch_desktop.gui.client"}
            print("painted with", sorted(heavy & set(sys.modules)))
            QTimer.singleShot(0, self.wait)

        def wait(self):
            contents = self.centralWidget()
            if contents is None or contents.session.overview is None:
                QTimer.singleShot(50, self.wait)
                return
            print("page", contents.page)
            print("process", contents.client.library_pid)
            self.close()

    app.Shell = Watched
    sys.exit(app.run_window(["--library", sys.argv[1]]))
"""


def test_the_bare_window_comes_first_then_the_library_and_nothing_is_left_behind(tmp_path: Path) -> None:
    script = tmp_path / "start.py"
    script.write_text(SCRIPT, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "library")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, ran.stderr
    assert lines[:2] == ["painted with []", "page start"]
    pid = int(lines[2].split()[1])
    assert not _is_alive(pid)


def test_a_wrong_argument_is_refused_with_a_sentence(tmp_path: Path) -> None:
    command = "import sys; from visearch_desktop.gui.app import run_window; sys.exit(run_window(['--libary', 'x']))"
    ran = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 2
    assert ran.stderr.strip() == "“--libary” is not known here. Usage: visearch-desktop [--library DIR]"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

"""Searching processes multiply matrices on one thread."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND_LINE = """
import os, sys
from visearch_desktop.__main__ import main
assert "numpy" not in sys.modules
sys.argv = ["visearch-desktop", "--version"]
main()
print(os.environ["OPENBLAS_NUM_THREADS"])
"""

LIBRARY = """
import os, sys
from multiprocessing import Pipe
from pathlib import Path
from visearch_desktop.service.launch import run_library
assert "numpy" not in sys.modules
ours, theirs = Pipe()
ours.close()
run_library(theirs, Path(sys.argv[1]))
assert "numpy" in sys.modules
print(os.environ["OPENBLAS_NUM_THREADS"])
"""


def last_line(program: str, folder: Path, **chosen: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder / "library")],
        env=environment | chosen, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    return done.stdout.split()[-1]


@pytest.mark.parametrize("program", [COMMAND_LINE, LIBRARY])
def test_one_thread_is_said_before_numpy_is_imported(program: str, tmp_path: Path) -> None:
    assert last_line(program, tmp_path) == "1"


def test_what_the_environment_says_is_left_alone(tmp_path: Path) -> None:
    assert last_line(COMMAND_LINE, tmp_path, OPENBLAS_NUM_THREADS="3") == "3"

"""A copy of the program with a network of its own in it, as in a clean checkout, and runs of that copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.methods.networks.tiny import tiny_network
from visearch_desktop.core.paths import resource

ROOT = Path(__file__).resolve().parents[3]
NAME = "visearch_v1"

GUARD = """
import os, sys

def watch(event, arguments):
    if event == "import" and arguments[0] == "torch":
        tell("torch is imported")
        raise ImportError("there is no torch here")
    elif event == "socket.getaddrinfo" or (event == "socket.connect" and not isinstance(arguments[1], (str, bytes))):
        tell(f"{event} {arguments[1:]}")
        raise OSError("there is no network here")

def tell(what):
    with open(os.environ["TOLD"], "a") as file:
        file.write(what + "\\n")

sys.addaudithook(watch)
"""
"""Is run first in every process of the copy, workers included."""


@dataclass(frozen=True)
class Box:
    """A copied program.

    Attributes:
        root: what stands for the checkout; nothing lies beside it.
        network: the folder of its own network.
    """

    root: Path

    @property
    def network(self) -> Path:
        return self.root / "resources" / "networks" / NAME

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """The copied program, without a network connection, with a data folder of its own."""
        return self.python("-m", "visearch_desktop", *words)

    def python(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        environment: dict[str, Any] = {
            **os.environ, "PYTHONPATH": f"{self.root}{os.pathsep}{self.root / 'guard'}", "TOLD": self.root / "told",
            "VISEARCH_DATA": self.root / "data", "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, *words], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )

    def told(self) -> list[str]:
        """What its processes did that they must not do."""
        told = self.root / "told"
        return told.read_text().splitlines() if told.exists() else []


def make_box(root: Path) -> Box:
    """Copy the program, make a tiny network and put it in as packaging does."""
    import visearch_desktop

    shutil.copytree(
        Path(visearch_desktop.__file__).parent, root / "visearch_desktop", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(str(resource("")), root / "resources", ignore=shutil.ignore_patterns("networks", "icons"))
    (root / "guard").mkdir()
    (root / "guard" / "sitecustomize.py").write_text(GUARD)
    tiny_network(root / "made", "made")
    box = Box(root)
    put_in = ROOT / "packaging" / "put_in_the_box.py"
    done = box.python(put_in, root / "made", "--resources", root / "resources")
    assert done.returncode == 0, done.stderr
    return box

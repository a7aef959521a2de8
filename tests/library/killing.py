"""Kills an ``index`` command at random moments and looks at what is left of the library each time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.paths import LibraryPaths


@dataclass(frozen=True)
class Left:
    """A library after the process that wrote it was killed, or had ended.

    ``after_s`` is how long it ran; ``photos`` are those in the catalogue, ``described`` those with local features.
    """

    after_s: float
    was_killed: bool
    errors: list[str]
    photos: int
    described: int


def contents(library: Path) -> dict[tuple[str, str, str], bytes]:
    """All that a library knows of its photos, by table, key and content."""
    paths = LibraryPaths.of(library)
    catalogue = Catalogue.open(paths.catalogue, paths.backups)
    found = {}
    for table, column in (("vectors", "vector"), ("features", "packed")):
        rows = catalogue.connection.execute(
            f"""SELECT key, content_hash, {column} FROM {table}
                JOIN keys ON keys.id = key_id JOIN photos ON photos.id = photo_id WHERE is_present = 1"""
        )
        found |= {(table, key, content_hash): blob for key, content_hash, blob in rows}
    catalogue.close()
    return found


def index(folder: Path, library: Path, kill_after_s: float | None = None) -> Left:
    """Run the command, to its end or until it is killed."""
    command = [sys.executable, "-m", "visearch_desktop", "index", "--library", str(library), str(folder), "--json"]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        process.communicate(timeout=kill_after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return _look(library, time.monotonic() - began, process.returncode != 0)


def killed_at_random(folder: Path, library: Path, kills: int, within_s: float, seed: int = 0) -> Iterator[Left]:
    """Kill so many runs, each at a random moment of its first ``within_s``; then let one run to its end."""
    rng = np.random.default_rng(seed)
    for _ in range(kills):
        yield index(folder, library, float(rng.uniform(0.2, within_s)))
    yield index(folder, library)


def _look(library: Path, after_s: float, was_killed: bool) -> Left:
    paths = LibraryPaths.of(library)
    if not paths.catalogue.exists():
        return Left(after_s, was_killed, [], 0, 0)
    catalogue = Catalogue.open(paths.catalogue, paths.backups)
    try:
        count = catalogue.connection.execute("SELECT COUNT(*) FROM photos").fetchone()[0]
        described = catalogue.connection.execute("SELECT COUNT(*) FROM features").fetchone()[0]
        return Left(after_s, was_killed, catalogue.check_integrity(), count, described)
    finally:
        catalogue.close()

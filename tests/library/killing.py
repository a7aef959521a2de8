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

from visearch_desktop.catalogue import features
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.photos import hashes_of
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.methods.indexes.local.details import PhotoDetails
from visearch_desktop.methods.indexes.local.local_index import LocalIndex


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
    """All that a library knows of its photos, by table, key and content; the local index is one more table."""
    paths = LibraryPaths.of(library)
    catalogue = Catalogue.open(paths.catalogue, paths.backups)
    found = _in_index(paths, catalogue)
    for table, column in (("vectors", "vector"), ("features", "packed")):
        rows = catalogue.connection.execute(
            f"""SELECT key, content_hash, {column} FROM {table}
                JOIN keys ON keys.id = key_id JOIN photos ON photos.id = photo_id WHERE is_present = 1"""
        )
        found |= {(table, key, content_hash): blob for key, content_hash, blob in rows}
    catalogue.close()
    return found


def _in_index(paths: LibraryPaths, catalogue: Catalogue) -> dict[tuple[str, str, str], bytes]:
    """What the local index holds, as it is on the disk."""
    key = PhotoDetails().key
    local_index = LocalIndex.open(paths.local_index, key)
    local_index.check()
    names = hashes_of(catalogue, local_index.ids().tolist())
    held = {photo_id: local_index.features_of(photo_id) for photo_id in local_index.ids().tolist()}
    local_index.close()
    return {
        ("local index", key, names[photo_id]): rows.to_bytes() for photo_id, rows in held.items() if rows is not None
    }


def _lost(paths: LibraryPaths, catalogue: Catalogue) -> list[str]:
    """Photos that the local index has, as the catalogue says, and has not."""
    key = PhotoDetails().key
    settled = [photo_id for photo_id, waits in features.waiting(catalogue, key).items() if not waits]
    held = {content for _, _, content in _in_index(paths, catalogue)} if settled else set()
    lost = [content for content in hashes_of(catalogue, settled).values() if content not in held]
    return [f"the local index has lost {len(lost)} photos"] if lost else []


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
        errors = catalogue.check_integrity() + _lost(paths, catalogue)
        return Left(after_s, was_killed, errors, count, described)
    finally:
        catalogue.close()

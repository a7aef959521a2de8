"""Kills a process that changes an index, in the middle of what was asked for, and looks at what is left."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from tests.methods.indexes.local.made import KEY, assert_same_photo, photo
from visearch_desktop.methods.indexes.local.local_index import LocalIndex

ROOT = Path(__file__).resolve().parents[4]
MOMENTS = ("begun append", "begun remove", "begun rebuild", "merging")
"""What the process says when it begins something, one of them."""
MOST_WAITED = 12
"""So many of them are let pass at most."""
LINGERED_S = 0.003
"""After the one that is waited for; what has begun takes about as long."""


def killed_process(folder: Path, seed: int, moment: str) -> list[str]:
    """What a process said before it was killed, shortly after it said that it was at this moment for the n-th time."""
    dice = random.Random(seed)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.methods.indexes.local.killed", str(folder), str(seed)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = _until(process.stdout, moment, dice.randint(1, 2 if moment == "begun rebuild" else MOST_WAITED))
    time.sleep(dice.uniform(0, LINGERED_S))
    process.kill()
    said += process.stdout.read().splitlines()
    process.stdout.close()
    process.wait()
    return said


def _until(stream: IO[str], moment: str, times: int) -> list[str]:
    said: list[str] = []
    while times:
        line = stream.readline()
        assert line.endswith("\n"), "it ended by itself"
        said.append(line.rstrip())
        times -= line.startswith(moment)
    return said


def under_way(said: list[str]) -> str:
    """What a process was in the middle of when it was killed."""
    changing = [line.split()[1] for line in said if line.startswith("begun")]
    merging = [line for line in said if line in ("merging", "merged")]
    is_changing = [line for line in said if line.startswith(("begun", "done"))][-1:] != ["done"] and changing
    found = [changing[-1]] if is_changing else []
    return " and ".join(found + (["merge"] if merging[-1:] == ["merging"] else [])) or "nothing"


def after(before: set[int], said: list[str]) -> tuple[set[int], set[int]]:
    """The photos that must be in the index, and those that may be."""
    now, to_be = set(before), set(before)
    for words in (line.split() for line in said):
        if words[0] == "done":
            now = to_be
        elif words[0] == "begun":
            some = {int(word) for word in words[2:]}
            to_be = {"append": now | some, "remove": now - some, "rebuild": set()}[words[1]]
    return now & to_be, now | to_be


def check(folder: Path, sure: set[int], may: set[int]) -> set[int]:
    """Open the index, read every byte, compare every photo with what was put in; returns what is there."""
    index = LocalIndex.open(folder, KEY)
    index.check()
    ids = set(index.ids().tolist())
    assert sure <= ids <= may
    for one in ids:
        assert_same_photo(index.features_of(one), photo(one))
    index.close()
    return ids

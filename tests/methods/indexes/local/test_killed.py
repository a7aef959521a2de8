"""A process that is killed while it changes the index: what it had said to be done is done, and all is sound."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.methods.indexes.local.made import KEY, assert_same_photo, filled, photo, photos
from visearch_desktop.methods.indexes.local import local_index
from visearch_desktop.methods.indexes.local.local_index import LocalIndex

ROOT = Path(__file__).resolve().parents[4]


class Killed(BaseException):
    """Nothing catches it."""


def killed_process(folder: Path, seed: int) -> list[str]:
    """What a process said before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.methods.indexes.local.killed", str(folder), str(seed)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0, 0.4))
    process.kill()
    said = process.stdout.read()
    process.stdout.close()
    process.wait()
    return said.splitlines()


def after(before: set[int], said: list[str]) -> tuple[set[int], set[int]]:
    """The photos that must be in the index, and those that may be."""
    now, to_be = set(before), set(before)
    for words in (line.split() for line in said):
        if words[0] == "done":
            now = to_be
        else:
            some = {int(word) for word in words[2:]}
            to_be = {"append": now | some, "remove": now - some, "rebuild": set()}[words[1]]
    return now & to_be, now | to_be


def check(folder: Path, sure: set[int], may: set[int]) -> set[int]:
    index = LocalIndex.open(folder, KEY)
    index.check()
    ids = set(index.ids().tolist())
    assert sure <= ids <= may
    for one in ids:
        assert_same_photo(index.features_of(one), photo(one))
    index.close()
    return ids


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_process_loses_nothing_that_it_had_said_to_be_done(tmp_path: Path, kills: int) -> None:
    ids: set[int] = set()
    for seed in range(kills):
        sure, may = after(ids, killed_process(tmp_path, seed))
        ids = check(tmp_path, sure, may)


# --- every single step ------------------------------------------------------------------------------------------------


@contextmanager
def stopped_at(monkeypatch: pytest.MonkeyPatch, most: int) -> Iterator[None]:
    """Stop dead before the n-th step that opens, changes or flushes a file."""
    left = most

    def counted(what: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **kwargs: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return what(*args, **kwargs)

        return step

    with monkeypatch.context() as patched:
        for name in ("replace", "unlink", "open"):
            patched.setattr(Path, name, counted(getattr(Path, name)))
        patched.setattr(os, "fsync", counted(os.fsync))
        yield


@pytest.mark.parametrize("work", ["append", "remove", "merge", "rebuild"])
def test_stopping_at_any_step_leaves_what_was_before_or_what_was_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    monkeypatch.setattr(local_index, "SEALED", 6)
    before = set(range(16)) - {1, 8}
    to_be = {"append": before | {20, 21}, "remove": before - {0, 15}, "merge": before, "rebuild": set()}[work]
    for most in range(100):
        folder = tmp_path / f"{work}{most}"
        index = filled(folder, range(16))
        index.remove([1, 8])
        try:
            with stopped_at(monkeypatch, most):
                if work == "append":
                    index.append(photos([20, 21]), [20, 21])
                elif work == "remove":
                    index.remove([0, 15])
                elif work == "merge":
                    assert index.merge(fully=True)
                else:
                    LocalIndex.create(folder, KEY)
        except Killed:
            ids = check(folder, before & to_be, before | to_be)
            assert ids in (before, to_be)
        else:
            assert check(folder, to_be, to_be) == to_be
            return
    pytest.fail("it never ends")

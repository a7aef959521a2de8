"""A process that is killed while it changes the index: what it had said to be done is done, and all is sound."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.methods.indexes.local.killing import MOMENTS, after, check, killed_process
from tests.methods.indexes.local.made import KEY, filled, photos
from visearch_desktop.methods.indexes.local import local_index
from visearch_desktop.methods.indexes.local.local_index import LocalIndex


class Killed(BaseException):
    """Nothing catches it."""


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_a_killed_process_loses_nothing_that_it_had_said_to_be_done(tmp_path: Path, kills: int) -> None:
    ids: set[int] = set()
    for seed in range(kills):
        sure, may = after(ids, killed_process(tmp_path, seed, MOMENTS[seed % len(MOMENTS)]))
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

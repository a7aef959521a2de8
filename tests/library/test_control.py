"""Pause, resume, cancel."""

from __future__ import annotations

import threading

import pytest

from visearch_desktop.library.control import Cancelled, Control


def test_check_passes_while_nothing_was_asked_for() -> None:
    Control().check()


def test_a_cancelled_run_is_told_so() -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        control.check()


def test_a_held_run_waits_until_it_is_resumed() -> None:
    control = Control()
    control.pause()
    passed = threading.Event()

    def run() -> None:
        control.check()
        passed.set()

    threading.Thread(target=run).start()
    assert not passed.wait(0.2)
    control.resume()
    assert passed.wait(10)


def test_cancelling_frees_a_held_run() -> None:
    control = Control()
    control.pause()
    control.cancel()
    assert not control.is_paused
    control.wait_while_paused()


def test_a_long_computation_gives_its_answer_or_its_error() -> None:
    control = Control()
    assert control.abandon_if_cancelled(lambda: 42) == 42
    with pytest.raises(KeyError):
        control.abandon_if_cancelled(lambda: {}["missing"])


def test_a_long_computation_is_left_when_the_run_is_cancelled() -> None:
    control = Control()
    never = threading.Event()
    threading.Timer(0.2, control.cancel).start()
    with pytest.raises(Cancelled):
        control.abandon_if_cancelled(lambda: never.wait(60))
    never.set()

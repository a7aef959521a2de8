"""Cycles of Qt objects are collected between events of the window's thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from visearch_desktop.gui.collector import Collector


class Cycle(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    owner = QObject()
    made = Collector(owner)
    yield made
    made.stop()


def make_garbage() -> None:
    for _ in range(5 * gc.get_threshold()[0]):
        one: list[object] = []
        one.append(one)


def test_a_cycle_lives_on_in_other_threads_and_goes_in_the_next_round_of_events(
    qtbot: QtBot, collector: Collector
) -> None:
    gone = weakref.ref(Cycle())
    other = threading.Thread(target=make_garbage)
    other.start()
    other.join()
    make_garbage()
    assert gone() is not None
    qtbot.waitUntil(lambda: gone() is None)


def test_pythons_own_collector_goes_on_afterwards(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
    gone = weakref.ref(Cycle())
    make_garbage()
    assert gone() is None

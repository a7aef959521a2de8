"""Indexing on mains power only."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import psutil
import pytest

from tests.service.scripted import Heard, Scripted
from visearch_desktop.service import power
from visearch_desktop.service import protocol as p
from visearch_desktop.service.process import Service


class Computer:
    """A computer with a plug that the test pulls."""

    def __init__(self) -> None:
        self.is_plugged: bool | None = False

    def sensors_battery(self) -> SimpleNamespace:
        return SimpleNamespace(percent=80, power_plugged=self.is_plugged)


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Computer:
    computer = Computer()
    monkeypatch.setattr(psutil, "sensors_battery", computer.sensors_battery, raising=False)
    monkeypatch.setattr(power, "LOOK_EVERY_S", 0.02)
    return computer


@pytest.fixture
def service(computer: Computer, library: Scripted, heard: Heard) -> Iterator[Service]:
    service = Service(library, heard.send)  # type: ignore[arg-type]
    yield service
    service.close()


def waits(heard: Heard, report: p.Waiting) -> bool:
    return heard.wait(lambda r: r == report) == report


def test_indexing_waits_on_battery_and_goes_on_by_itself(
    service: Service, computer: Computer, library: Scripted, heard: Heard
) -> None:
    library.is_picky = True
    service.begin()
    assert waits(heard, p.Waiting(0, True))
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    assert library.runs[0].is_paused
    computer.is_plugged = True
    assert waits(heard, p.Waiting(0, False))
    assert not library.runs[0].is_paused
    library.gate.set()
    heard.wait_finished(1)


def test_the_setting_is_obeyed_in_the_middle_of_a_run(service: Service, library: Scripted, heard: Heard) -> None:
    service.begin()
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    assert not library.runs[0].is_paused
    library.is_picky = True
    assert waits(heard, p.Waiting(0, True))
    assert library.runs[0].is_paused
    library.is_picky = False
    assert waits(heard, p.Waiting(0, False))
    assert not library.runs[0].is_paused


def test_what_was_paused_stays_paused_when_there_is_power(
    service: Service, computer: Computer, library: Scripted, heard: Heard
) -> None:
    library.is_picky = True
    service.begin()
    service.take(p.Index(1))
    assert library.run_started.acquire(timeout=20)
    service.take(p.Pause(2, True))
    heard.wait_finished(2)
    computer.is_plugged = True
    assert waits(heard, p.Waiting(0, False))
    assert library.runs[0].is_paused
    service.take(p.Pause(3, False))
    heard.wait_finished(3)
    assert not library.runs[0].is_paused


def test_without_a_battery_or_where_it_does_not_say_there_is_nothing_to_wait_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for battery in (None, SimpleNamespace(power_plugged=None), SimpleNamespace(power_plugged=True)):
        monkeypatch.setattr(psutil, "sensors_battery", lambda battery=battery: battery, raising=False)
        assert not power.is_on_battery()
    monkeypatch.delattr(psutil, "sensors_battery")
    assert not power.is_on_battery()

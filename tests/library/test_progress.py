"""What a run tells about itself."""

from __future__ import annotations

import pytest

from visearch_desktop.library.progress import Meter
from visearch_desktop.library.rows import IndexProgress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_at_most_ten_reports_a_second_but_always_the_last() -> None:
    clock, told = Clock(), list[IndexProgress]()
    meter = Meter(told.append, clock)
    meter.begin("first_look", 1000)
    for _ in range(1000):
        clock.now += 0.001
        meter.advance("photo.jpg")
    assert len(told) <= 12
    assert (told[0].done, told[-1].done, told[-1].total, told[-1].now) == (0, 1000, 1000, "photo.jpg")


def test_rate_and_time_left_follow_the_last_seconds() -> None:
    clock, told = Clock(), list[IndexProgress]()
    meter = Meter(told.append, clock)
    meter.begin("closer_look", 1000)
    assert told[-1].seconds_left is None
    for per_second in (2, 20):
        for _ in range(20 * per_second):
            clock.now += 1 / per_second
            meter.advance()
    assert told[-1].rate == pytest.approx(20, rel=0.05)
    assert told[-1].seconds_left == pytest.approx((1000 - 440) / 20, rel=0.05)


def test_nothing_is_known_of_a_stage_without_a_total() -> None:
    clock, told = Clock(), list[IndexProgress]()
    meter = Meter(told.append, clock)
    meter.begin("scan")
    clock.now += 5
    meter.reach(500)
    assert (told[-1].total, told[-1].seconds_left) == (0, None)

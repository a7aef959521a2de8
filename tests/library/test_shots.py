"""What the times of capture say."""

from __future__ import annotations

from visearch_desktop.library.shots import Shots

SHOTS = Shots([
    (1, "2024-05-01T12:00:00", "X100"),
    (2, "2024-05-01T12:00:02", "X100"),
    (3, "2024-05-01T12:00:02", "GR"),
    (4, "2024-05-01T12:00:07", "X100"),
    (5, "2024-05-01T12:00:01+02:00", "X100"),
    (6, "no time", "X100"),
])  # fmt: skip


def test_photos_of_one_camera_within_moments_may_be_a_burst() -> None:
    assert SHOTS.near(1) == [5, 2]
    assert SHOTS.near(4) == []
    assert SHOTS.near(3) == []


def test_a_photo_without_a_time_is_in_no_burst_and_may_be_a_copy_of_any() -> None:
    assert SHOTS.near(6) == SHOTS.near(99) == []
    assert SHOTS.is_one_shot(6, 1)
    assert SHOTS.is_one_shot(99, 6)


def test_two_times_are_two_shots_whatever_the_camera_is_called() -> None:
    assert not SHOTS.is_one_shot(1, 2)
    assert SHOTS.is_one_shot(2, 3)

"""When the photos of a library were taken: which ones may be of one burst, and which of one press of the button."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime

BURST_S = 2.0
"""Two photos of a burst that follow each other are not farther apart; cameras write whole seconds."""


class Shots:
    """The photos that say when they were taken.

    Args:
        times: (photo, ISO 8601 local time, camera); what is no time is passed over.
    """

    def __init__(self, times: Iterable[tuple[int, str, str]]) -> None:
        self._at: dict[int, tuple[str, float]] = {}
        self._by_camera: dict[str, list[tuple[float, int]]] = {}
        for photo_id, taken, camera in times:
            try:
                moment = datetime.fromisoformat(taken).replace(tzinfo=None)
            except ValueError:
                continue
            seconds = (moment - datetime(1970, 1, 1)).total_seconds()
            self._at[photo_id] = (camera, seconds)
            self._by_camera.setdefault(camera, []).append((seconds, photo_id))
        for line in self._by_camera.values():
            line.sort()

    def near(self, photo_id: int) -> list[int]:
        """Other photos of the same camera, taken so short before or after that they may be of one burst."""
        if photo_id not in self._at:
            return []
        camera, seconds = self._at[photo_id]
        line = self._by_camera[camera]
        first = bisect_left(line, (seconds - BURST_S, 0))
        last = bisect_right(line, (seconds + BURST_S, 1 << 62))
        return [other for _, other in line[first:last] if other != photo_id]

    def is_one_shot(self, one: int, other: int) -> bool:
        """Whether both may come from one press of the button; so is what does not say when it was taken."""
        return one not in self._at or other not in self._at or self._at[one][1] == self._at[other][1]

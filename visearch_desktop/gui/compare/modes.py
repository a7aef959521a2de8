"""The ways to look at two pictures."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """What the right picture shows over itself."""

    LINES = "lines"
    BLINK = "blink"
    SWIPE = "swipe"
    DIFFERENCE = "difference"
    HEAT = "heat"


NEED_A_PERSPECTIVE = (Mode.BLINK, Mode.SWIPE, Mode.DIFFERENCE)
"""They lay the query over the hit: only where something was verified."""

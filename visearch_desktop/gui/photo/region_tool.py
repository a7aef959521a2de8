"""What the mouse and the keyboard do to a region: pure arithmetic in upright full-size pixels, without widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from visearch_desktop.core.region import LEAST_REGION_PX, Region


class Grip(Enum):
    """What of a box the pointer holds; the value says which sides follow it: (left, top, right, bottom)."""

    TOP_LEFT = (1, 1, 0, 0)
    TOP = (0, 1, 0, 0)
    TOP_RIGHT = (0, 1, 1, 0)
    RIGHT = (0, 0, 1, 0)
    BOTTOM_RIGHT = (0, 0, 1, 1)
    BOTTOM = (0, 0, 0, 1)
    BOTTOM_LEFT = (1, 0, 0, 1)
    LEFT = (1, 0, 0, 0)
    INSIDE = (1, 1, 1, 1)


HANDLES = tuple(grip for grip in Grip if grip is not Grip.INSIDE)


def handle_place(region: Region, grip: Grip) -> tuple[float, float]:
    """Where a handle's centre is: on a corner or in the middle of a side."""
    left, top, right, bottom = grip.value
    x = region.x if left else region.right if right else region.x + region.width / 2
    y = region.y if top else region.bottom if bottom else region.y + region.height / 2
    return x, y


def grip_at(region: Region, x: float, y: float, reach: float) -> Grip | None:
    """What a press at (x, y) would hold: the nearest handle within ``reach`` px, else the inside, else nothing."""
    nearest = min(HANDLES, key=lambda grip: _away(handle_place(region, grip), x, y))
    if _away(handle_place(region, nearest), x, y) <= reach:
        return nearest
    inside = region.x <= x < region.right and region.y <= y < region.bottom
    return Grip.INSIDE if inside else None


def _away(place: tuple[float, float], x: float, y: float) -> float:
    return max(abs(place[0] - x), abs(place[1] - y))


def drawn(x0: float, y0: float, x1: float, y1: float, width: int, height: int) -> Region | None:
    """The box between two points of a photo of that size; None while it is too small to search for."""
    left, right = sorted((min(max(x0, 0.0), width), min(max(x1, 0.0), width)))
    top, bottom = sorted((min(max(y0, 0.0), height), min(max(y1, 0.0), height)))
    if right - left < LEAST_REGION_PX or bottom - top < LEAST_REGION_PX:
        return None
    return Region(left, top, right - left, bottom - top)


def moved(region: Region, dx: float, dy: float, width: int, height: int) -> Region:
    """The box moved, stopped by the photo's edges, its size kept."""
    x = min(max(region.x + dx, 0.0), width - region.width)
    y = min(max(region.y + dy, 0.0), height - region.height)
    return replace(region, x=x, y=y)


def stretched(region: Region, grip: Grip, dx: float, dy: float, width: int, height: int) -> Region:
    """The box with the sides that the grip holds moved; the other sides stay, and at least 8 px remain between them."""
    if grip is Grip.INSIDE:
        return moved(region, dx, dy, width, height)
    has_left, has_top, has_right, has_bottom = grip.value
    left, top, right, bottom = region.x, region.y, region.right, region.bottom
    if has_left:
        left = min(max(left + dx, 0.0), right - LEAST_REGION_PX)
    if has_right:
        right = max(min(right + dx, float(width)), left + LEAST_REGION_PX)
    if has_top:
        top = min(max(top + dy, 0.0), bottom - LEAST_REGION_PX)
    if has_bottom:
        bottom = max(min(bottom + dy, float(height)), top + LEAST_REGION_PX)
    return Region(left, top, right - left, bottom - top)


def first_box(width: int, height: int) -> Region | None:
    """Where the keyboard begins: the middle half of the photo; None on a photo too small for any box."""
    return drawn(width / 4, height / 4, width * 3 / 4, height * 3 / 4, width, height)


@dataclass
class RegionDrag:
    """One drag, from press to release: from where, and what it holds.

    Attributes:
        start: the box at the press; None where a new one is being drawn.
        grip: None while drawing.
    """

    x: float
    y: float
    start: Region | None
    grip: Grip | None

    def to(self, x: float, y: float, width: int, height: int) -> Region | None:
        """The box when the pointer is at (x, y)."""
        if self.start is None or self.grip is None:
            return drawn(self.x, self.y, x, y, width, height)
        return stretched(self.start, self.grip, x - self.x, y - self.y, width, height)

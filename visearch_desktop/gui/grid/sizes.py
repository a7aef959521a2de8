"""The sizes of a grid: S, M and L of the design, and everything between them by Ctrl+wheel."""

from __future__ import annotations

from enum import Enum

from visearch_desktop.gui.grid.layout import GridMetrics

SMALLEST, LARGEST = 96, 320
LIBRARY_MEDIUM, RESULTS_MEDIUM, LARGE = 164, 148, 240
CAPTION_GAP = 4


class Caption(Enum):
    """How many lines stand under a picture."""

    NONE = 0
    NAME_AND_DATE = 2
    WITH_WHY = 3


def clamped(width: int) -> int:
    """A smallest picture width that the design allows, in steps of 4 px."""
    return min(max(SMALLEST, width // 4 * 4), LARGEST)


def is_small(width: int) -> bool:
    """Size S: badges show bars only."""
    return width < 128


def caption_of(width: int, *, with_hits: bool) -> Caption:
    """What stands under a picture of that smallest width."""
    if is_small(width) or (not with_hits and width < 220):
        return Caption.NONE
    return Caption.WITH_WHY if with_hits and width >= 220 else Caption.NAME_AND_DATE


def metrics(width: int, *, with_hits: bool, line_heights: tuple[int, int], heading_height: int = 32) -> GridMetrics:
    """The metrics of a grid.

    Args:
        width: of the smallest picture.
        with_hits: results have captions from M on and wider gaps; the library does not.
        line_heights: of the caption's first line and of the others.
        heading_height: the least is 32.
    """
    lines = caption_of(width, with_hits=with_hits).value
    caption = CAPTION_GAP + line_heights[0] + (lines - 1) * line_heights[1] if lines else 0
    gap = 8 if is_small(width) else 16 if with_hits or width >= 220 else 12
    return GridMetrics(
        smallest_width=width,
        gap=gap,
        caption_height=caption,
        heading_height=heading_height,
        after_heading=10 if with_hits else 8,
        margin_top=12 if with_hits else 8,
        halo=4 if gap == 8 else 6,
    )

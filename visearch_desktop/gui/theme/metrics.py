"""Spaces, radii, heights, widths, strokes and times of the design, in logical px and ms."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

SPACE_4, SPACE_8, SPACE_12, SPACE_16, SPACE_24, SPACE_32 = 4, 8, 12, 16, 24, 32

RADIUS_PHOTO, RADIUS_BADGE, RADIUS_CONTROL, RADIUS_CARD, RADIUS_POPOVER = 3, 4, 6, 8, 10

MENU_HEIGHT = 28
QUERY_BAR_HEIGHT = 72
TOOL_ROW_HEIGHT = 48
STATUS_HEIGHT = 32
SIDEBAR_ROW_HEIGHT = 28
BUTTON_HEIGHT = 32
LARGE_BUTTON_HEIGHT = 36
FIELD_HEIGHT = 36
INTENT_ROW_HEIGHT = 40
PROBLEM_ROW_HEIGHT = 60
GROUP_HEADING_HEIGHT = 32
QUERY_CARD_HEIGHT = 56
TARGET = 28
ICON = 16

SIDEBAR_WIDTH, RAIL_WIDTH, RAIL_BELOW = 208, 48, 1000
DETAILS_WIDTH, STRIP_HEIGHT, STRIP_BELOW = 336, 64, 1100
POPOVER_WIDTH = 784

OUTLINE, OUTLINE_CASING = 1.5, 3.5
PREVIEW_OUTLINE, PREVIEW_CASING = 2.0, 4.0
MATCH_LINE, MATCH_CASING = 1.0, 2.6
FOCUS_WIDTH, FOCUS_GAP = 2, 2

HOVER_MS, FADE_MS, REST_MS, SOLID_MS, TOAST_IN_MS, TOAST_STAYS_MS, PANEL_MS = 80, 120, 150, 160, 160, 8000, 140


def motion_ms(duration_ms: int) -> int:
    """How long an animation takes: 0 where the person asked the system for less motion."""
    hints = QGuiApplication.styleHints().accessibility()
    asked = getattr(hints, "motionPreference", None)
    if asked is not None and asked() == Qt.MotionPreference.ReducedMotion:
        return 0
    return duration_ms

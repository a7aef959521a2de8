"""The design's sizes of type, from the system's font: factors in points, figures of one width."""

from __future__ import annotations

from enum import Enum

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

LEAST_PX = 11
REGULAR, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


class Type(Enum):
    """A size of type: its factor of the base size and its usual weight."""

    BASE = (1.0, REGULAR)
    NAME = (1.0001, MEDIUM)
    STRONG = (1.0002, SEMIBOLD)
    SMALL = (0.92, REGULAR)
    SMALL_STRONG = (0.9201, SEMIBOLD)
    SECTION = (1.15, SEMIBOLD)
    START = (1.7, SEMIBOLD)
    BADGE = (0.85, MEDIUM)


def font(kind: Type = Type.BASE, weight: QFont.Weight | None = None) -> QFont:
    """The application's font in a size of the design, never below 11 px."""
    factor, usual = kind.value
    made = QFont(QApplication.font())
    if made.pixelSize() > 0:
        made.setPixelSize(max(LEAST_PX, round(made.pixelSize() * factor)))
    else:
        least_points = LEAST_PX * 72.0 / _dots_per_inch()
        made.setPointSizeF(max(least_points, made.pointSizeF() * round(factor, 3)))
    made.setWeight(weight or usual)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def _dots_per_inch() -> float:
    screen = QApplication.primaryScreen()
    return screen.logicalDotsPerInch() if screen else 96.0

"""Three bars, like a signal: how sure a hit is, without colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

BARS = 3
BAR_WIDTH, BAR_GAP = 3.0, 1.5
HEIGHTS = (0.4, 0.7, 1.0)
MISSING = 0.3
WIDTH = BARS * BAR_WIDTH + (BARS - 1) * BAR_GAP


def paint_bars(painter: QPainter, x: float, bottom: float, height: float, bars: int, colour: QColor) -> None:
    """Draw the bars from ``x`` to the right, ``WIDTH`` wide; those that are missing stay at 30 %."""
    faint = QColor(colour)
    faint.setAlphaF(colour.alphaF() * MISSING)
    painter.setPen(Qt.PenStyle.NoPen)
    for number, part in enumerate(HEIGHTS, start=1):
        painter.setBrush(colour if number <= bars else faint)
        tall = round(height * part)
        painter.drawRoundedRect(QRectF(x, bottom - tall, BAR_WIDTH, tall), 0.75, 0.75)
        x += BAR_WIDTH + BAR_GAP

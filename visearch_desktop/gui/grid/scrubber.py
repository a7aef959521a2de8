"""The strip of years beside the library's grid: shows where in time one is, and goes anywhere in one drag."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visearch_desktop.gui import dates
from visearch_desktop.gui.theme.fonts import SEMIBOLD, Type, font
from visearch_desktop.gui.theme.tokens import tokens

WIDTH = 52
TICK, INSET = 4, 8


class Scrubber(QWidget):
    """Years and months along the height of the content.

    Signals:
        scrubbed: where to scroll to, as a part of the content, 0…1.
    """

    scrubbed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: list[tuple[float, str]] = []
        self._at = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Dates"))

    def sizeHint(self) -> QSize:
        return QSize(max(WIDTH, QFontMetrics(font(Type.SMALL)).horizontalAdvance("Mar 2026") + 2 * INSET), 100)

    def set_marks(self, marks: list[tuple[float, str]]) -> None:
        """Set the months.

        Args:
            marks: how far down the content each begins, 0…1, and its key, such as "2026-07".
        """
        self._marks = marks
        self.update()

    def set_place(self, at: float) -> None:
        """Show that the view is so far down, 0…1."""
        if at != self._at:
            self._at = at
            self.setAccessibleDescription(dates.month(self.key_at(at)))
            self.update()

    def key_at(self, at: float) -> str:
        """The month at a place of the content."""
        found = ""
        for start, key in self._marks:
            if start > at + 1e-9 and found:
                break
            found = key
        return found

    def years(self) -> list[tuple[float, str]]:
        """The years that are written, with their height in px; those with no room for them are left out."""
        height, line = self.height(), QFontMetrics(font(Type.SMALL)).height()
        shown: list[tuple[float, str]] = []
        last = ""
        for at, key in self._marks:
            year = key[:4]
            y = self._y(at)
            if year != last and year.isdigit():
                last = year
                if y + line <= height and (not shown or y >= shown[-1][0] + line + 2):
                    shown.append((y, year))
        return shown

    def _y(self, at: float) -> float:
        return INSET + at * max(1, self.height() - 2 * INSET)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours, width = tokens(self), self.width()
        painter.fillRect(event.rect(), colours.base)
        here, previous = self._y(self._at), -TICK * 2.0
        for at, _key in self._marks:
            y = self._y(at)
            if y - previous >= TICK:
                painter.fillRect(QRectF(width - TICK, round(y), TICK, 1), colours.control)
                previous = y
        painter.setFont(font(Type.SMALL))
        painter.setPen(colours.text2)
        line = painter.fontMetrics().height()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for y, year in self.years():
            if not here - line <= y + line / 2 <= here + 2 * line:
                painter.drawText(QRectF(0, y - line / 2, width - TICK - INSET, line), right, year)
        painter.fillRect(QRectF(0, round(here), width, 2), colours.accent)
        painter.setFont(font(Type.SMALL, SEMIBOLD))
        painter.setPen(colours.accent)
        key = self.key_at(self._at)
        below = here + line + 6 < self.height()
        written = QRectF(0, here + 4 if below else here - line - 2, width - INSET, line)
        painter.drawText(written, right, f"{dates.short_month(key)} {key[:4]}".strip())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._scrub(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event)

    def _scrub(self, event: QMouseEvent) -> None:
        at = (event.position().y() - INSET) / max(1, self.height() - 2 * INSET)
        self.scrubbed.emit(min(max(0.0, at), 1.0))

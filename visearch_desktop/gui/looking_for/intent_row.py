"""One way of looking: a radio button with an icon, a title, and what it finds."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.search.intents import Intent

ICONS = {"same": "scan-search", "similar": "eye", "colours": "contrast", "layout": "layout-grid", "duplicates": "copy"}
INDENT, GAP = 12, 12
TITLE_SHARE = 0.36  # where the summaries begin


class IntentRow(QRadioButton):
    """A row of 40 px that is pressed as a whole."""

    def __init__(self, intent: Intent, parent: QWidget | None = None) -> None:
        super().__init__(intent.title, parent)
        self.intent = intent
        self.setFixedHeight(metrics.INTENT_ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(intent.summary)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:
        return QSize(metrics.POPOVER_WIDTH // 2, metrics.INTENT_ROW_HEIGHT)

    def hitButton(self, place: object) -> bool:
        return self.rect().contains(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()  # walking is the popover's: Qt's own would choose at every step

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), tokens(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.soft if self.isChecked() else colours.hover)
            painter.drawRoundedRect(self.rect(), metrics.RADIUS_CONTROL, metrics.RADIUS_CONTROL)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        side, middle = metrics.ICON, (self.height() - metrics.ICON) // 2
        option.rect = QRect(INDENT, middle, side, side)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorRadioButton, option, painter, self)
        x = INDENT + side + GAP
        paint_icon(painter, ICONS.get(self.intent.name, "search"), colours.text, QRect(x, middle, side, side))
        x += side + GAP
        start = max(x + 120, round(self.width() * TITLE_SHARE))
        self._write(painter, QRect(x, 0, start - x - GAP, self.height()), self.intent.title, Type.NAME, colours.text)
        rest = QRect(start, 0, self.width() - start - INDENT, self.height())
        self._write(painter, rest, self.intent.summary, Type.SMALL, colours.text2)
        if self.hasFocus():
            option.rect = self.rect().adjusted(2, 2, -2, -2)
            self.style().drawPrimitive(QStyle.PrimitiveElement.PE_FrameFocusRect, option, painter, self)

    def _write(self, painter: QPainter, box: QRect, text: str, kind: Type, colour: object) -> None:
        painter.setFont(font(kind))
        painter.setPen(colour)
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)

"""Two widgets over each other, and a rule between them that can be pulled."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.tokens import tokens

_GRIP_WIDTH, _GRIP_HEIGHT = 32, 3


class Halves(QSplitter):
    """A splitter that neither half can be lost in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(metrics.SPACE_16)

    def createHandle(self) -> QSplitterHandle:
        return _Grip(self.orientation(), self)


class _Grip(QSplitterHandle):
    """A short bar in the middle."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens(self).line)
        bar = QRectF(0, 0, _GRIP_WIDTH, _GRIP_HEIGHT)
        bar.moveCenter(QRectF(self.rect()).center())
        painter.drawRoundedRect(bar, _GRIP_HEIGHT / 2, _GRIP_HEIGHT / 2)

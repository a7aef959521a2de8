"""What a drop would do, said over the page while the pointer holds something."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.drops import Dropped


class DropOverlay(QWidget):
    """Lies over its parent while something is dragged; takes no events itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = ""
        parent.installEventFilter(self)
        self.hide()

    def offer(self, dropped: Dropped) -> bool:
        """Say what a drop of this would do; False where it would do nothing."""
        self.text = self._sentence(dropped)
        self.setAccessibleName(self.text)
        if not self.text:
            return False
        self.setGeometry(self.parentWidget().rect())
        self.show()
        self.raise_()
        self.update()
        return True

    def _sentence(self, dropped: Dropped) -> str:
        if len(dropped.folders) > 1:
            return self.tr("Drop the folders to add them")
        if dropped.folders:
            return self.tr("Drop the folder to add it")
        if len(dropped.pictures) > 1:
            return self.tr("Drop to search for any of these pictures")
        if dropped.has_picture:
            return self.tr("Drop to search for this picture")
        if dropped.address:
            return self.tr("Drop to search for this picture, if the browser gives it")
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        of = tokens(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(of.base)
        veil.setAlphaF(0.88)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(of.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = QRectF(self.rect()).adjusted(16, 16, -16, -16)
        painter.drawRoundedRect(box, metrics.RADIUS_POPOVER, metrics.RADIUS_POPOVER)
        painter.setPen(of.text)
        painter.setFont(font(Type.START))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.parentWidget().rect())
        return False

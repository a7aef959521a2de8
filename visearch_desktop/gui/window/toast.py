"""One message at the bottom of the page, with a way to take back what it tells."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPoint, QPropertyAnimation, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import icon_pixmap
from visearch_desktop.gui.theme.palette import palette
from visearch_desktop.gui.theme.surfaces import label
from visearch_desktop.gui.theme.tokens import inverted, tokens

_ABOVE_EDGE = 24


class Toast(QFrame):
    """Shows itself over the bottom of its parent for 8 s; a newer message replaces the older one.

    What can be undone stays undoable with :meth:`undo` (``Ctrl+Z``) after the message has gone.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._undo: Callable[[], None] | None = None
        self._text = label()
        self._button = QPushButton(self.tr("Undo"))
        self._button.setFlat(True)
        self._button.setFont(font(Type.STRONG))
        self._button.clicked.connect(self.undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(metrics.SPACE_16)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._stays = QTimer(self, singleShot=True, interval=metrics.TOAST_STAYS_MS)
        self._stays.timeout.connect(self.hide)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, or shown last."""
        return self._text.text()

    @property
    def can_undo(self) -> bool:
        """Whether the last message can still be taken back."""
        return self._undo is not None

    def say(self, text: str, undo: Callable[[], None] | None = None) -> None:
        """Show a sentence; with ``undo``, how to take back what it tells."""
        self._text.setText(text)
        self._undo = undo
        self._button.setVisible(undo is not None)
        self.setAccessibleName(text)
        self._colour()
        self.layout().invalidate()
        self.adjustSize()
        self.setMinimumHeight(40)
        self.adjustSize()
        end = self._place()
        self._slide.stop()
        self._slide.setDuration(metrics.motion_ms(metrics.TOAST_IN_MS))
        self._slide.setStartValue(end + QPoint(0, 16))
        self._slide.setEndValue(end)
        self.show()
        self.raise_()
        self._slide.start()
        self._stays.start()

    def undo(self) -> None:
        """Take back what the last message told, once."""
        undo, self._undo = self._undo, None
        self.hide()
        self._stays.stop()
        if undo is not None:
            undo()

    def _place(self) -> QPoint:
        parent = self.parentWidget()
        self.setMaximumWidth(max(120, parent.width() - 32))
        return QPoint((parent.width() - self.width()) // 2, parent.height() - self.height() - _ABOVE_EDGE)

    def _colour(self) -> None:
        other = inverted(tokens(self.parentWidget()))
        made = palette(other)
        made.setColor(
            QPalette.ColorRole.Window, tokens(self.parentWidget()).text if not other.is_dark else other.button
        )
        made.setColor(QPalette.ColorRole.WindowText, other.text)
        self.setPalette(made)
        self._text.setPalette(made)
        self._button.setPalette(made)
        self._button.setIcon(icon_pixmap("undo-2", other.text, 16, self.devicePixelRatioF()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(QRectF(self.rect()), metrics.RADIUS_CONTROL, metrics.RADIUS_CONTROL)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._slide.stop()
            self.move(self._place())
        return False

    def enterEvent(self, event: QEvent) -> None:
        self._stays.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._stays.start()

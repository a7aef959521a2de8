"""The window on the screen before its contents are imported: imports nothing but Qt, the colours and two settings."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMainWindow

from visearch_desktop.gui.window.remembered import Remembered

FIRST_SIZE, LEAST_SIZE = (1440, 900), (640, 480)
_TOP, _BOTTOM = 100, 32  # menu and query bar, status line


class Shell(QMainWindow):
    """Shows the plain surfaces of the window at once; the contents become its central widget.

    Signals:
        first_painted: it is on the screen for the first time.
    """

    first_painted = Signal()

    def __init__(self, remembered: Remembered) -> None:
        super().__init__()
        self._is_painted = False
        self.setWindowTitle("Visearch Desktop")
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*FIRST_SIZE)
        if not remembered.geometry.isEmpty():
            self.restoreGeometry(remembered.geometry)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        page = self.rect().adjusted(0, _TOP, 0, -_BOTTOM)
        painter.fillRect(page, self.palette().color(QPalette.ColorRole.Base))
        if not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        contents = self.centralWidget()
        if contents is not None:
            contents.close()
        super().closeEvent(event)

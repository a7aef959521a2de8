"""Quality against cost as a picture; the library draws it, in the colours, size and sharpness of this screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.evaluation.rows import Row

REST_MS = 150
LEAST_HEIGHT = 220


class PlotView(QWidget):
    """Shows the plot of rows; asks for another whenever rows, size, theme or screen change."""

    def __init__(self, client: LibraryClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._rows: tuple[Row, ...] = ()
        self._drawn: QPixmap | None = None
        self._job: int | None = None
        self._asked: object = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setAccessibleName(self.tr("Quality against size"))

    @property
    def drawn(self) -> QPixmap | None:
        """The picture on the screen; None before there is one."""
        return self._drawn

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Plot these; rows without figures are left out."""
        rows = tuple(row for row in rows if row.figures is not None)
        if rows == self._rows:
            return
        self._rows = rows
        if not rows:
            self._drawn, self._asked = None, None
        described = self.tr(
            "A plot of {n} methods: mAP upwards, bytes a photo to the right. The table has its figures."
        )
        self.setAccessibleDescription(described.format(n=len(rows)))
        self._soon()

    def sizeHint(self) -> QSize:
        return QSize(600, 300)

    def _soon(self) -> None:
        if self.isVisible():
            self._rest.start()
        self.update()

    def _ask(self) -> None:
        of, size, ratio = tokens(self), self.size(), self.devicePixelRatioF()
        colours = protocol.PlotColours(of.base.name(), of.text.name(), of.line.name(), of.accent.name())
        wanted = (self._rows, size.width(), size.height(), ratio, colours)
        if not self._rows or wanted == self._asked or size.isEmpty():
            return
        self._asked = wanted
        self._job = self._client.send(lambda job: protocol.DrawPlot(job, *wanted), self._on_report)

    def _on_report(self, report: protocol.Report) -> None:
        if report.job != self._job:
            return
        match report:
            case protocol.PlotReady():
                drawn = QPixmap()
                if report.encoded and drawn.loadFromData(report.encoded, "PNG"):
                    drawn.setDevicePixelRatio(self.devicePixelRatioF())
                    self._drawn = drawn
                    self.update()
            case protocol.Failed():
                self._asked = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, of = QPainter(self), tokens(self)
        painter.fillRect(self.rect(), of.base)
        if self._drawn is not None:
            painter.drawPixmap(0, 0, self._drawn)
        elif self._rows:
            painter.setFont(font(Type.SMALL))
            painter.setPen(of.text2)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drawing the plot…"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange}:
            self._soon()

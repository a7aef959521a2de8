"""The one drawing of the program: a vase shown once, and found in three photos. Line art, painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from visearch_desktop.gui.theme.tokens import Tokens, tokens

_WIDTH, _HEIGHT = 432, 104


class StartDrawing(QWidget):
    """432 × 104 px, in the lines of the theme, the outlines in the accent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(_WIDTH, _HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        of = tokens(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _frame(painter, of, QRectF(1, 1, 96, 100))
        _vase(painter, of, QPointF(49, 51), 1.0, 0, 2.0)
        _arrow(painter, of)
        _photo(painter, of, QRectF(164, 15, 84, 72), QPointF(220, 51), 0.62, 14, 3)
        _photo(painter, of, QRectF(260, 1, 76, 100), QPointF(295, 45), 0.82, -22, 2)
        _photo(painter, of, QRectF(348, 15, 84, 72), QPointF(383, 51), 0.53, 36, 1)


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _frame(painter: QPainter, of: Tokens, box: QRectF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(of.control, 1.5))
    painter.drawRoundedRect(box, 6, 6)


def _photo(
    painter: QPainter, of: Tokens, box: QRectF, at: QPointF, scale: float, turned_deg: float, hills: int
) -> None:
    _frame(painter, of, box)
    painter.save()
    painter.setClipRect(box.adjusted(3, 3, -3, -8))
    painter.setPen(_pen(of.line, 1.5))
    for step in range(hills):
        left = box.left() + 8 + step * (box.width() - 16) / max(hills, 2)
        low, wide = box.bottom() - 10, 30 + 6 * (step % 2)
        path = QPainterPath(QPointF(left, low))
        path.lineTo(left + wide / 2, low - 18 - 6 * (step % 2))
        path.lineTo(left + wide, low)
        painter.drawPath(path)
    painter.restore()
    _vase(painter, of, at, scale, turned_deg, 1.8)


def _vase(painter: QPainter, of: Tokens, at: QPointF, scale: float, turned_deg: float, outline: float) -> None:
    painter.save()
    painter.translate(at)
    painter.rotate(turned_deg)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(of.accent, outline))
    painter.drawRect(QRectF(-28 * scale, -36 * scale, 56 * scale, 72 * scale))
    painter.scale(scale, scale)
    painter.setPen(_pen(of.text2, 1.7 / scale))
    painter.drawPath(_vase_path())
    painter.restore()


def _vase_path() -> QPainterPath:
    path = QPainterPath(QPointF(-9, -28))
    path.lineTo(9, -28)
    path.moveTo(-6, -28)
    path.cubicTo(-5, -16, -7, -14, -12, -8)
    path.cubicTo(-18, -1, -20.5, 3, -20.5, 9)
    path.cubicTo(-20.5, 20, -12, 27, 0, 27)
    path.cubicTo(12, 27, 20.5, 20, 20.5, 9)
    path.cubicTo(20.5, 3, 18, -1, 12, -8)
    path.cubicTo(7, -14, 5, -16, 6, -28)
    path.moveTo(-20.3, 4)
    path.cubicTo(-10, 10.5, 10, 10.5, 20.3, 4)
    return path


def _arrow(painter: QPainter, of: Tokens) -> None:
    painter.setPen(_pen(of.control, 1.6))
    painter.drawLine(QPointF(112, 51), QPointF(148, 51))
    painter.drawLine(QPointF(140, 43.5), QPointF(148, 51))
    painter.drawLine(QPointF(140, 58.5), QPointF(148, 51))

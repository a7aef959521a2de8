"""The one drawing of the program: a vase shown once, and found in three photos. Line art, painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from visearch_desktop.gui.theme.tokens import Tokens, tokens

_WIDTH, _HEIGHT = 436, 104


class StartDrawing(QWidget):
    """436 × 104 px, in the lines of the theme, the outlines in the accent."""

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
        _photo(painter, of, QRectF(164, 15, 84, 72), QPointF(220, 51), 0.68, 14, 2)
        _photo(painter, of, QRectF(260, 1, 76, 100), QPointF(296, 45), 0.82, -22, 2)
        _photo(painter, of, QRectF(348, 15, 84, 72), QPointF(383, 51), 0.56, 36, 2)


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
    wide = (box.width() - 12) / hills
    for step in range(hills):
        left, low = box.left() + 6 + step * wide, box.bottom() - 10
        path = QPainterPath(QPointF(left, low))
        path.lineTo(left + wide / 2, low - (24 if step % 2 == 0 else 14))
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
    path = QPainterPath(QPointF(-9.5, -28))
    path.lineTo(9.5, -28)
    path.moveTo(-6, -28)
    path.cubicTo(-6, -20, -8.5, -15.5, -13, -9.5)
    path.cubicTo(-17.5, -3.5, -21, 2, -21, 9)
    path.cubicTo(-21, 20.5, -12, 28, 0, 28)
    path.cubicTo(12, 28, 21, 20.5, 21, 9)
    path.cubicTo(21, 2, 17.5, -3.5, 13, -9.5)
    path.cubicTo(8.5, -15.5, 6, -20, 6, -28)
    path.moveTo(-20.6, 5)
    path.cubicTo(-10, 10, 10, 10, 20.6, 5)
    return path


def _arrow(painter: QPainter, of: Tokens) -> None:
    painter.setPen(_pen(of.control, 1.6))
    painter.drawLine(QPointF(112, 51), QPointF(148, 51))
    painter.drawLine(QPointF(140, 43.5), QPointF(148, 51))
    painter.drawLine(QPointF(140, 58.5), QPointF(148, 51))

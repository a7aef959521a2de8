"""How a line looks: title over name with a check box, mAP as a bar and a number, figures to the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionButton, QStyleOptionViewItem

from visearch_desktop.gui.evaluation.lines import Line
from visearch_desktop.gui.evaluation.model import IN_USE, LINE, VALUE
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.palette import DISABLED_OPACITY
from visearch_desktop.gui.theme.tokens import Tokens, tokens

_Index = QModelIndex | QPersistentModelIndex
LINE_HEIGHT = 40
_INSET, _BAR_WIDTH, _BAR_HEIGHT = 8, 64, 6


class LineDelegate(QStyledItemDelegate):
    """Paints the cells; a click on the check box, or anywhere in the first column, checks it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.has_boxes = False

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(80, max(LINE_HEIGHT, 2 * option.fontMetrics.height() + 8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        of, line = tokens(self.parent()), index.data(LINE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_face(painter, option, of)
        box = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        if index.column() == 0:
            self._paint_method(painter, option, box, index, line, of)
        else:
            self._paint_figure(painter, box, index, line, of)
        painter.restore()

    def _paint_face(self, painter: QPainter, option: QStyleOptionViewItem, of: Tokens) -> None:
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, of.soft)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), of.line)

    def _paint_method(
        self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: _Index, line: Line, of: Tokens
    ) -> None:
        is_faint = bool(line.unavailable) and line.figures is None
        if self.has_boxes:
            self._paint_box(painter, option, self._box_of(option.rect), index)
            box = box.adjusted(metrics.ICON + metrics.SPACE_12, 0, 0, 0)
        half = box.height() // 2
        title = QRect(box.left(), box.top() + 2, box.width(), half - 1)
        below = QRect(box.left(), box.top() + half, box.width(), half - 3)
        _write(painter, title, line.title, Type.NAME, _faint(of) if is_faint else of.text)
        detail = line.unavailable if is_faint else line.detail
        if index.data(IN_USE):
            side = metrics.ICON - 2
            paint_icon(painter, "circle-check", of.ok, QRect(below.left(), below.center().y() - side // 2, side, side))
            below.setLeft(below.left() + metrics.ICON + 4)
            detail = self.tr("in use · {name}").format(name=detail)
        _write(painter, below, detail, Type.SMALL, _faint(of) if is_faint else of.text2)

    def _paint_box(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, index: _Index) -> None:
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return
        drawn = QStyleOptionButton()
        drawn.rect, drawn.palette = box, option.palette
        drawn.state = QStyle.StateFlag.State_Enabled
        checked = Qt.CheckState(state) == Qt.CheckState.Checked
        drawn.state |= QStyle.StateFlag.State_On if checked else QStyle.StateFlag.State_Off
        view = self.parent()
        view.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, drawn, painter, view)

    def _box_of(self, cell: QRect) -> QRect:
        side = metrics.ICON
        return QRect(cell.left() + _INSET, cell.center().y() - side // 2, side, side)

    def _paint_figure(self, painter: QPainter, box: QRect, index: _Index, line: Line, of: Tokens) -> None:
        value = index.data(VALUE)
        right = Qt.AlignmentFlag.AlignRight
        if index.column() == 1 and value is not None:
            bar = QRectF(box.left(), box.center().y() - _BAR_HEIGHT / 2 + 0.5, _BAR_WIDTH, _BAR_HEIGHT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(of.line)
            painter.drawRoundedRect(bar, 3, 3)
            painter.setBrush(of.accent)
            bar.setWidth(max(_BAR_HEIGHT, _BAR_WIDTH * min(1.0, value)))
            painter.drawRoundedRect(bar, 3, 3)
        kind = Type.NAME if index.column() == 1 else Type.BASE
        colour = of.text if value is not None else _faint(of)
        _write(painter, box, index.data(Qt.ItemDataRole.DisplayRole), kind, colour, right)

    def editorEvent(self, event: QEvent, model: object, option: QStyleOptionViewItem, index: _Index) -> bool:
        """A click on the box, with some room around it, checks it."""
        if event.type() != QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton or not self.has_boxes or index.column():
            return False
        reach = self._box_of(option.rect).adjusted(-_INSET, -14, 6, 14)
        return reach.contains(event.position().toPoint()) and toggle(model, index)


def toggle(model: object, index: _Index) -> bool:
    """Check what is not checked, and the other way round; False where there is no check mark."""
    state = index.data(Qt.ItemDataRole.CheckStateRole)
    if state is None:
        return False
    checked = Qt.CheckState(state) == Qt.CheckState.Checked
    wanted = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
    return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)


def _faint(of: Tokens) -> QColor:
    colour = QColor(of.text2)
    colour.setAlphaF(DISABLED_OPACITY)
    return colour


def _write(
    painter: QPainter,
    box: QRect,
    text: str,
    kind: Type,
    colour: QColor,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(font(kind))
    painter.setPen(colour)
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, shown)

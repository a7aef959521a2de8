"""The shapes of the design, painted from a style option's palette; ``style`` says where they are used."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionMenuItem,
    QStyleOptionSpinBox,
    QToolButton,
    QWidget,
)

from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.metrics import FOCUS_GAP, FOCUS_WIDTH, RADIUS_BADGE, RADIUS_CONTROL
from visearch_desktop.gui.theme.tokens import Tokens, tokens

ICON_GAP = 8
MENU_ARROW = 14  # at the right end of a button with a menu
_State = QStyle.StateFlag


def ring(painter: QPainter, rect: QRect | QRectF, of: Tokens, radius: float = RADIUS_CONTROL + FOCUS_GAP) -> None:
    """The focus ring, 2 px of accent just inside ``rect``."""
    half = FOCUS_WIDTH / 2
    painter.setPen(QPen(of.accent, FOCUS_WIDTH))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)


def panel(
    painter: QPainter, rect: QRect | QRectF, fill: QColor, border: QColor, radius: float = RADIUS_CONTROL
) -> None:
    """A rounded face with a border of 1 px, crisp at whole pixels."""
    painter.setPen(QPen(border, 1))
    painter.setBrush(fill)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def is_primary(widget: QWidget | None) -> bool:
    """Whether a button is drawn in the accent."""
    return widget is not None and bool(widget.property("primary")) and widget.isEnabled()


def _face(option: QStyleOption, of: Tokens) -> QColor:
    if option.state & (_State.State_Sunken | _State.State_On):
        return of.soft
    if option.state & _State.State_MouseOver and option.state & _State.State_Enabled:
        return of.hover
    return of.button if option.state & _State.State_Enabled else of.window


def _push_button(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    if is_primary(widget):
        fill = QColor(of.accent)
        if option.state & _State.State_Sunken:
            fill = fill.darker(112)
        elif option.state & _State.State_MouseOver:
            fill = fill.lighter(108)
        panel(painter, option.rect, fill, fill)
        return
    if getattr(widget, "isFlat", bool)() and not option.state & (_State.State_Sunken | _State.State_MouseOver):
        return
    panel(painter, option.rect, _face(option, of), of.line)


def button_label(option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
    """Icon and text of a push button, centred together."""
    group = QPalette.ColorGroup.Normal if option.state & _State.State_Enabled else QPalette.ColorGroup.Disabled
    colour = option.palette.color(group, QPalette.ColorRole.ButtonText)
    if is_primary(widget):
        colour = tokens(option.palette).on_accent
    elif group == QPalette.ColorGroup.Normal and widget is not None and widget.property("link"):
        colour = tokens(option.palette).accent
    elif group == QPalette.ColorGroup.Normal and widget is not None and widget.property("quiet"):
        colour = tokens(option.palette).text2
    painter.save()
    painter.setPen(colour)
    text = QRect(option.rect)
    if option.features & QStyleOptionButton.ButtonFeature.HasMenu:  # the arrow has the right end
        arrow = QRect(text.left(), text.top(), text.width() - MENU_ARROW, text.height())
        text = QStyle.visualRect(option.direction, option.rect, arrow)
    if not option.icon.isNull():
        side, gap = option.iconSize.width(), ICON_GAP if option.text else 0
        wide = side + gap + option.fontMetrics.size(Qt.TextFlag.TextShowMnemonic, option.text).width()
        left = text.left() + max(4, (text.width() - wide) // 2)
        at = QRect(left, text.center().y() - side // 2 + 1, side, side)
        mode = QIcon.Mode.Normal if option.state & _State.State_Enabled else QIcon.Mode.Disabled
        option.icon.paint(
            painter, QStyle.visualRect(option.direction, option.rect, at), Qt.AlignmentFlag.AlignCenter, mode
        )
        text = QStyle.visualRect(
            option.direction, option.rect, QRect(left + side + gap, text.top(), wide, text.height())
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextHideMnemonic, option.text)
    else:
        painter.drawText(text, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextHideMnemonic, option.text)
    painter.restore()


def _tool_button(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    if isinstance(widget, QToolButton) and widget.autoRaise():
        fill = _face(option, of)
        if fill in (of.button, of.window):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(option.rect), RADIUS_CONTROL, RADIUS_CONTROL)
        return
    panel(painter, option.rect, _face(option, of), of.line)


def _field(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    if widget is not None and isinstance(widget.parent(), QComboBox | QAbstractSpinBox | QAbstractItemView):
        return  # the box around it draws the face
    panel(painter, option.rect, of.base, of.control)


def _field_frame(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    painter.setPen(QPen(tokens(option.palette).control, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CONTROL, RADIUS_CONTROL)


def _focus_rect(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    if not isinstance(widget, QAbstractItemView) and widget is not None:
        return  # the ring outside the control is drawn by theme.focus
    ring(painter, option.rect, tokens(option.palette), RADIUS_CONTROL)


def _check_box(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    is_set = bool(option.state & (_State.State_On | _State.State_NoChange))
    panel(painter, option.rect, of.accent if is_set else of.base, of.accent if is_set else of.control, RADIUS_BADGE)
    if is_set:
        name = "check" if option.state & _State.State_On else "minus"
        paint_icon(painter, name, of.on_accent, option.rect.adjusted(1, 1, -1, -1))


def _radio_button(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    is_set = bool(option.state & _State.State_On)
    box = QRectF(option.rect)
    panel(painter, box, of.accent if is_set else of.base, of.accent if is_set else of.control, box.width() / 2)
    if is_set:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.on_accent)
        painter.drawEllipse(box.center(), 3.0, 3.0)


def _arrow_down(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    box = QRect(0, 0, 12, 12)
    box.moveCenter(option.rect.center())
    paint_icon(painter, "chevron-down", of.text if option.state & _State.State_Enabled else of.text2, box)


def _menu_panel(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(of.line)
    painter.setBrush(of.window)
    painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


def menu_bar_item(option: QStyleOptionMenuItem, painter: QPainter) -> None:
    """A title in the menu bar."""
    of = tokens(option.palette)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if option.state & _State.State_Selected:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(of.soft if option.state & _State.State_Sunken else of.hover)
        painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 2, 0, -2), RADIUS_CONTROL, RADIUS_CONTROL)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextHideMnemonic | Qt.TextFlag.TextSingleLine
    painter.setPen(of.text)
    painter.drawText(option.rect, flags, option.text)
    painter.restore()


def combo_box(option: QStyleOptionComboBox, painter: QPainter) -> None:
    """The face and the arrow of a box to choose from."""
    of = tokens(option.palette)
    is_enabled = bool(option.state & _State.State_Enabled)
    panel(painter, option.rect, _face(option, of), of.control if is_enabled else of.line)
    arrow = QRect(0, 0, 16, 16)
    arrow.moveCenter(QPoint(option.rect.right() - 16, option.rect.center().y() + 1))
    box = QStyle.visualRect(option.direction, option.rect, arrow)
    paint_icon(painter, "chevron-down", of.text if is_enabled else of.text2, box)


def spin_box(option: QStyleOptionSpinBox, painter: QPainter, up: QRect, down: QRect) -> None:
    """The face of a box for a number, with its two steps."""
    of = tokens(option.palette)
    panel(painter, option.rect, of.base, of.control)
    enabled = QAbstractSpinBox.StepEnabledFlag
    if option.buttonSymbols == QAbstractSpinBox.ButtonSymbols.NoButtons:
        return
    for name, box, flag in (("chevron-up", up, enabled.StepUpEnabled), ("chevron-down", down, enabled.StepDownEnabled)):
        side = QRect(0, 0, 12, 12)
        side.moveCenter(box.center())
        paint_icon(painter, name, of.text if option.stepEnabled & flag else of.line, side)


PRIMITIVES = {
    QStyle.PrimitiveElement.PE_PanelButtonCommand: _push_button,
    QStyle.PrimitiveElement.PE_PanelButtonTool: _tool_button,
    QStyle.PrimitiveElement.PE_PanelLineEdit: _field,
    QStyle.PrimitiveElement.PE_FrameLineEdit: _field_frame,
    QStyle.PrimitiveElement.PE_FrameFocusRect: _focus_rect,
    QStyle.PrimitiveElement.PE_IndicatorCheckBox: _check_box,
    QStyle.PrimitiveElement.PE_IndicatorRadioButton: _radio_button,
    QStyle.PrimitiveElement.PE_IndicatorArrowDown: _arrow_down,
    QStyle.PrimitiveElement.PE_PanelMenu: _menu_panel,
    QStyle.PrimitiveElement.PE_FrameMenu: _menu_panel,
}

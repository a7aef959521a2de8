"""Fusion with the design's shapes: flat rounded buttons and fields, quiet bars, one focus ring everywhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.metrics import (
    BUTTON_HEIGHT,
    FOCUS_GAP,
    FOCUS_WIDTH,
    MENU_HEIGHT,
    RADIUS_BADGE,
    RADIUS_CONTROL,
    TARGET,
)
from visearch_desktop.gui.theme.tokens import Tokens, tokens

_State = QStyle.StateFlag
_THUMB_WIDTH, _ICON_GAP = 6, 8

_METRICS = {
    QStyle.PixelMetric.PM_ScrollBarExtent: 12,
    QStyle.PixelMetric.PM_ScrollBarSliderMin: 32,
    QStyle.PixelMetric.PM_ButtonMargin: 16,
    QStyle.PixelMetric.PM_ButtonShiftHorizontal: 0,
    QStyle.PixelMetric.PM_ButtonShiftVertical: 0,
    QStyle.PixelMetric.PM_SmallIconSize: 16,
    QStyle.PixelMetric.PM_ButtonIconSize: 16,
    QStyle.PixelMetric.PM_IndicatorWidth: 16,
    QStyle.PixelMetric.PM_IndicatorHeight: 16,
    QStyle.PixelMetric.PM_ExclusiveIndicatorWidth: 16,
    QStyle.PixelMetric.PM_ExclusiveIndicatorHeight: 16,
    QStyle.PixelMetric.PM_FocusFrameHMargin: FOCUS_GAP + FOCUS_WIDTH,
    QStyle.PixelMetric.PM_FocusFrameVMargin: FOCUS_GAP + FOCUS_WIDTH,
    QStyle.PixelMetric.PM_MenuBarPanelWidth: 0,
    QStyle.PixelMetric.PM_MenuBarHMargin: 8,
    QStyle.PixelMetric.PM_MenuBarVMargin: 0,
    QStyle.PixelMetric.PM_MenuBarItemSpacing: 0,
    QStyle.PixelMetric.PM_MenuPanelWidth: 1,
    QStyle.PixelMetric.PM_MenuVMargin: 4,
    QStyle.PixelMetric.PM_SplitterWidth: 1,
}

_BUTTON_HIGH = {
    QStyle.ContentsType.CT_PushButton,
    QStyle.ContentsType.CT_ComboBox,
    QStyle.ContentsType.CT_LineEdit,
}


class VisearchStyle(QProxyStyle):
    """The style of the whole application; colours come from the palette of each widget.

    A push button with the property ``primary`` set is drawn in the accent.
    """

    def __init__(self) -> None:
        super().__init__("Fusion")

    # --- sizes --------------------------------------------------------------------------------------------------------

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        known = _METRICS.get(metric)
        return super().pixelMetric(metric, option, widget) if known is None else known

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        data: object = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_UnderlineShortcut:
            return 0
        if hint == QStyle.StyleHint.SH_ComboBox_Popup:
            return 0
        return super().styleHint(hint, option, widget, data)

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        wanted = super().sizeFromContents(kind, option, size, widget)
        if kind in _BUTTON_HIGH:
            wanted.setHeight(max(wanted.height(), BUTTON_HEIGHT))
            if isinstance(option, QStyleOptionButton) and not option.icon.isNull():
                wanted.setWidth(wanted.width() + _ICON_GAP)
        elif kind == QStyle.ContentsType.CT_ToolButton:
            wanted = wanted.expandedTo(QSize(TARGET, TARGET))
        elif kind == QStyle.ContentsType.CT_MenuBarItem:
            wanted = QSize(option.fontMetrics.horizontalAdvance(option.text) + 16, max(wanted.height(), MENU_HEIGHT))
        elif kind == QStyle.ContentsType.CT_MenuItem and _is_row(option):
            wanted.setHeight(max(wanted.height(), MENU_HEIGHT))
        return wanted

    # --- simple shapes ------------------------------------------------------------------------------------------------

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        draw = _PRIMITIVES.get(element)
        if draw is None:
            super().drawPrimitive(element, option, painter, widget)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(option, painter, widget)
        painter.restore()

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == QStyle.ControlElement.CE_FocusFrame:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ring(painter, option.rect, tokens(option.palette))
            painter.restore()
        elif element == QStyle.ControlElement.CE_PushButtonLabel:
            _button_label(option, painter, widget)
        elif element in {QStyle.ControlElement.CE_MenuBarItem, QStyle.ControlElement.CE_MenuBarEmptyArea}:
            painter.fillRect(option.rect, option.palette.window())
            if element == QStyle.ControlElement.CE_MenuBarItem:
                _menu_bar_item(option, painter)
        else:
            super().drawControl(element, option, painter, widget)

    # --- combo boxes and scroll bars ----------------------------------------------------------------------------------

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if control == QStyle.ComplexControl.CC_ComboBox and not option.editable:
            _combo_box(option, painter)
        elif control == QStyle.ComplexControl.CC_ScrollBar:
            self._scroll_bar(option, painter, widget)
        else:
            painter.restore()
            super().drawComplexControl(control, option, painter, widget)
            return
        painter.restore()

    def _scroll_bar(self, option: QStyleOptionSlider, painter: QPainter, widget: QWidget | None) -> None:
        if option.minimum >= option.maximum:
            return
        box = self.subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, widget
        )
        is_upright = option.orientation == Qt.Orientation.Vertical
        thumb = (
            QRectF(0, 0, _THUMB_WIDTH, box.height() - 4) if is_upright else QRectF(0, 0, box.width() - 4, _THUMB_WIDTH)
        )
        thumb.moveCenter(QRectF(box).center())
        colour = QColor(tokens(option.palette).control)
        colour.setAlphaF(0.9 if option.state & (_State.State_MouseOver | _State.State_Sunken) else 0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(thumb, _THUMB_WIDTH / 2, _THUMB_WIDTH / 2)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOption,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        if control == QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            return self._scroll_bar_part(option, part, widget)
        return super().subControlRect(control, option, part, widget)

    def _scroll_bar_part(self, option: QStyleOptionSlider, part: QStyle.SubControl, widget: QWidget | None) -> QRect:
        whole, kind = option.rect, QStyle.SubControl
        is_upright = option.orientation == Qt.Orientation.Vertical
        length = whole.height() if is_upright else whole.width()
        span = max(1, option.maximum - option.minimum + option.pageStep)
        least = self.pixelMetric(QStyle.PixelMetric.PM_ScrollBarSliderMin, option, widget)
        slider = (
            length if option.maximum <= option.minimum else min(length, max(least, length * option.pageStep // span))
        )
        start = QStyle.sliderPositionFromValue(
            option.minimum, option.maximum, option.sliderPosition, length - slider, option.upsideDown
        )
        runs = {
            kind.SC_ScrollBarGroove: (0, length),
            kind.SC_ScrollBarSlider: (start, slider),
            kind.SC_ScrollBarSubPage: (0, start),
            kind.SC_ScrollBarAddPage: (start + slider, length - start - slider),
        }
        if part not in runs:
            return QRect()
        at, run = runs[part]
        box = QRect(0, at, whole.width(), run) if is_upright else QRect(at, 0, run, whole.height())
        return QStyle.visualRect(option.direction, whole, box.translated(whole.topLeft()))


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


def _is_primary(widget: QWidget | None) -> bool:
    return widget is not None and bool(widget.property("primary")) and widget.isEnabled()


def _is_row(option: QStyleOption) -> bool:
    kind = QStyleOptionMenuItem.MenuItemType
    return isinstance(option, QStyleOptionMenuItem) and option.menuItemType in {kind.Normal, kind.SubMenu}


def _face(option: QStyleOption, of: Tokens) -> QColor:
    if option.state & (_State.State_Sunken | _State.State_On):
        return of.soft
    if option.state & _State.State_MouseOver and option.state & _State.State_Enabled:
        return of.hover
    return of.button if option.state & _State.State_Enabled else of.window


def _push_button(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    if _is_primary(widget):
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


def _button_label(option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
    group = QPalette.ColorGroup.Normal if option.state & _State.State_Enabled else QPalette.ColorGroup.Disabled
    colour = option.palette.color(group, QPalette.ColorRole.ButtonText)
    if _is_primary(widget):
        colour = tokens(option.palette).on_accent
    elif group == QPalette.ColorGroup.Normal and widget is not None and widget.property("link"):
        colour = tokens(option.palette).accent
    painter.save()
    painter.setPen(colour)
    text = QRect(option.rect)
    if not option.icon.isNull():
        side, gap = option.iconSize.width(), _ICON_GAP if option.text else 0
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
    if isinstance(widget and widget.parent(), QComboBox | QAbstractItemView):
        painter.fillRect(option.rect, of.base)
        return
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


def _menu_panel(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    of = tokens(option.palette)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(of.line)
    painter.setBrush(of.window)
    painter.drawRect(option.rect.adjusted(0, 0, -1, -1))


def _menu_bar_item(option: QStyleOptionMenuItem, painter: QPainter) -> None:
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


def _combo_box(option: QStyleOptionComboBox, painter: QPainter) -> None:
    of = tokens(option.palette)
    is_enabled = bool(option.state & _State.State_Enabled)
    panel(painter, option.rect, _face(option, of), of.control if is_enabled else of.line)
    arrow = QRect(0, 0, 16, 16)
    arrow.moveCenter(QPoint(option.rect.right() - 16, option.rect.center().y() + 1))
    box = QStyle.visualRect(option.direction, option.rect, arrow)
    paint_icon(painter, "chevron-down", of.text if is_enabled else of.text2, box)


_PRIMITIVES = {
    QStyle.PrimitiveElement.PE_PanelButtonCommand: _push_button,
    QStyle.PrimitiveElement.PE_PanelButtonTool: _tool_button,
    QStyle.PrimitiveElement.PE_PanelLineEdit: _field,
    QStyle.PrimitiveElement.PE_FrameLineEdit: _field_frame,
    QStyle.PrimitiveElement.PE_FrameFocusRect: _focus_rect,
    QStyle.PrimitiveElement.PE_IndicatorCheckBox: _check_box,
    QStyle.PrimitiveElement.PE_IndicatorRadioButton: _radio_button,
    QStyle.PrimitiveElement.PE_PanelMenu: _menu_panel,
    QStyle.PrimitiveElement.PE_FrameMenu: _menu_panel,
}

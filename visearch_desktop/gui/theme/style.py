"""Fusion with the design's shapes: flat rounded buttons and fields, quiet bars, one focus ring everywhere."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QWidget,
)

from visearch_desktop.gui.theme.metrics import (
    BUTTON_HEIGHT,
    FOCUS_GAP,
    FOCUS_WIDTH,
    MENU_HEIGHT,
    TARGET,
)
from visearch_desktop.gui.theme.shapes import (
    ICON_GAP,
    PRIMITIVES,
    button_label,
    combo_box,
    menu_bar_item,
    panel,
    ring,
    spin_box,
)
from visearch_desktop.gui.theme.tokens import tokens

__all__ = ["VisearchStyle", "panel", "ring"]

_State = QStyle.StateFlag
_THUMB_WIDTH, _ARROW_ROOM = 6, 32

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
    QStyle.PixelMetric.PM_RadioButtonLabelSpacing: 8,
    QStyle.PixelMetric.PM_CheckBoxLabelSpacing: 8,
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
            if kind == QStyle.ContentsType.CT_ComboBox:
                wanted.setWidth(wanted.width() + _ARROW_ROOM)
            if isinstance(option, QStyleOptionButton) and not option.icon.isNull():
                wanted.setWidth(wanted.width() + ICON_GAP)
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
        draw = PRIMITIVES.get(element)
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
            button_label(option, painter, widget)
        elif element in {QStyle.ControlElement.CE_MenuBarItem, QStyle.ControlElement.CE_MenuBarEmptyArea}:
            painter.fillRect(option.rect, option.palette.window())
            if element == QStyle.ControlElement.CE_MenuBarItem:
                menu_bar_item(option, painter)
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
            combo_box(option, painter)
        elif control == QStyle.ComplexControl.CC_SpinBox:
            parts = QStyle.SubControl
            up, down = (
                self.subControlRect(control, option, p, widget) for p in (parts.SC_SpinBoxUp, parts.SC_SpinBoxDown)
            )
            spin_box(option, painter, up, down)
        elif control == QStyle.ComplexControl.CC_ScrollBar:
            self._scroll_bar(option, painter, widget)
        else:
            painter.restore()
            super().drawComplexControl(control, option, painter, widget)
            return
        painter.restore()

    def _scroll_bar(self, option: QStyleOptionSlider, painter: QPainter, widget: QWidget | None) -> None:
        area = widget.parentWidget().parentWidget() if widget is not None and widget.parentWidget() else None
        if isinstance(area, QAbstractScrollArea):
            painter.fillRect(option.rect, area.palette().color(area.viewport().backgroundRole()))
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
        box = super().subControlRect(control, option, part, widget)
        kinds = QStyle.ComplexControl  # one number means other parts of other controls
        if control == kinds.CC_ComboBox and part == QStyle.SubControl.SC_ComboBoxEditField:
            box = QStyle.visualRect(option.direction, option.rect, option.rect.adjusted(10, 0, -_ARROW_ROOM, 0))
        elif control == kinds.CC_SpinBox and part == QStyle.SubControl.SC_SpinBoxEditField:
            has_steps = option.buttonSymbols != QAbstractSpinBox.ButtonSymbols.NoButtons
            box = QStyle.visualRect(
                option.direction, option.rect, option.rect.adjusted(8, 1, -24 if has_steps else -8, -1)
            )
        return box

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


def _is_row(option: QStyleOption) -> bool:
    kind = QStyleOptionMenuItem.MenuItemType
    return isinstance(option, QStyleOptionMenuItem) and option.menuItemType in {kind.Normal, kind.SubMenu}

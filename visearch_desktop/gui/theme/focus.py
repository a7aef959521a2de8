"""The focus ring outside a control: one frame that follows the keyboard's focus through a window."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QSlider,
    QWidget,
)

_RINGED = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QSlider)


class FocusRing(QObject):
    """Shows a ring around the focused control of the application's windows.

    Views and tables draw focus in their own cells; a widget with the property ``focusRing`` set gets the ring too, one
    with it set to False does not.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._frame: QFocusFrame | None = None
        app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if self._frame is not None and shiboken6.isValid(self._frame):  # a popover takes its ring with it
            self._frame.setWidget(None)
            self._frame.deleteLater()
        self._frame = None
        if new is None or not _wants_ring(new):
            return
        self._frame = QFocusFrame(new.parentWidget())
        self._frame.setWidget(new)


def _wants_ring(widget: QWidget) -> bool:
    asked = widget.property("focusRing")
    if asked is not None:
        return bool(asked)
    return isinstance(widget, _RINGED) and widget.parentWidget() is not None

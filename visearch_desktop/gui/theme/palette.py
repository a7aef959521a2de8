"""The two palettes, built from the tokens, and the choice between them."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from visearch_desktop.gui.theme.tokens import DARK, LIGHT, Tokens

DISABLED_OPACITY = 0.6


class Theme(StrEnum):
    """What the person chose; SYSTEM follows the desktop."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def palette(of: Tokens) -> QPalette:
    """The palette of a theme, the ``Disabled`` group included."""
    made = QPalette(of.button, of.window)
    for role, colour in _roles(of).items():
        made.setColor(QPalette.ColorGroup.All, role, colour)
    faint = QColor(of.text2)
    faint.setAlphaF(DISABLED_OPACITY)
    role = QPalette.ColorRole
    for written in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        made.setColor(QPalette.ColorGroup.Disabled, written, faint)
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, of.line)
    made.setColor(QPalette.ColorGroup.Disabled, role.Accent, of.control)
    return made


def _roles(of: Tokens) -> dict[QPalette.ColorRole, QColor]:
    role = QPalette.ColorRole
    return {
        role.Window: of.window,
        role.WindowText: of.text,
        role.Base: of.base,
        role.AlternateBase: of.window,
        role.Text: of.text,
        role.Button: of.button,
        role.ButtonText: of.text,
        role.BrightText: of.on_accent,
        role.PlaceholderText: of.text2,
        role.Highlight: of.soft,
        role.HighlightedText: of.text,
        role.Accent: of.accent,
        role.Link: of.accent,
        role.LinkVisited: of.accent,
        role.Light: of.button,
        role.Midlight: of.line,
        role.Mid: of.control,
        role.Dark: of.control,
        role.Shadow: of.control,
        role.ToolTipBase: of.base,
        role.ToolTipText: of.text,
    }


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Set the colour scheme and the palette; a system of high contrast keeps its own palette."""
    hints = app.styleHints()
    scheme = {
        Theme.SYSTEM: Qt.ColorScheme.Unknown,
        Theme.LIGHT: Qt.ColorScheme.Light,
        Theme.DARK: Qt.ColorScheme.Dark,
    }[theme]
    hints.setColorScheme(scheme)
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        app.setPalette(QPalette())
        return
    is_dark = theme == Theme.DARK or (theme == Theme.SYSTEM and hints.colorScheme() == Qt.ColorScheme.Dark)
    app.setPalette(palette(DARK if is_dark else LIGHT))

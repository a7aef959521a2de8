"""The stroke icons of ``resources/icons`` in the colours of the palette, at any size and device ratio."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from visearch_desktop.core.paths import resource
from visearch_desktop.gui.theme.tokens import tokens


class IconRole(StrEnum):
    """The token an icon is filled with."""

    TEXT = "text"
    TEXT2 = "text2"
    ACCENT = "accent"
    ON_ACCENT = "on_accent"
    WARN = "warn"
    DANGER = "danger"
    OK = "ok"
    REGION = "region"


@cache
def _drawing(name: str) -> bytes:
    return resource(f"icons/{name}.svg").read_bytes()


@cache
def _pixmap(name: str, colour: str, side: int, ratio: float) -> QPixmap:
    drawn = QPixmap(round(side * ratio), round(side * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    coloured = _drawing(name).replace(b"currentColor", QColor(colour).name().encode())
    painter = QPainter(drawn)
    painter.setOpacity(QColor(colour).alphaF())
    QSvgRenderer(QByteArray(coloured)).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def drop_icon_cache() -> None:
    """Forget the drawn icons (after a change of theme)."""
    _pixmap.cache_clear()


def icon_pixmap(name: str, colour: QColor, side: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon drawn in a colour, ``side`` logical px square, for a screen of ``ratio``; for delegates."""
    return _pixmap(name, colour.name(QColor.NameFormat.HexArgb), side, ratio)


def paint_icon(painter: QPainter, name: str, colour: QColor, rect: QRect | QRectF) -> None:
    """Draw an icon centred in a rectangle, as large as fits."""
    box = QRectF(rect).toAlignedRect()
    side = min(box.width(), box.height())
    device = painter.device()
    drawn = icon_pixmap(name, colour, side, device.devicePixelRatioF() if device else 1.0)
    painter.drawPixmap(box.center() - QPoint((side - 1) // 2, (side - 1) // 2), drawn)


class _StrokeIconEngine(QIconEngine):
    """Draws one icon in its role's colour, or fainter where it is disabled; asks the palette each time."""

    def __init__(self, name: str, role: IconRole) -> None:
        super().__init__()
        self._name, self._role = name, role

    def colour(self, mode: QIcon.Mode) -> QColor:
        """The colour under the palette of this moment."""
        palette = QGuiApplication.palette()
        if mode == QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
        return getattr(tokens(palette), self._role.value)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        paint_icon(painter, self._name, self.colour(mode), rect)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """The icon for ``size`` logical px on a screen of ratio ``scale``."""
        return icon_pixmap(self._name, self.colour(mode), max(1, min(size.width(), size.height())), scale)

    def clone(self) -> QIconEngine:
        return _StrokeIconEngine(self._name, self._role)


def icon(name: str, role: IconRole | str = IconRole.TEXT) -> QIcon:
    """An icon that follows the theme.

    Args:
        name: a file of ``resources/icons`` without ".svg".
        role: which token fills it.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    _drawing(name)
    return QIcon(_StrokeIconEngine(name, IconRole(role)))

"""The look: contrasts as promised, icons that follow the theme, a ring around what has the focus."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontInfo, QIcon, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFocusFrame, QHBoxLayout, QPushButton, QSpinBox, QWidget

from visearch_desktop.core.paths import resource
from visearch_desktop.gui.theme.focus import FocusRing
from visearch_desktop.gui.theme.fonts import LEAST_PX, Type, font
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.theme.palette import Theme, apply_theme, palette
from visearch_desktop.gui.theme.tokens import DARK, LIGHT, Tokens, inverted, tokens


def contrast(one: QColor, other: QColor) -> float:
    def light(colour: QColor) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("of", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_surface(of: Tokens) -> None:
    for surface in (of.window, of.base, of.hover, of.soft, of.button):
        assert contrast(of.text, surface) >= 9.8
        assert contrast(of.text2, surface) >= 5.3
        assert contrast(of.accent, surface) >= 4.8
    assert contrast(of.control, of.base) >= 3
    assert contrast(of.on_accent, of.accent) >= 4.5


@pytest.mark.parametrize("of", [LIGHT, DARK], ids=["light", "dark"])
def test_tokens_are_found_again_from_the_palette(of: Tokens) -> None:
    assert tokens(palette(of)) is of
    assert inverted(inverted(of)) is of


def test_a_palette_of_the_system_keeps_its_own_colours() -> None:
    theirs = QPalette(QColor("yellow"), QColor("black"))
    theirs.setColor(QPalette.ColorRole.WindowText, QColor("yellow"))
    assert tokens(theirs).text == QColor("yellow")
    assert tokens(theirs).is_dark


def test_disabled_text_is_fainter_than_the_second_line() -> None:
    faint = palette(LIGHT).color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    assert faint.alphaF() == pytest.approx(0.6, abs=0.01)


def test_an_icon_follows_the_theme_and_the_screen(dressed: QApplication) -> None:
    drawn = icon("folder-open")
    light = _darkest(drawn)
    apply_theme(dressed, Theme.DARK)
    dressed.setPalette(palette(DARK))
    assert light.lightness() < 80 < _darkest(drawn).lightness()
    sharp = drawn.pixmap(QSize(16, 16), 2.0)
    assert (sharp.width(), sharp.devicePixelRatio()) == (32, 2.0)


def test_a_disabled_icon_is_fainter(dressed: QApplication) -> None:
    drawn = icon("search")
    assert _ink(drawn, QIcon.Mode.Disabled) < 0.8 * _ink(drawn, QIcon.Mode.Normal)


def test_every_icon_of_the_set_can_be_drawn(dressed: QApplication) -> None:
    names = [entry.name.removesuffix(".svg") for entry in resource("icons").iterdir() if entry.name.endswith(".svg")]
    assert len(names) > 60
    for name in names:
        assert _ink(icon(name), QIcon.Mode.Normal) > 0, name


def test_an_unknown_icon_is_refused_at_once(dressed: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_no_type_is_smaller_than_11_px(dressed: QApplication) -> None:
    for kind in Type:
        assert QFontInfo(font(kind)).pixelSize() >= LEAST_PX - 1
    assert font(Type.START).pointSizeF() > 1.6 * font().pointSizeF()


def test_the_focused_button_has_a_ring_outside_itself(qtbot, dressed: QApplication) -> None:
    rings = FocusRing(dressed)
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    one, other = QPushButton("one"), QPushButton("other")
    row.addWidget(one)
    row.addWidget(other)
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(lambda: any(f.widget() is other and f.isVisible() for f in window.findChildren(QFocusFrame)))
    frame = next(f for f in window.findChildren(QFocusFrame) if f.widget() is other)
    assert frame.geometry().contains(other.geometry())
    assert frame.width() == other.width() + 8
    shot = window.grab().toImage()
    edge = shot.pixelColor(frame.x() + frame.width() // 2, frame.y() + 1)
    assert abs(edge.red() - LIGHT.accent.red()) < 24
    assert abs(edge.blue() - LIGHT.accent.blue()) < 24
    rings.deleteLater()


def _darkest(of: QIcon) -> QColor:
    image = of.pixmap(QSize(32, 32), 1.0).toImage()
    points = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
    return max(points, key=lambda colour: colour.alpha())


def _ink(of: QIcon, mode: QIcon.Mode) -> float:
    image = of.pixmap(QSize(24, 24), 1.0, mode).toImage()
    return sum(image.pixelColor(x, y).alphaF() for x in range(24) for y in range(24))


def test_the_arrows_of_a_box_for_numbers_are_at_its_right_and_step(qtbot, dressed) -> None:
    box = QSpinBox(value=5)
    qtbot.addWidget(box)
    box.resize(200, 36)
    box.show()
    for y, wanted in ((9, 6), (27, 5), (27, 4)):
        QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(190, y))
        assert box.value() == wanted
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(60, 27))
    assert box.value() == 4

"""The colours of the design table, light and dark: the only place in the program that writes them down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme; each field is a role of the design table.

    Attributes:
        is_dark: which of the two it is.
        window: bars, sidebar, details, popovers.
        base: grid, fields, cards.
        canvas: behind one photo; ``compare_canvas`` behind two.
        line: rules of 1 px and quiet borders.
        control: outlines of fields and check boxes.
        text, text2: first and second lines.
        button, hover: faces of what can be pressed, and of what the pointer is on.
        accent, on_accent: focus, selection ring, primary button; and what is written on it.
        soft: the selected row, cell or segment.
        warn, danger, ok: always with an icon and a word.
        found, region, casing: on photos; the same in both themes.
        badge, veil, hairline: a label on a photo, the outside of a region, the rim of a photo.
    """

    is_dark: bool
    window: QColor
    base: QColor
    canvas: QColor
    compare_canvas: QColor
    line: QColor
    control: QColor
    text: QColor
    text2: QColor
    button: QColor
    hover: QColor
    accent: QColor
    on_accent: QColor
    soft: QColor
    warn: QColor
    danger: QColor
    ok: QColor
    found: QColor
    region: QColor
    casing: QColor
    badge: QColor
    veil: QColor
    hairline: QColor


_ON_PHOTOS = {
    "found": QColor("#6FF0D2"),
    "region": QColor("#FFFFFF"),
    "casing": QColor(8, 10, 12, 184),
    "badge": QColor(16, 18, 20, 204),
    "veil": QColor(8, 10, 12, 117),
    "hairline": QColor(128, 128, 128, 56),
}

LIGHT = Tokens(
    is_dark=False,
    window=QColor("#F2F3F4"),
    base=QColor("#FBFBFC"),
    canvas=QColor("#E9EBEC"),
    compare_canvas=QColor("#2B2D2F"),
    line=QColor("#DCDFE2"),
    control=QColor("#868D94"),
    text=QColor("#1A1C1E"),
    text2=QColor("#565D64"),
    button=QColor("#FFFFFF"),
    hover=QColor("#E6E8EA"),
    accent=QColor("#0B65A3"),
    on_accent=QColor("#FFFFFF"),
    soft=QColor("#D9E9F5"),
    warn=QColor("#8A5800"),
    danger=QColor("#B3261E"),
    ok=QColor("#1B6E45"),
    **_ON_PHOTOS,
)

DARK = Tokens(
    is_dark=True,
    window=QColor("#202224"),
    base=QColor("#17191A"),
    canvas=QColor("#101112"),
    compare_canvas=QColor("#101112"),
    line=QColor("#33373A"),
    control=QColor("#6C7379"),
    text=QColor("#E8EAEC"),
    text2=QColor("#A8AFB6"),
    button=QColor("#2B2E31"),
    hover=QColor("#2C3033"),
    accent=QColor("#6CB8EC"),
    on_accent=QColor("#06202F"),
    soft=QColor("#1D3A50"),
    warn=QColor("#E3B55A"),
    danger=QColor("#F2897F"),
    ok=QColor("#6CCB97"),
    **_ON_PHOTOS,
)


def tokens(of: QPalette | QWidget) -> Tokens:
    """The tokens that go with a palette, or with a widget's palette.

    A palette that is not one of ours (a high-contrast system) keeps its own colours for the roles it has.
    """
    palette = of.palette() if isinstance(of, QWidget) else of
    window = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Window)
    for known in (LIGHT, DARK):
        if window == known.window:
            return known
    return _of_system(palette, DARK if window.lightnessF() < 0.5 else LIGHT)


def inverted(current: Tokens) -> Tokens:
    """The other theme's tokens, for what stands out on purpose (a toast)."""
    return LIGHT if current.is_dark else DARK


def _of_system(palette: QPalette, nearest: Tokens) -> Tokens:
    role = QPalette.ColorRole
    return replace(
        nearest,
        window=palette.color(role.Window),
        base=palette.color(role.Base),
        canvas=palette.color(role.Base),
        line=palette.color(role.Mid),
        control=palette.color(role.WindowText),
        text=palette.color(role.WindowText),
        text2=palette.color(role.WindowText),
        button=palette.color(role.Button),
        hover=palette.color(role.AlternateBase),
        accent=palette.color(role.Accent),
        on_accent=palette.color(role.HighlightedText),
        soft=palette.color(role.Window),
    )

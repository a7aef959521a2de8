"""The headings between the photos, and the one that stays at the top while its section is in view."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from visearch_desktop.gui import dates
from visearch_desktop.gui.grid.confidence_bars import WIDTH as BARS_WIDTH
from visearch_desktop.gui.grid.confidence_bars import paint_bars
from visearch_desktop.gui.grid.model import Heading
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import MEDIUM, SEMIBOLD, Type, font
from visearch_desktop.gui.theme.tokens import Tokens, tokens

MARGIN = metrics.SPACE_16
BARS_HEIGHT = 10
LINK_GAP = 20
STICKY_PAD = 8  # above the heading while it sticks


def heading_height() -> int:
    """32 px, or more where the font needs it."""
    return max(metrics.GROUP_HEADING_HEIGHT, QFontMetrics(font(Type.SECTION)).height() + 8)


def paint_heading(painter: QPainter, box: QRect, heading: Heading, colours: Tokens) -> None:
    """Draw one heading: bars, word, count, reason and rule for a group of hits, title and count for a month."""
    x, middle = box.x() + MARGIN, box.center().y() + 1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if heading.bars:
        paint_bars(painter, x, middle + BARS_HEIGHT / 2, BARS_HEIGHT, heading.bars, colours.accent)
        x += int(BARS_WIDTH) + 8
    title = font(Type.BASE, SEMIBOLD) if heading.bars else font(Type.SECTION)
    x = _write(painter, x, box, heading.title, title, colours.text, box.right() - MARGIN)
    small = font(Type.SMALL)
    if heading.bars:
        x = _write(painter, x + 8, box, dates.number(heading.count), small, colours.text2, box.right() - MARGIN)
        x = _write(painter, x + 8, box, heading.note, small, colours.text2, box.right() - MARGIN)
        painter.setPen(QPen(colours.line, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLine(x + 10, middle, box.right() - MARGIN, middle)
    else:
        boxes = link_boxes(box, heading)
        right = boxes[0].left() - 10 if boxes else box.right() - MARGIN
        note = heading.counted + (f" · {heading.note}" if heading.note else "")
        _write(painter, x + 10, box, note, small, colours.text2, right)
        for link, text in zip(boxes, heading.links, strict=True):
            _write(painter, link.x(), link, text, font(Type.SMALL, MEDIUM), colours.accent, link.right() + 1)


def link_boxes(box: QRect, heading: Heading) -> list[QRect]:
    """Where the links of a heading are, the first one first, in the heading's own place."""
    figures, found, right = QFontMetrics(font(Type.SMALL, MEDIUM)), list[QRect](), box.right() - MARGIN
    for text in reversed(heading.links):
        width = figures.horizontalAdvance(text) + 1
        found.insert(0, QRect(right - width, box.y(), width, box.height()))
        right -= width + LINK_GAP
    return found


def _write(painter: QPainter, x: int, box: QRect, text: str, of: object, colour: object, right: int) -> int:
    """Write one line, elided at ``right``; returns where it ends."""
    painter.setFont(of)
    painter.setPen(colour)
    room = max(0, right - x)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(x, box.y(), room, box.height()), Qt.AlignmentFlag.AlignVCenter, shown)
    return x + painter.fontMetrics().horizontalAdvance(shown)


class StickyHeading(QWidget):
    """The heading of the section at the top of the view; lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._heading: Heading | None = None
        self._shift = self._full_width = 0
        self.hide()

    def show_heading(self, heading: Heading | None, box: QRect, shift: int, width: int) -> None:
        """Show a heading.

        Args:
            heading: None hides it.
            box: px of the parent.
            shift: how far it is pushed up, px.
            width: to lay it out in, may be wider than the box.
        """
        if heading is None:
            self.hide()
            return
        if (heading, shift, width) != (self._heading, self._shift, self._full_width):
            self._heading, self._shift, self._full_width = heading, shift, width
            self.setAccessibleName(heading.spoken)
            self.update()
        self.setGeometry(box.x(), box.y(), box.width(), box.height() - shift)
        self.show()

    @property
    def heading(self) -> Heading | None:
        """What is shown; None while hidden."""
        return self._heading if self.isVisible() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._heading is None:
            return
        painter = QPainter(self)
        colours = tokens(self)
        painter.fillRect(self.rect(), colours.base)
        box = QRect(0, STICKY_PAD - self._shift, self._full_width, self.height() + self._shift - STICKY_PAD)
        paint_heading(painter, box, self._heading, colours)

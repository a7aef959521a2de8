"""A sheet over the page: a heading, what it holds, and Esc to put it away. No dialog, nothing waits for it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.style import panel
from visearch_desktop.gui.theme.surfaces import QUIET, icon_button, label
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.actions import shortcut_lines

_THREE_FROM = 1000


class Sheet(QWidget):
    """Covers its parent with a veil and shows a card in the middle; a click beside it or Esc puts it away.

    Page Down and Page Up go on in what is longer than the window.
    """

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", False)
        self._before: QWidget | None = None
        self._card = QWidget(self)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(24, 16, 16, 24)
        head = QHBoxLayout()
        head.addWidget(label(title, Type.SECTION), 1)
        self.close_button = icon_button("x", self.tr("Close"), "Esc")
        self.close_button.clicked.connect(self.put_away)
        head.addWidget(self.close_button)
        column.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        column.addWidget(self._scroll, 1)
        parent.installEventFilter(self)
        self.hide()

    def hold(self, inside: QWidget) -> None:
        """Show this in the card."""
        inside.setAutoFillBackground(False)
        self._scroll.setWidget(inside)

    def bring(self) -> None:
        """Show it, with the focus on its close button."""
        window = self.window()
        self._before = window.focusWidget() if window else None
        self._place()
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_away(self) -> None:
        """Hide it; the focus goes back to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None

    def _place(self) -> None:
        room = self.parentWidget().rect()
        self.setGeometry(room)
        inside = self._scroll.widget()
        wanted = inside.sizeHint() if inside else room.size()
        width = min(max(480, wanted.width() + 64), room.width() - 48)
        height = min(wanted.height() + 100, room.height() - 48)
        self._card.setGeometry((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        of = tokens(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(of.veil)
        painter.fillRect(self.rect(), veil)
        panel(painter, QRectF(self._card.geometry()), of.window, of.line, metrics.RADIUS_POPOVER)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pages = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        elif event.key() in pages:
            bar = self._scroll.verticalScrollBar()
            bar.setValue(bar.value() + pages[Qt.Key(event.key())] * bar.pageStep())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.put_away()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 Qt's name
        self.close_button.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False


def shortcuts_sheet(parent: QWidget) -> Sheet:
    """All shortcuts, by menu, and the keys of the grid, the region tool and the compare page."""
    sheet = Sheet(_tr("All shortcuts"), parent)
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(0, 8, 16, 0)
    grid.setHorizontalSpacing(metrics.SPACE_32)
    grid.setVerticalSpacing(metrics.SPACE_16)
    groups = [*shortcut_lines(), *_page_keys()]
    across = 3 if parent.width() > _THREE_FROM else 2
    for at, (title, lines) in enumerate(groups):
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(title, Type.STRONG))
        for text, keys in lines:
            column.addLayout(_line(text, keys))
        column.addStretch(1)
        grid.addLayout(column, at // across, at % across)
    sheet.hold(inside)
    return sheet


def _page_keys() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            _tr("In the grid"),
            [
                (_tr("Open"), _tr("Enter")),
                (_tr("Larger or smaller"), _tr("Ctrl+wheel")),
                (_tr("First, last"), _tr("Home, End")),
                (_tr("Next pane"), "F6"),
            ],
        ),
        (
            _tr("Region"),
            [
                (_tr("Move by 1 px, 10 px"), _tr("arrows, Shift+arrows")),
                (_tr("Resize"), _tr("Ctrl+arrows")),
                (_tr("Whole picture"), "Esc"),
            ],
        ),
        (
            _tr("While comparing"),
            [
                (_tr("Next hit, the one before"), "→, ←"),
                (_tr("Lines, blink, swipe, difference, heat map"), "1 … 5"),
                (_tr("Lay the query over the photo"), _tr("hold B")),
                (_tr("Points without lines"), "P"),
                (_tr("Next place in the photo"), "N"),
                (_tr("Turn a mirrored photo over"), "M"),
                (_tr("Zoom in, out, fit"), "+, −, 0"),
                (_tr("Look around, swipe"), _tr("Shift+arrows")),
                (_tr("Why was this not found?"), "W"),
            ],
        ),
    ]


def _line(text: str, keys: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(metrics.SPACE_16)
    row.addWidget(label(text), 1)
    shown: QLabel = label(keys, Type.SMALL, QPalette.ColorRole.PlaceholderText)
    shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(shown)
    return row


def text_sheet(title: str, paragraphs: list[tuple[str, str]], parent: QWidget) -> Sheet:
    """A sheet of headings with a paragraph each."""
    sheet = Sheet(title, parent)
    inside = QWidget()
    inside.setMinimumWidth(440)
    column = QVBoxLayout(inside)
    column.setSpacing(4)
    for heading, text in paragraphs:
        if heading:
            column.addWidget(label(heading, Type.STRONG, wrap=True))
        column.addWidget(label(text, role=QUIET, wrap=True))
        column.addSpacing(metrics.SPACE_8)
    column.addStretch(1)
    sheet.hold(inside)
    return sheet


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sheet", text)

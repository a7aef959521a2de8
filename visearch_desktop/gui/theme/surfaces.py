"""Plain pieces every page is made of: texts in a size of the design, surfaces with rules of one pixel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import IconRole, icon, paint_icon
from visearch_desktop.gui.theme.metrics import SPACE_8, SPACE_12
from visearch_desktop.gui.theme.tokens import tokens

QUIET = QPalette.ColorRole.PlaceholderText
PLAIN = QPalette.ColorRole.WindowText


def label(
    text: str = "",
    kind: Type = Type.BASE,
    role: QPalette.ColorRole = PLAIN,
    *,
    wrap: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """A text in a size and a role of the design."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(kind))
    made.setForegroundRole(role)
    made.setWordWrap(wrap)
    return made


def button(text: str, icon_name: str = "", *, primary: bool = False, parent: QWidget | None = None) -> QPushButton:
    """A push button of the design; ``primary`` is the one in the accent."""
    made = QPushButton(text, parent)
    if icon_name:
        made.setIcon(icon(icon_name, IconRole.ON_ACCENT if primary else IconRole.TEXT))
    if primary:
        made.setProperty("primary", True)
        made.setFont(font(Type.STRONG))
    return made


def link_button(text: str, parent: QWidget | None = None) -> QPushButton:
    """A button without a face, its text in the accent."""
    made = QPushButton(text, parent)
    made.setFlat(True)
    made.setProperty("link", True)
    return made


def icon_button(
    icon_name: str, name: str, shortcut: str = "", *, side: int = 28, role: IconRole = IconRole.TEXT
) -> QToolButton:
    """A quiet button with an icon alone; its name is for the screen reader and, with the shortcut, the tool tip."""
    made = QToolButton()
    made.setAutoRaise(True)
    made.setIcon(icon(icon_name, role))
    made.setIconSize(QSize(16, 16))
    made.setFixedSize(side, side)
    made.setAccessibleName(name)
    made.setToolTip(f"{name} ({shortcut})" if shortcut else name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


class Surface(QFrame):
    """A bar or panel: filled with a palette role, with a rule along some of its edges.

    Args:
        edges: where the rules are.
        role: what it is filled with.
    """

    def __init__(
        self,
        edges: Qt.Edge = Qt.Edge(0),  # noqa: B008 an empty set of flags
        role: QPalette.ColorRole = QPalette.ColorRole.Window,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._edges, self._role = edges, role
        self.setBackgroundRole(role)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(self._role))
        line, box = tokens(self).line, QRectF(self.rect())
        rules = {
            Qt.Edge.TopEdge: QRectF(0, 0, box.width(), 1),
            Qt.Edge.BottomEdge: QRectF(0, box.height() - 1, box.width(), 1),
            Qt.Edge.LeftEdge: QRectF(0, 0, 1, box.height()),
            Qt.Edge.RightEdge: QRectF(box.width() - 1, 0, 1, box.height()),
        }
        for edge, rule in rules.items():
            if self._edges & edge:
                painter.fillRect(rule, line)


def column_below_a_rule(of: QWidget, heading: str) -> QVBoxLayout:
    """The layout of a part of a panel: a rule and a heading, the rest to be added below them."""
    column = QVBoxLayout(of)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_12)
    rule = Surface(Qt.Edge.TopEdge, parent=of)
    rule.setFixedHeight(SPACE_8)
    column.addWidget(rule)
    column.addWidget(label(heading, Type.STRONG))
    return column


class ElidedLabel(QLabel):
    """One line that is cut where it does not fit; the whole of it is the tool tip.

    Args:
        like: the label whose text, font and role it has.
        where: what is left out.
    """

    def __init__(self, like: QLabel, where: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        self.setFont(like.font())
        self.setForegroundRole(like.foregroundRole())
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._where = where
        self.whole = ""
        self.set_whole(like.text())

    def set_whole(self, text: str) -> None:
        """Show another text."""
        self.whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._cut()
        super().resizeEvent(event)

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self.whole, self._where, self.width())
        if shown != self.text():
            self.setText(shown)


class Icon(QWidget):
    """One icon, 16 px or larger, in a role's colour."""

    def __init__(self, name: str, role: str = IconRole.TEXT2, side: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._role = name, role
        self.setFixedSize(side, side)

    def set_icon(self, name: str, role: str = IconRole.TEXT2) -> None:
        """Show another icon."""
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self._name, getattr(tokens(self), self._role), self.rect())

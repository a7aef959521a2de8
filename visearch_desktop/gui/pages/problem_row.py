"""One file that could not be read: what is wrong, what may help, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from visearch_desktop.core.errors import Problem
from visearch_desktop.gui.dates import day
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.icons import IconRole
from visearch_desktop.gui.theme.style import ring
from visearch_desktop.gui.theme.surfaces import PLAIN, QUIET, ElidedLabel, Icon, button, icon_button, label
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.library.rows import ProblemRow

FILE_SHARE, WRONG_SHARE = 24, 52
SINCE_WIDTH, ACTIONS_WIDTH, NARROW_ACTIONS_WIDTH = 88, 300, 108

_ICONS = {
    Problem.EMPTY: "file",
    Problem.TRUNCATED: "file-exclamation-point",
    Problem.NOT_AN_IMAGE: "file-question-mark",
    Problem.DAMAGED: "file-exclamation-point",
    Problem.TOO_LARGE: "ban",
    Problem.UNSUPPORTED: "file-x",
    Problem.NO_PREVIEW: "file-x",
    Problem.VANISHED: "file-question-mark",
    Problem.BROKEN_LINK: "unlink",
    Problem.NOT_A_FILE: "file-x",
    Problem.NO_PERMISSION: "lock",
    Problem.CRASHED: "zap",
    Problem.TIMED_OUT: "timer",
    Problem.READ_FAILED: "hard-drive",
}


class ProblemLine(QWidget):
    """A row of 60 px. Selected or focused it names its three actions; else they are icons.

    Signals, each with the row:
        selected: clicked or reached by the keyboard.
        retried, shown, ignored: what the person wants done.
        moved: arrow up (-1) or down (1).
    """

    selected = Signal(object)
    retried = Signal(object)
    shown = Signal(object)
    ignored = Signal(object)
    moved = Signal(object, int)

    def __init__(self, row: ProblemRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self._is_selected = self._is_narrow = False
        self.setMinimumHeight(metrics.PROBLEM_ROW_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{row.name}: {row.sentence}")
        self.setAccessibleDescription(row.hint)
        self._build()
        self.set_selected(False)

    def _build(self) -> None:
        row = self.row
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(metrics.SPACE_12)
        grid.setVerticalSpacing(0)
        known = Problem(row.problem) if row.problem in set(Problem) else Problem.DAMAGED
        grid.addWidget(Icon(_ICONS[known], IconRole.WARN, 20), 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnMinimumWidth(0, 28)
        texts = (
            (label(row.name, Type.NAME), 0, 1),
            (label(row.folder, Type.SMALL, QUIET), 1, 1),
            (label(row.sentence, Type.BASE, PLAIN), 0, 2),
            (label(row.hint, Type.SMALL, QUIET), 1, 2),
        )
        for text, line, column in texts:
            shown = ElidedLabel(text, Qt.TextElideMode.ElideMiddle)
            shown.setAlignment(Qt.AlignmentFlag.AlignTop if line else Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(shown, line, column)
        self._since = since = label(day(row.since), Type.SMALL, QUIET)
        since.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        since.setMinimumWidth(SINCE_WIDTH)
        grid.addWidget(since, 0, 3, 2, 1)
        self._actions = QWidget()
        self._actions.setFixedWidth(ACTIONS_WIDTH)
        self._fill_actions()
        grid.addWidget(self._actions, 0, 4, 2, 1)
        grid.setColumnStretch(1, FILE_SHARE)
        grid.setColumnStretch(2, WRONG_SHARE)

    def _fill_actions(self) -> None:
        line = QHBoxLayout(self._actions)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(metrics.SPACE_8)
        line.addStretch(1)
        self.named = [
            button(self.tr("Try again"), "refresh-cw"),
            button(self.tr("Show"), "folder-open"),
            button(self.tr("Ignore")),
        ]
        name = self.row.name
        self.quick = [
            icon_button("refresh-cw", self.tr("Try {name} again").format(name=name), role=IconRole.TEXT2),
            icon_button("folder-open", self.tr("Show {name} in its folder").format(name=name), role=IconRole.TEXT2),
            icon_button("eye-off", self.tr("Ignore {name}").format(name=name), role=IconRole.TEXT2),
        ]
        actions = (self._on_retry, self._on_show, self._on_ignore)
        for one, act in zip(self.named + self.quick, actions * 2, strict=True):
            one.clicked.connect(act)
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            line.addWidget(one)
        for one in self.named:
            one.setFixedHeight(metrics.TARGET)
            one.setFont(label(kind=Type.SMALL).font())

    def set_selected(self, is_selected: bool) -> None:
        """Draw it selected, with its actions in words."""
        self._is_selected = is_selected
        for one in self.named:
            one.setVisible(is_selected and not self._is_narrow)
        for one in self.quick:
            one.setVisible(not is_selected or self._is_narrow)
        self.update()

    def set_narrow(self, is_narrow: bool) -> None:
        """Leave out the date and the names of the actions, so that the sentences have room."""
        self._is_narrow = is_narrow
        self._since.setVisible(not is_narrow)
        self._actions.setFixedWidth(NARROW_ACTIONS_WIDTH if is_narrow else ACTIONS_WIDTH)
        self.set_selected(self._is_selected)

    # --- hands --------------------------------------------------------------------------------------------------------

    def _on_retry(self) -> None:
        self.retried.emit(self.row)

    def _on_show(self) -> None:
        self.shown.emit(self.row)

    def _on_ignore(self) -> None:
        self.ignored.emit(self.row)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.selected.emit(self.row)
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.selected.emit(self.row)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        acts = {Qt.Key.Key_Return: self._on_show, Qt.Key.Key_Delete: self._on_ignore, Qt.Key.Key_F5: self._on_retry}
        key = Qt.Key(event.key())
        if key in steps:
            self.moved.emit(self.row, steps[key])
        elif key in acts:
            acts[key]()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        of, box = tokens(self), QRectF(self.rect())
        painter = QPainter(self)
        painter.fillRect(QRectF(0, box.height() - 1, box.width(), 1), of.line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._is_selected:
            painter.setBrush(of.soft)
            painter.drawRoundedRect(box, metrics.RADIUS_CARD, metrics.RADIUS_CARD)
            ring(painter, box, of, metrics.RADIUS_CARD)
        elif self.underMouse():
            painter.setBrush(of.hover)
            painter.drawRoundedRect(box.adjusted(0, 0, 0, -1), metrics.RADIUS_CARD, metrics.RADIUS_CARD)

"""A page that says why there is nothing to show, and what helps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.icons import IconRole
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, label


class MessagePage(QWidget):
    """An icon, a sentence and a hint, in the middle; empty at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        centre = Qt.AlignmentFlag.AlignHCenter
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(metrics.SPACE_12)
        column.addStretch(2)
        self._icon = Icon("circle-alert", IconRole.WARN, 32)
        column.addWidget(self._icon, 0, centre)
        self.sentence = label(kind=Type.START, wrap=True)
        self.hint = label(role=QUIET, wrap=True)
        for text in (self.sentence, self.hint):
            text.setAlignment(centre)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(text)
        column.addStretch(3)
        self.say("", "")

    def say(self, sentence: str, hint: str) -> None:
        """Show these; nothing at all where the sentence is empty."""
        self.sentence.setText(sentence)
        self.hint.setText(hint)
        self.setAccessibleName(f"{sentence} {hint}".strip())
        self._icon.setVisible(bool(sentence))

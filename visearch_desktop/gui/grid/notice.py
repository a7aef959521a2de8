"""What stands in a page that has nothing to show: a sentence, a hint, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import SPACE_8, SPACE_12, SPACE_24
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, button, label


class Notice(QWidget):
    """A sentence in the middle of the page, with at most a few buttons below it."""

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._icon = Icon(icon_name, side=32)
        self._sentence = label("", Type.SECTION, wrap=True)
        self._hint = label("", Type.BASE, QUIET, wrap=True)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_8)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_24, SPACE_24, SPACE_24, SPACE_24)
        column.setSpacing(SPACE_12)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (self._sentence, self._hint):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(text)
        column.addLayout(self._buttons)
        column.addStretch(3)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._sentence.text()

    def say(self, sentence: str, hint: str = "", choices: tuple[tuple[str, Callable[[], None]], ...] = ()) -> None:
        """Say something.

        Args:
            sentence: what is.
            hint: what helps; may be empty.
            choices: the text and the action of each button.
        """
        self._sentence.setText(sentence)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{sentence} {hint}".strip())
        while self._buttons.count():
            gone = self._buttons.takeAt(0).widget()
            if gone is not None:
                gone.deleteLater()
        self._buttons.addStretch()
        for text, act in choices:
            made = button(text)
            made.clicked.connect(act)
            self._buttons.addWidget(made)
        self._buttons.addStretch()

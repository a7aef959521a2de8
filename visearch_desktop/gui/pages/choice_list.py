"""A few things of which one is chosen, each with a line of what it does, or why it cannot be chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QRadioButton, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.service.protocol import Choice

_TEXT_INDENT = 24


class ChoiceList(QFrame):
    """Radio buttons with summaries.

    Signals:
        chosen: the value, when the person chose it.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._choices: tuple[Choice, ...] = ()
        self.buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnMinimumWidth(0, _TEXT_INDENT)
        self._grid.setColumnStretch(1, 1)

    def show_choices(self, choices: tuple[Choice, ...], value: str) -> None:
        """Show these, what can be chosen first; the focus stays where it is where they are the same."""
        choices = tuple(sorted(choices, key=lambda choice: bool(choice.unavailable)))
        if choices != self._choices:
            self._choices = choices
            self._fill()
        for name, one in self.buttons.items():
            one.setChecked(name == value)

    def _fill(self) -> None:
        for one in self.buttons.values():
            self._group.removeButton(one)
        while (item := self._grid.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        self.buttons = {}
        for at, choice in enumerate(self._choices):
            one = QRadioButton(choice.title)
            one.setFont(font(Type.NAME))
            one.setMinimumHeight(metrics.TARGET)
            one.setEnabled(not choice.unavailable)
            one.setObjectName(choice.value)
            one.setAccessibleDescription(" ".join(filter(None, (choice.summary, choice.unavailable))))
            self._group.addButton(one)
            self.buttons[choice.value] = one
            self._grid.addWidget(one, 2 * at, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(label(one.accessibleDescription(), Type.SMALL, QUIET, wrap=True), 2 * at + 1, 1)

    def _on_clicked(self, one: QRadioButton) -> None:
        self.chosen.emit(one.objectName())

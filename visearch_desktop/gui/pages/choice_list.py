"""A few things of which one is chosen, each with a line of what it does, what it gives and costs; more on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QLabel, QRadioButton, QToolButton, QWidget

from visearch_desktop.gui.evaluation.columns import COLUMNS, Column
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.service.protocol import Choice, Measured

_TEXT_INDENT = 24
_FIGURES: tuple[tuple[Column, str], ...] = (
    (COLUMNS[0], "mean_ap"),
    (COLUMNS[3], "ms_per_photo"),
    (COLUMNS[5], "bytes_per_photo"),
)


class ChoiceList(QFrame):
    """Radio buttons with summaries and measured figures; what is not recommended is folded under *More*.

    Attributes:
        buttons: by value, the folded ones too.
        more: unfolds.

    Signals:
        chosen: the value, when the person chose it.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._choices: tuple[Choice, ...] = ()
        self._folded: dict[str, list[QWidget]] = {}
        self.buttons: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self.more = QToolButton(self, checkable=True, autoRaise=True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setFont(font(Type.NAME))
        self.more.toggled.connect(self._fold)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setHorizontalSpacing(metrics.SPACE_16)
        self._grid.setColumnStretch(0, 1)

    def show_choices(self, choices: tuple[Choice, ...], value: str) -> None:
        """Show these, what can be chosen first; the focus stays where it is where they are the same.

        What is chosen is never folded.
        """
        choices = tuple(sorted(choices, key=lambda choice: (not choice.is_recommended, bool(choice.unavailable))))
        if choices != self._choices:
            self._choices = choices
            self._fill()
        for name, one in self.buttons.items():
            one.setChecked(name == value)
        self._fold(self.more.isChecked())

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for one in self.buttons.values():
            self._group.removeButton(one)
        while (item := self._grid.takeAt(0)) is not None:
            if item.widget() is not self.more:
                item.widget().hide()
                item.widget().deleteLater()
        self.buttons, self._folded = {}, {}
        row = self._add_heads() if any(choice.measured for choice in self._choices) else 0
        is_more = False
        for choice in self._choices:
            if not choice.is_recommended and not is_more:
                is_more = True
                self._grid.addWidget(self.more, row, 0, Qt.AlignmentFlag.AlignLeft)
                row += 1
            before = self._grid.count()
            row = self._add(choice, row)
            if is_more:
                widgets = [self._grid.itemAt(at).widget() for at in range(before, self._grid.count())]
                self._folded[choice.value] = widgets
        self.more.setVisible(is_more)

    def _add_heads(self) -> int:
        for at, (column, _) in enumerate(_FIGURES, start=1):
            head = self._figure(column.shown_title())
            head.setToolTip(column.shown_meaning())
            self._grid.addWidget(head, 0, at)
        return 1

    def _add(self, choice: Choice, row: int) -> int:
        """One choice on two rows of the grid; returns the row after them."""
        figures = _written(choice.measured)
        one = QRadioButton(choice.title)
        one.setFont(font(Type.NAME))
        one.setMinimumHeight(metrics.TARGET)
        one.setEnabled(not choice.unavailable)
        one.setObjectName(choice.value)
        told = ", ".join(f"{column.shown_title()} {text}" for (column, _), text in zip(_FIGURES, figures, strict=False))
        what = " ".join(filter(None, (choice.summary, choice.unavailable)))
        one.setAccessibleDescription(f"{what} {told}".strip())
        self._group.addButton(one)
        self.buttons[choice.value] = one
        self._grid.addWidget(one, row, 0, Qt.AlignmentFlag.AlignLeft)
        for at, text in enumerate(figures, start=1):
            self._grid.addWidget(self._figure(text), row, at)
        line = label(what, Type.SMALL, QUIET, wrap=True)
        line.setContentsMargins(_TEXT_INDENT, 0, 0, metrics.SPACE_4)
        self._grid.addWidget(line, row + 1, 0, 1, 1 + len(_FIGURES))
        return row + 2

    def _figure(self, text: str) -> QLabel:
        made = label(text, Type.SMALL, QUIET)
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return made

    def _fold(self, is_open: bool) -> None:
        for value, widgets in self._folded.items():
            is_chosen = self.buttons[value].isChecked()
            for widget in widgets:
                widget.setVisible(is_open or is_chosen)
        self.more.setText(self.tr("Fewer methods") if is_open else self.tr("More methods"))
        self.more.setIcon(icon("chevron-up" if is_open else "chevron-down"))

    def _on_clicked(self, one: QRadioButton) -> None:
        self.chosen.emit(one.objectName())


def _written(measured: Measured | None) -> list[str]:
    """The figures in the person's locale; a dash where one was not taken, nothing where none was."""
    if measured is None:
        return []
    values = [getattr(measured, attribute) for _, attribute in _FIGURES]
    return [
        "–" if value is None else column.written(value) for (column, _), value in zip(_FIGURES, values, strict=True)
    ]

"""Whether all that is looked for must appear in a photo, or any of it may: asked where there are several boxes."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from visearch_desktop.gui.theme.surfaces import column_below_a_rule
from visearch_desktop.search.query import Query, Together


class SeveralBoxes(QWidget):
    """Two radio buttons below a rule; hidden where there is nothing to choose.

    Signals:
        chosen: a ``Together``.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        texts = {Together.ALL: self.tr("All must appear"), Together.ANY: self.tr("Any may appear")}
        self.buttons = {together: QRadioButton(text, self) for together, text in texts.items()}
        self._group = QButtonGroup(self)
        column = column_below_a_rule(self, self.tr("With several"))
        for together, button in self.buttons.items():
            self._group.addButton(button, list(Together).index(together))
            column.addWidget(button)
        self._group.idClicked.connect(self._on_clicked)
        self.hide()

    def show_query(self, query: Query) -> None:
        """Show what is chosen; emits nothing."""
        with QSignalBlocker(self._group):
            self.buttons[query.together].setChecked(True)
        self.setVisible(len(query.wanted) > 1)

    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(list(Together)[number])

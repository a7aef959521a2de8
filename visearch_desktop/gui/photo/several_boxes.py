"""Whether all that is looked for must appear in a photo, or any of it may: asked where there are several boxes."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import SPACE_8, SPACE_12
from visearch_desktop.gui.theme.surfaces import Surface, label
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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_12)
        rule = Surface(Qt.Edge.TopEdge, parent=self)
        rule.setFixedHeight(SPACE_8)
        column.addWidget(rule)
        column.addWidget(label(self.tr("With several"), Type.STRONG))
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

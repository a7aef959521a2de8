"""Which copy of a picture is the best: the largest, the sharpest, the oldest, in the order one chooses."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from visearch_desktop.gui.theme.metrics import SPACE_8
from visearch_desktop.gui.theme.surfaces import label
from visearch_desktop.library.duplicate_rows import KeepBy


class KeepRule(QWidget):
    """Three choices; what is taken in one goes to where the other stood.

    Attributes:
        choices: the fields, the most important first.

    Signals:
        changed: another order was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order = list(KeepBy)
        titles = {
            KeepBy.LARGEST: self.tr("largest"),
            KeepBy.SHARPEST: self.tr("sharpest"),
            KeepBy.OLDEST: self.tr("oldest"),
        }
        before = [self.tr("In each group keep the"), self.tr("then the"), self.tr("then the")]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        self.choices: list[QComboBox] = []
        for place, words in enumerate(before):
            row.addWidget(label(words))
            choice = QComboBox()
            choice.setAccessibleName(words)
            for by in KeepBy:
                choice.addItem(titles[by], by.value)
            choice.setCurrentIndex(place)
            choice.activated.connect(self._on_activated)
            self.choices.append(choice)
            row.addWidget(choice)
        row.addStretch(1)

    @property
    def order(self) -> tuple[KeepBy, ...]:
        """The rule, the most important first."""
        return tuple(self._order)

    def _on_activated(self) -> None:
        shown = [KeepBy(choice.currentData()) for choice in self.choices]
        place = next((at for at, (new, old) in enumerate(zip(shown, self._order, strict=True)) if new != old), None)
        if place is None:
            return
        other = self._order.index(shown[place])
        self._order[other], self._order[place] = self._order[place], self._order[other]
        for choice, by in zip(self.choices, self._order, strict=True):
            choice.setCurrentIndex(choice.findData(by.value))
        self.changed.emit()

"""How an intent works: its steps, what each does, and what we measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.library.rows import Overview
from visearch_desktop.search.intents import Intent
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.evaluation.rows import Row

NO_FIGURE = "–"
_REFINED = ("none", "verify")  # what has run by the first step, and by the second


class Recipe(QWidget):
    """A line a step; ``measured`` is the answer to ``GetEvaluation`` on the shipped table, None before it came."""

    def __init__(
        self,
        intent: Intent,
        overview: Overview | None,
        measured: protocol.EvaluationReady | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._intent, self._overview = intent, overview
        rows = measured.rows if measured is not None else ()
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(metrics.SPACE_12, metrics.SPACE_4, metrics.SPACE_12, metrics.SPACE_12)
        grid.setHorizontalSpacing(metrics.SPACE_16)
        titles = (self.tr("Step"), self.tr("Choice"), self.tr("What it does"), self.tr("mAP"), self.tr("Time"))
        self._line(0, [label(title, Type.SMALL, QUIET) for title in titles])
        for number, step in enumerate(intent.steps):
            what = label(step.line, Type.SMALL, QUIET, wrap=True)
            texts = (step.title, self._choice(number), None, *self._figures(number, rows))
            self._line(number + 1, [what if text is None else label(text, Type.SMALL) for text in texts])
        if measured is not None and measured.rows:
            note = self.tr("mAP: on our photos “{name}” after each step, 1 is perfect. Time: one search in those {n}.")
            foot = label(note.format(name=measured.name, n=measured.photos), Type.SMALL, QUIET, wrap=True)
            grid.addWidget(foot, len(intent.steps) + 1, 0, 1, len(titles))
        grid.setColumnStretch(2, 1)

    def _line(self, line: int, labels: Sequence[QLabel]) -> None:
        for column, one in enumerate(labels):
            side = Qt.AlignmentFlag.AlignRight if column > 2 else Qt.AlignmentFlag.AlignLeft
            one.setAlignment(Qt.AlignmentFlag.AlignTop | side)
            self._grid.addWidget(one, line, column)

    def _choice(self, number: int) -> str:
        """The first step finds the candidates, the second verifies them."""
        if number == 1:
            return self.tr("Best {count}").format(count=self._intent.verify)
        default = self._overview.descriptor_title if self._overview is not None else ""
        return self._intent.steps[number].choice or default

    def _figures(self, number: int, rows: Sequence[Row]) -> tuple[str, str]:
        descriptor = self._intent.descriptor or (self._overview.descriptor if self._overview is not None else "")
        wanted = (descriptor, _REFINED[number], "exact")
        for row in rows:
            if row.figures is not None and (row.asked.descriptor, row.asked.refine, row.asked.index) == wanted:
                taken = row.figures.ms_per_query
                return QLocale().toString(row.figures.headline, "f", 2), NO_FIGURE if taken is None else _time(taken)
        return NO_FIGURE, NO_FIGURE


def _time(milliseconds: float) -> str:
    if milliseconds < 1000:
        return f"{QLocale().toString(milliseconds, 'f', 1 if milliseconds < 10 else 0)} ms"
    return f"{QLocale().toString(milliseconds / 1000, 'f', 1)} s"

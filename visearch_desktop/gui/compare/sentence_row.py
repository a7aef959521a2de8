"""The row under the pictures: how sure it is, why in one sentence, what else there is, and which photos these are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from visearch_desktop.gui import dates, explain
from visearch_desktop.gui.details.panel import Bars
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import RAIL_BELOW, SPACE_8, SPACE_12, SPACE_16
from visearch_desktop.gui.theme.surfaces import QUIET, Surface, button, label
from visearch_desktop.library.rows import Comparison, PhotoRow
from visearch_desktop.search.hits import Hit

HEIGHT = 56


class SentenceRow(Surface):
    """Says what a comparison means; asks nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.TopEdge, parent=parent)
        self.bars = Bars(self)
        self.word = label("", Type.SECTION, parent=self)
        self.sentence = label("", wrap=True, parent=self)
        self.others = label("", Type.SMALL, QUIET, parent=self)
        self.names = label("", Type.SMALL, QUIET, parent=self)
        self.why_button = button(self.tr("Why not found?"), "scan-search", parent=self)
        self.why_button.setAccessibleName(self.why_button.text())
        self.why_button.setCheckable(True)
        self.why_button.setToolTip(self.tr("Follow this photo, or any other, through the search (W)"))
        self.show_button = button(self.tr("Show in folder"), "folder-open", parent=self)
        self._build()

    def _build(self) -> None:
        self.setMinimumHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_8)
        layout.setSpacing(SPACE_12)
        layout.addWidget(self.bars)
        layout.addWidget(self.word)
        layout.addWidget(self.sentence, 1)
        for widget in (self.others, self.names, self.why_button, self.show_button):
            layout.addWidget(widget)

    def say(self, word: str, sentence: str) -> None:
        """A sentence, after a word in larger letters if there is one; without bars."""
        self.bars.hide()
        self.word.setText(word)
        self.word.setVisible(bool(word))
        self.sentence.setText(sentence)
        self.others.clear()

    def show_comparison(self, comparison: Comparison, hit: Hit | None, is_shown: bool) -> None:
        """Why the photo is a hit, or is none.

        Args:
            comparison: of query and photo.
            hit: what the search says of the photo, as far as that is known.
            is_shown: whether it is among the hits that are worth showing.
        """
        said = hit if is_shown else None
        word = explain.word(said.confidence) if said else self.tr("Not found") if hit else ""
        self.say(word, explain.why_compared(comparison, hit))
        self.bars.setVisible(said is not None)
        self.bars.show_bars(explain.BARS[said.confidence] if said else 0)
        is_found = comparison.homography is not None  # then hardly anybody asks, and the sentence needs the room
        self.why_button.setText("" if is_found else self.tr("Why not found?"))

    def show_file(self, name: str) -> None:
        """A file that is no photo of the library."""
        self.say("", self.tr("Only photos of the library are compared."))
        self.names.setText(name)

    def show_names(self, query: str, row: PhotoRow | None, rank: int, of: int) -> None:
        """Query and photo by name, and its place among ``of`` hits; rank 0: it is none of them."""
        parts = [self.tr("Hit {} of {}").format(dates.number(rank), dates.number(of))] if rank else []
        if row is not None:
            taken = dates.day(row.taken)
            parts.append(f"{query} → {row.name}" + (f", {taken}" if taken else ""))
        self.names.setText(" · ".join(parts))

    def show_place(self, place: int, of: int) -> None:
        """The thing is there ``of`` times, and this is one of them, counted from 0."""
        text = self.tr("It is there {} times; this is number {} (N shows the next).")
        self.others.setText(text.format(dates.number(of), dates.number(place + 1)))

    def show_mirrored(self) -> None:
        """It was found as in a mirror, where the search does not look."""
        self.others.setText(self.tr("Mirrored copies are not looked for: Looking for › More."))

    def show_ignored(self, count: int, agreeing: int) -> None:
        """So many tentative matches point elsewhere than those that agree; where none do, each to another place."""
        if agreeing and count == 1:
            text = self.tr("1 other points elsewhere and is ignored.")
        elif agreeing:
            text = self.tr("%1 others point elsewhere and are ignored.")
        else:
            text = self.tr("%1 details look alike, but each points elsewhere.")
        self.others.setText(text.replace("%1", dates.number(count)) if count else "")

    def check_why(self, is_on: bool) -> None:
        """Have the question pressed or not, without asking it."""
        was_blocked = self.why_button.blockSignals(True)
        self.why_button.setChecked(is_on)
        self.why_button.blockSignals(was_blocked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, only the sentence stays."""
        for part in (self.others, self.names):
            part.setVisible(self.width() >= RAIL_BELOW)
        super().resizeEvent(event)

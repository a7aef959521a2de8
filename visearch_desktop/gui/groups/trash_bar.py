"""The bar below the duplicates: the sum before anything moves, the question, and what is under way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from visearch_desktop.gui import dates
from visearch_desktop.gui.counts import files
from visearch_desktop.gui.groups.duplicates_model import Going
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.surfaces import QUIET, Surface, button, label


class TrashBar(Surface):
    """Says how much would go, and asks once more before it does.

    Attributes:
        sum, note: the two sentences.
        move_button: asks; then moves.
        cancel: leaves everything as it is.
        copy_list: of what would go.

    Signals:
        moved: the person wants it.
        list_asked: the paths are wanted.
    """

    moved = Signal()
    list_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.TopEdge, parent=parent)
        self._going: tuple[Going, ...] = ()
        self._is_asking = self._is_moving = False
        self.sum = label(kind=Type.STRONG, wrap=True)
        self.note = label(role=QUIET, wrap=True)
        self.copy_list = button(self.tr("Copy the list"))
        self.cancel = button(self.tr("Leave them"))
        self.move_button = button("", "trash-2", primary=True)
        self.copy_list.clicked.connect(self.list_asked)
        self.cancel.clicked.connect(self._on_cancelled)
        self.move_button.clicked.connect(self._on_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(metrics.SPACE_16, metrics.SPACE_8, metrics.SPACE_16, metrics.SPACE_8)
        row.setSpacing(metrics.SPACE_8)
        sentences = QVBoxLayout()
        sentences.setSpacing(0)
        sentences.addWidget(self.sum)
        sentences.addWidget(self.note)
        row.addLayout(sentences, 1)
        for one in (self.copy_list, self.cancel, self.move_button):
            row.addWidget(one)
        self.setMinimumHeight(56)
        self._show()

    def show_going(self, going: Sequence[Going]) -> None:
        """Say what would go; a question that was asked about something else is taken back."""
        if tuple(going) != self._going:
            self._going, self._is_asking = tuple(going), False
        self._show()

    def show_moving(self, is_moving: bool) -> None:
        """While files are on their way nothing can be pressed."""
        self._is_moving, self._is_asking = is_moving, False
        self._show()

    def _show(self) -> None:
        count = len(self._going)
        size = dates.size(sum(one.file.size_bytes for one in self._going))
        if self._is_moving:
            sentence, note = self.tr("Moving {files} to the trash…").format(files=files(count)), ""
        elif self._is_asking:
            sentence = self.tr("Move {files} to the trash of your system?").format(files=files(count))
            note = self.tr("This frees {size} once the trash is emptied; until then it can be undone.")
        elif count:
            sentence = self.tr("{files} would go to the trash and free {size}.").format(files=files(count), size=size)
            note = self.tr("Nothing has moved yet.")
        else:
            sentence, note = self.tr("Nothing would go to the trash."), ""
        self.sum.setText(sentence)
        self.note.setText(note.format(size=size))
        self.note.setVisible(bool(note))
        words = self.tr("Move them") if self._is_asking else self.tr("Move {n} to the trash")
        self.move_button.setText(words.format(n=dates.number(count)) if count else self.tr("Move to the trash"))
        self.cancel.setVisible(self._is_asking)
        self.copy_list.setVisible(not self._is_asking)
        for one in (self.copy_list, self.move_button):
            one.setEnabled(bool(count) and not self._is_moving)

    def _on_pressed(self) -> None:
        if self._is_asking:
            self.moved.emit()
            return
        self._is_asking = True
        self._show()
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_cancelled(self) -> None:
        self._is_asking = False
        self._show()
        self.move_button.setFocus(Qt.FocusReason.OtherFocusReason)

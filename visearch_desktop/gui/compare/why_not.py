"""The panel that follows a photo through a search, to the step that lost it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.announce import announce
from visearch_desktop.gui.compare import steps
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.icons import IconRole
from visearch_desktop.gui.theme.metrics import SPACE_4, SPACE_8, SPACE_16
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, Surface, button, icon_button, label
from visearch_desktop.library.rows import Trace


class WhyNotPanel(Surface):
    """Headline, one line for each step with a check or a cross, and what helps.

    Signals:
        another_asked: the person wants to choose another photo.
        closed: the panel is not wanted any more.
    """

    another_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.TopEdge, parent=parent)
        self.headline = label("", Type.STRONG, wrap=True, parent=self)
        self.help = label("", Type.SMALL, QUIET, wrap=True, parent=self)
        self.another = button(self.tr("Another photo…"), "image", parent=self)
        self.another.setToolTip(self.tr("Choose any file, in the library or not"))
        self.close_button = icon_button("x", self.tr("Close"), "W")
        self._lines: list[QWidget] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_4)
        top = QHBoxLayout()
        top.addWidget(self.headline, 1)
        top.addWidget(self.another)
        top.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_8)
        layout.setSpacing(SPACE_4)
        layout.addLayout(top)
        layout.addLayout(self._list)
        layout.addWidget(self.help)
        self.another.clicked.connect(self.another_asked)
        self.close_button.clicked.connect(self.closed)
        self.setAccessibleName(self.tr("Why was this not found?"))
        self.say(self.tr("Following the photo through the search…"))

    def say(self, sentence: str, hint: str = "") -> None:
        """One sentence without steps."""
        self._show(sentence, [], hint)

    def show_trace(
        self,
        trace: Trace,
        rank: int,
        of: int,
        *,
        has_region: bool,
        tries_turned: bool,
        is_mirrored: bool = False,
        agreeing: int = 0,
    ) -> None:
        """Show what became of a photo; ``rank`` is its place among the ``of`` hits shown, 0 if it is none of them."""
        hint = steps.what_helps(
            trace, has_region=has_region, tries_turned=tries_turned, is_mirrored=is_mirrored, agreeing=agreeing
        )
        hint = "" if rank else hint
        headline = steps.headline(trace, rank, of, has_region=has_region)
        self._show(f"{trace.name}: {headline}", steps.steps(trace), hint)

    @property
    def text(self) -> str:
        """All of it, as read aloud."""
        return self.accessibleDescription()

    def _show(self, sentence: str, found: list[steps.Step], hint: str) -> None:
        self.headline.setText(sentence)
        self.help.setText(hint)
        self.help.setVisible(bool(hint))
        for line in self._lines:
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(step) for step in found]
        for line in self._lines:
            self._list.addWidget(line)
        passed, lost = self.tr("Passed: {}"), self.tr("Not passed: {}")
        spoken = [sentence, *((passed if step.is_passed else lost).format(step.text) for step in found)]
        self.setAccessibleDescription(" ".join([*spoken, hint]).strip())
        announce(self, self.text)

    def _line(self, step: steps.Step) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        mark = Icon("check", IconRole.OK) if step.is_passed else Icon("x", IconRole.DANGER)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(step.text, wrap=True), 1)
        return line

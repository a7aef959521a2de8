"""What a person can look for, and under *More* how it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from visearch_desktop.gui.looking_for.intent_row import IntentRow
from visearch_desktop.gui.looking_for.recipe import Recipe
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.intents import intents
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient


class LookingForPopover(QFrame):
    """Opens below the button; a choice takes effect at once."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._client, self._session = client, session
        self._measured: protocol.EvaluationReady | None = None
        self.setObjectName("popover")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Looking for"))
        self.rows = [IntentRow(intent, self) for intent in intents()]
        self._group = QButtonGroup(self)
        self._recipe: QWidget | None = None
        self.more = QToolButton(self, checkable=True, autoRaise=True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(*[metrics.SPACE_8] * 4)
        self._layout.setSpacing(0)
        for row in self.rows:
            self._group.addButton(row)
            self._layout.addWidget(row)
            row.clicked.connect(self._on_chosen)
        self._layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.turned = QCheckBox(self.tr("Turned and mirrored copies too"), self)
        self.turned.setToolTip(self.tr("The picture is also tried on its sides, upside down and mirrored: slower."))
        self.turned.toggled.connect(self._session.set_turned)
        self._choices = QWidget(self)
        self._choices.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        choices = QVBoxLayout(self._choices)
        choices.setContentsMargins(metrics.SPACE_12, metrics.SPACE_8, metrics.SPACE_12, metrics.SPACE_8)
        choices.addWidget(self.turned)
        self._layout.addWidget(self._choices)
        self.more.toggled.connect(self._on_more)
        self._on_more(False)

    def open_below(self, button: QWidget) -> None:
        """Show under a button, its right edge on the button's, inside the window."""
        self._current_row().setChecked(True)
        self.turned.setChecked(self._session.query.rotations)
        window = button.window()
        self.setFixedWidth(min(metrics.POPOVER_WIDTH, window.width() - 2 * metrics.SPACE_16))
        self._show_recipe()
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + metrics.SPACE_8))
        least = window.mapToGlobal(QPoint(metrics.SPACE_16, 0)).x()
        self.move(max(corner.x(), least), corner.y())
        self.show()
        self._current_row().setFocus(Qt.FocusReason.PopupFocusReason)

    def _current_row(self) -> IntentRow:
        return next((row for row in self.rows if row.intent.name == self._session.intent), self.rows[0])

    def _on_chosen(self) -> None:
        chosen = next(row for row in self.rows if row.isChecked())
        self._session.set_intent(chosen.intent.name)
        self._show_recipe()
        if not self.more.isChecked():
            self.hide()

    # --- how it works ---------------------------------------------------------------------------------------------

    def _on_more(self, is_open: bool) -> None:
        self.more.setText(self.tr("More: how it works"))
        self.more.setIcon(icon("chevron-up" if is_open else "chevron-down"))
        self._choices.setVisible(is_open)
        if is_open and self._measured is None:
            table = protocol.Source(protocol.SourceKind.SHIPPED)
            self._client.send(lambda job: protocol.GetEvaluation(job, table), self._on_measured)
        self._show_recipe()
        self.adjustSize()

    def _on_measured(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.EvaluationReady) and shiboken6.isValid(self):  # it may be closed by now
            self._measured = report
            self._show_recipe()

    def _show_recipe(self) -> None:
        if self._recipe is not None:
            self._layout.removeWidget(self._recipe)
            self._recipe.deleteLater()
            self._recipe = None
        if self.more.isChecked():
            chosen = next((row for row in self.rows if row.isChecked()), self._current_row())
            self._recipe = Recipe(chosen.intent, self._session.overview, self._measured, self)
            self._layout.addWidget(self._recipe)
            self._recipe.show()
            self.adjustSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((i for i, row in enumerate(self.rows) if row.hasFocus()), 0)
        match event.key():
            case Qt.Key.Key_Down:
                self.rows[min(at + 1, len(self.rows) - 1)].setFocus(Qt.FocusReason.TabFocusReason)
            case Qt.Key.Key_Up:
                self.rows[max(at - 1, 0)].setFocus(Qt.FocusReason.BacktabFocusReason)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.rows[at].click()
                self.hide()
            case _:
                super().keyPressEvent(event)

"""What a person can look for, and under *More* how it works."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QToolButton, QVBoxLayout, QWidget

from visearch_desktop.gui.looking_for.intent_row import IntentRow
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.icons import icon
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.intents import Intent, intents


class LookingForPopover(QFrame):
    """Opens below the button; a choice takes effect at once."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._session = session
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
        self.more.toggled.connect(self._on_more)
        self._on_more(False)

    def open_below(self, button: QWidget) -> None:
        """Show under a button, its right edge on the button's, inside the window."""
        self._current_row().setChecked(True)
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
        self._show_recipe()
        self.adjustSize()

    def _show_recipe(self) -> None:
        if self._recipe is not None:
            self._layout.removeWidget(self._recipe)
            self._recipe.deleteLater()
            self._recipe = None
        if self.more.isChecked():
            chosen = next((row for row in self.rows if row.isChecked()), self._current_row())
            self._recipe = self._made_recipe(chosen.intent)
            self._layout.addWidget(self._recipe)
            self._recipe.show()
            self.adjustSize()

    def _made_recipe(self, intent: Intent) -> QWidget:
        made = QWidget(self)
        grid = QGridLayout(made)
        grid.setContentsMargins(metrics.SPACE_12, metrics.SPACE_4, metrics.SPACE_12, metrics.SPACE_12)
        grid.setHorizontalSpacing(metrics.SPACE_16)
        for column, title in enumerate((self.tr("Step"), self.tr("Choice"), self.tr("What it does"))):
            grid.addWidget(label(title, Type.SMALL, QUIET), 0, column)
        for line, step in enumerate(intent.steps, start=1):
            grid.addWidget(label(step.title, Type.SMALL), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(self._choice(intent, line), Type.SMALL), line, 1, Qt.AlignmentFlag.AlignTop)
            what = label(step.line, Type.SMALL, QUIET, wrap=True)
            what.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(what, line, 2)
        grid.setColumnStretch(2, 1)
        return made

    def _choice(self, intent: Intent, line: int) -> str:
        """Line 1 finds the candidates, line 2 verifies them."""
        if line == 2:
            return self.tr("Best {count}").format(count=intent.verify)
        overview = self._session.overview
        default = overview.descriptor_title if overview is not None else ""
        return intent.steps[line - 1].choice or default

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

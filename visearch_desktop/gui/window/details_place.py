"""Where the details of the selected photo are: a panel on the right, or in a small window a strip at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.surfaces import Surface, icon_button
from visearch_desktop.gui.window.session import Session

if TYPE_CHECKING:
    from visearch_desktop.gui.details.panel import DetailsPanel, DetailsStrip


class DetailsPlace(QWidget):
    """336 px on the right; ``strip`` is the 64 px at the bottom. Only one of them is shown, and made when it is.

    The strip's button opens the panel in a small window too, with a way to close it again.
    """

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self.setFixedWidth(metrics.DETAILS_WIDTH)
        self._column = _column(self)
        self._head = Surface(Qt.Edge.LeftEdge)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(8, 4, 8, 0)
        row.addStretch(1)
        self.close_button = icon_button("x", self.tr("Close the details"))
        self.close_button.clicked.connect(self._on_close)
        row.addWidget(self.close_button)
        self._column.addWidget(self._head)
        self.strip = QWidget()
        self._strip_column = _column(self.strip)
        self.panel: DetailsPanel | None = None
        self.line: DetailsStrip | None = None
        self._is_wanted = self._is_small = self._is_opened = False
        session.selection_changed.connect(self._show)
        self.hide()
        self.strip.hide()

    def arrange(self, is_wanted: bool, *, is_small: bool) -> None:
        """Show the details or not, as a panel or, in a small window, as a strip."""
        self._is_opened = self._is_opened and is_wanted and is_small
        self._is_wanted, self._is_small = is_wanted, is_small
        self._show()

    def panes(self) -> list[QWidget]:
        """What holds the focus in it."""
        return [one for one in (self.panel, self.line) if one is not None and one.isVisible()]

    def stop(self) -> None:
        """End the threads of what was made."""
        for one in (self.panel, self.line):
            if one is not None:
                one.selected.stop()

    def _show(self) -> None:
        has_panel = self._is_wanted and (not self._is_small or self._is_opened)
        has_strip = self._is_wanted and not has_panel and self._session.selected is not None
        if has_panel and self.panel is None:
            from visearch_desktop.gui.details.panel import DetailsPanel

            self.panel = DetailsPanel(self._client, self._session)
            self._column.addWidget(self.panel, 1)
        if has_strip and self.line is None:
            from visearch_desktop.gui.details.panel import DetailsStrip

            self.line = DetailsStrip(self._client, self._session)
            self.line.details_asked.connect(self._on_details_asked)
            self._strip_column.addWidget(self.line)
        self._head.setVisible(self._is_opened)
        self.setVisible(has_panel)
        self.strip.setVisible(has_strip)

    def _on_details_asked(self) -> None:
        self._is_opened = True
        self._show()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_close(self) -> None:
        self._is_opened = False
        self._show()


def _column(of: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(of)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column

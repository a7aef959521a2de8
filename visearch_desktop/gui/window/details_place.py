"""Where the details of the selected photo are: a panel on the right, or in a small window a strip at the bottom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.surfaces import Surface
from visearch_desktop.gui.window.session import Session


class DetailsPlace(Surface):
    """336 px on the right; ``strip`` is the 64 px at the bottom. Only one of them is shown, and made when it is."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.LeftEdge, parent=parent)
        self._client, self._session = client, session
        self.setFixedWidth(metrics.DETAILS_WIDTH)
        self.strip = Surface(Qt.Edge.TopEdge)
        self.strip.setFixedHeight(metrics.STRIP_HEIGHT)
        self._panel: QWidget | None = None
        self._line: QWidget | None = None
        self._is_wanted = self._is_strip = False
        session.selection_changed.connect(self._show)
        self.hide()
        self.strip.hide()

    def arrange(self, is_wanted: bool, *, is_strip: bool) -> None:
        """Show the details or not, as a panel or as a strip."""
        self._is_wanted, self._is_strip = is_wanted, is_strip
        self._show()

    def panes(self) -> list[QWidget]:
        """What takes the focus in it."""
        return [one for one in (self._panel, self._line) if one is not None and one.isVisible()]

    def _show(self) -> None:
        is_panel = self._is_wanted and not self._is_strip
        is_strip = self._is_wanted and self._is_strip and self._session.selected is not None
        if is_panel and self._panel is None:
            from visearch_desktop.gui.details.panel import DetailsPanel

            self._panel = _fill(self, DetailsPanel(self._client, self._session), (1, 0, 0, 0))
        if is_strip and self._line is None:
            from visearch_desktop.gui.details.strip import DetailsStrip

            self._line = _fill(self.strip, DetailsStrip(self._client, self._session), (0, 1, 0, 0))
        self.setVisible(is_panel)
        self.strip.setVisible(is_strip)


def _fill(frame: QWidget, inside: QWidget, margins: tuple[int, int, int, int]) -> QWidget:
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(*margins)
    layout.addWidget(inside)
    return inside

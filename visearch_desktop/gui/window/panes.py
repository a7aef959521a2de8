"""The panes of the window by the keyboard: F6 walks through them, and the page can be given the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from visearch_desktop.gui.window.main_window import MainWindow


class Panes(QObject):
    """Moves the focus between the parts of a window, which are all there."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        for keys, step in (("F6", self.next), ("Shift+F6", self.previous)):
            QShortcut(keys, window).activated.connect(step)

    def all(self) -> list[QWidget]:
        """What F6 walks through, in order: the widget of each pane that takes the focus."""
        window = self._window
        first = window.query_bar.cards[0] if window.query_bar.cards else window.query_bar.field
        wanted = [first, window.sidebar, _focusable(window.pages.currentWidget())]
        wanted += [_focusable(pane) for pane in window.details.panes()]
        wanted += [window.status.pause, window.status.shortcuts]
        return [pane for pane in wanted if pane is not None and pane.isVisible()]

    def focus_page(self) -> None:
        """Give the page the focus."""
        if (page := _focusable(self._window.pages.currentWidget())) is not None:
            page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def next(self) -> None:
        """The focus to the next pane."""
        self._step(1)

    def previous(self) -> None:
        """The focus to the pane before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        panes = self.all()
        focused = self._window.focusWidget()
        at = next((i for i, pane in enumerate(panes) if focused is not None and self._is_in(pane, focused)), None)
        to = panes[0 if at is None else (at + by) % len(panes)]
        to.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _is_in(self, pane: QWidget, focused: QWidget) -> bool:
        window = self._window
        details = window.details
        for whole in (window.query_bar, window.sidebar, window.pages, details, details.strip, window.status):
            if whole.isAncestorOf(pane) or whole is pane:
                return whole.isAncestorOf(focused) or whole is focused
        return False


def _focusable(page: QWidget | None) -> QWidget | None:
    """The page itself, or the first widget in it that takes the focus by the keyboard."""
    if page is None or (page.focusPolicy() & Qt.FocusPolicy.TabFocus):
        return page
    proxy = page.focusProxy()
    if proxy is not None:
        return proxy
    inside = (one for one in page.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((one for one in inside if one.isVisible() and one.isEnabled()), None)

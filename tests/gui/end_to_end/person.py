"""Hands and eyes: what a person does with the window, and what they see in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.search.hits import Stage

LONGEST_MS = 60_000
BUTTON = Qt.MouseButton.LeftButton


class Person:
    """One person in front of one window."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self.qtbot, self.window, self.session = qtbot, window, window.session

    def until(self, ready: Callable[[], object], what: str, longest_ms: int = LONGEST_MS) -> None:
        """Look at the window until something is true."""
        try:
            self.qtbot.waitUntil(lambda: bool(ready()), timeout=longest_ms)
        except self.qtbot.TimeoutError:
            raise AssertionError(f"{what}: never; {self.told()}") from None

    def told(self) -> str:
        """What the window says in words, for a failing test."""
        session = self.session
        return (
            f"page {session.page}, status “{self.window.status.text}”, toast “{self.window.toast.text}”, "
            f"searching {session.is_searching}, {session.overview}"
        )

    # --- hands --------------------------------------------------------------------------------------------------------

    def drop(self, mime: QMimeData) -> None:
        """Drag something in from another program and let go."""
        centre = self.window.rect().center()
        way = (Qt.DropAction.CopyAction, mime, BUTTON, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(centre, *way)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(QPointF(centre), *way))

    def drop_files(self, *paths: Path) -> None:
        """Drag files or folders in."""
        self.drop(files(*paths))

    def press(self, key: Qt.Key, on: QWidget, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key."""
        held = Qt.KeyboardModifier.NoModifier
        for one in modifiers:
            held |= one
        self.qtbot.keyClick(on, key, held)

    def click(self, widget: QWidget) -> None:
        """Click in the middle of a widget."""
        assert widget.isVisible()
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, BUTTON)

    def pull(self, widget: QWidget, *places: tuple[float, float], let_go: bool = True) -> None:
        """Drag the mouse over a widget, by shares of its size."""
        points = [QPoint(round(x * widget.width()), round(y * widget.height())) for x, y in places]
        self.qtbot.mousePress(widget, BUTTON, pos=points[0])
        for point in points[1:]:
            self.qtbot.mouseMove(widget, point)
            self.qtbot.wait(15)
        if let_go:
            self.qtbot.mouseRelease(widget, BUTTON, pos=points[-1])

    def click_photo(self, name: str, *, twice: bool = False) -> None:
        """Click on a photo of the grid, once or twice."""
        at = self.grid.visualRect(self.grid.photos().index(self.place_of(name))).center()
        self.qtbot.mouseClick(self.grid.viewport(), BUTTON, pos=at)
        if twice:
            self.qtbot.mouseDClick(self.grid.viewport(), BUTTON, pos=at)

    def press_s(self) -> None:
        """More like the current photo."""
        self.press(Qt.Key.Key_S, self.grid)

    def open(self, name: str) -> None:
        """Open a photo of the library large."""
        self.until(lambda: self.window.page is Page.LIBRARY, "the library page")
        self.click_photo(name, twice=True)
        self.until(lambda: self.window.page is Page.PHOTO, "the photo page")
        self.until(lambda: not self.page.canvas.is_empty(), "the photo itself")

    def search(self, name: str) -> None:
        """Search for a photo of the library."""
        self.until(lambda: self.window.page is Page.LIBRARY, "the library page")
        self.click_photo(name)
        self.press_s()
        self.sees_results()

    # --- eyes ---------------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Any:
        """The page on the screen."""
        return self.window.pages.currentWidget()

    @property
    def grid(self) -> GridView:
        """The grid on the screen."""
        return self.page.grid

    def names(self) -> list[str]:
        """The photos in the grid, from the top."""
        model = self.grid.photos()
        rows = [model.photo_at(at) for at in range(model.rowCount())]
        return [row.name if row else "" for row in rows]

    def headings(self) -> list[tuple[str, int]]:
        """The headings of the grid with their counts."""
        return [(heading.title, heading.count) for heading in self.grid.photos().headings()]

    def place_of(self, name: str) -> int:
        """Where a photo is in the grid."""
        self.until(lambda: name in self.names(), f"{name} is in the grid")
        return self.names().index(name)

    def sees_library(self, count: int) -> None:
        """Wait until the library page shows so many photos."""
        self.until(lambda: self.window.page is Page.LIBRARY, "the library page")
        self.until(lambda: len(self.names()) == count and "" not in self.names(), f"{count} photos")

    def sees_results(self) -> list[str]:
        """Wait for verified results; the names of the hits shown."""
        self.until(lambda: self.window.page is Page.RESULTS, "the results page")
        self.until(self.is_verified, "a verified answer")
        self.until(lambda: self.grid.isVisible(), "the hits themselves, not a notice")
        return self.names()

    def is_verified(self) -> bool:
        """Whether the answer to the newest query is there in full."""
        ranking = self.session.ranking
        return not self.session.is_searching and ranking is not None and ranking.stage is Stage.VERIFIED

    def sees_all_done(self, count: int) -> None:
        """Wait until so many photos can be searched and nothing goes on."""
        jobs = self.window.jobs

        def is_done() -> bool:
            overview = self.session.overview
            return bool(overview and (overview.looked, overview.closer) == (count, count) and not jobs.all)

        self.until(is_done, f"{count} photos are done")


def files(*paths: Path) -> QMimeData:
    """Files as a file manager drags them."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def texts(widgets: Sequence[Any]) -> list[str]:
    """What labels or buttons say."""
    return [widget.text() for widget in widgets]

"""A window over a library that the tests make up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, hit, photo_row, ranking
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.library.rows import FolderRow, Overview, ProblemRow, SubfolderRow
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


class Library(FakeClient):
    """The fake library with folders and problems; both can be changed."""

    def __init__(self) -> None:
        super().__init__([photo_row(i) for i in range(60)])
        self.rankings = [[ranking([hit(i, i + 1, n) for i, n in enumerate((634, 103, 12, 0))])]]
        self.problems: list[ProblemRow] = []
        self.folders = (
            FolderRow(
                1, Path("/photos"), "Pictures", 50, False, (), (SubfolderRow("2026", 30), SubfolderRow("2026/Coast", 4))
            ),
            FolderRow(2, Path("/media/archive"), "Archive disk", 10, True, (), ()),
        )
        self.answers[p.GetProblems] = self._answer_problems

    def overview(self) -> Overview:
        count = sum(folder.count for folder in self.folders)
        return Overview(count, 9, count, count, len(self.problems), self.folders, "rootsift_vlad")

    def tell(self) -> None:
        """Say that the library has changed."""
        self.report.emit(p.LibraryChanged(0, self.overview()))

    def _answer_problems(self, request: p.GetProblems) -> list[object]:
        return [p.ProblemsReady(request.job, tuple(self.problems))]


def problem(file_id: int, name: str, kind: str = "truncated") -> ProblemRow:
    return ProblemRow(
        file_id,
        Path("/photos") / name,
        name,
        "Pictures › 2026",
        kind,
        "The file ends early.",
        "Copy it again.",
        "2026-11-03",
    )


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
def open_window(qtbot, dressed: QApplication) -> Iterator[Callable[[Library], MainWindow]]:
    """Opens a window over a library, on the screen and ready; closes it after the test."""
    opened: list[MainWindow] = []

    def make(library: Library) -> MainWindow:
        window = MainWindow(library)
        opened.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        library.start(None)
        qtbot.wait(20)
        return window

    yield make
    for window in opened:
        window.close()


@pytest.fixture
def window(open_window: Callable[[Library], MainWindow], library: Library) -> MainWindow:
    return open_window(library)


def ask(qtbot: QtBot, window: MainWindow, photo_id: int = 2) -> None:
    """Search for a photo, and wait for the last answer."""
    window.session.ask(QueryPicture(photo_id=photo_id))
    qtbot.waitUntil(lambda: window.session.ranking is not None and not window.session.is_searching)

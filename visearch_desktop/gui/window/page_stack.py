"""The pages of the window, each imported and made when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from visearch_desktop.gui.pages.message_page import MessagePage
from visearch_desktop.gui.window.places import Page

if TYPE_CHECKING:
    from visearch_desktop.gui.grid.grid_view import GridView
    from visearch_desktop.gui.window.main_window import MainWindow


class PageStack(QStackedWidget):
    """Shows one page at a time; before there is a library, a message (empty at first)."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._made: dict[Page, QWidget] = {}
        self.message = MessagePage()
        self.addWidget(self.message)

    def page(self, page: Page) -> QWidget:
        """A page, made now if it was not shown before."""
        if page not in self._made:
            self._made[page] = made = _MAKERS[page](self._window)
            self.addWidget(made)
        return self._made[page]

    def show_page(self, page: Page) -> None:
        """Show a page."""
        self.setCurrentWidget(self.page(page))

    def show_message(self, sentence: str, hint: str) -> None:
        """Show why there is nothing to show."""
        self.message.say(sentence, hint)
        self.setCurrentWidget(self.message)

    def made(self) -> list[QWidget]:
        """The pages made so far."""
        return list(self._made.values())


def _start(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.pages.start_page import StartPage

    page = StartPage()
    page.folder_chosen.connect(window.intake.add_folder)
    page.choosing_asked.connect(window.commands.do_add_folder)
    return page


def _library(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.library.page import LibraryPage

    page = LibraryPage(window.client, window.session)
    page.said.connect(window.toast.say)
    _remember_size(window, page.grid, Page.LIBRARY)
    return page


def _duplicates(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.groups.duplicates_page import DuplicatesPage

    page = DuplicatesPage(window.client, window.session)
    page.said.connect(window.toast.say)
    _remember_size(window, page.grid, Page.DUPLICATES)
    return page


def _results(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.results.page import ResultsPage

    page = ResultsPage(window.client, window.session)
    page.said.connect(window.toast.say)
    window.jobs.looking_changed.connect(page.show_growing)
    page.show_growing(window.jobs.is_looking)
    _remember_size(window, page.grid, Page.RESULTS)
    return page


def _remember_size(window: MainWindow, grid: GridView, page: Page) -> None:
    """Pictures are as large as they were left."""
    width = window.remembered.picture_size(page)
    if width is not None:
        grid.set_picture_size(width)
    grid.zoomed.connect(partial(window.remembered.set_picture_size, page))


def _photo(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.photo.page import PhotoPage

    return PhotoPage(window.client, window.session)


def _compare(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.compare.page import ComparePage

    return ComparePage(window.client, window.session)


def _problems(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.pages.problems_page import ProblemsPage

    page = ProblemsPage(window.client, window.session)
    page.said.connect(window.toast.say)
    page.file_shown.connect(window.show_in_file_manager)
    return page


def _settings(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.pages.settings_page import SettingsPage

    page = SettingsPage(window.client, window.session, window.remembered.theme)
    page.theme_chosen.connect(window.set_theme)
    page.said.connect(window.toast.say)
    page.folder_shown.connect(window.show_in_file_manager)
    return page


def _evaluation(window: MainWindow) -> QWidget:
    from visearch_desktop.gui.evaluation.page import EvaluationPage

    page = EvaluationPage(window.client, window.session)
    page.said.connect(window.toast.say)
    return page


_MAKERS: dict[Page, Callable[[MainWindow], QWidget]] = {
    Page.START: _start,
    Page.LIBRARY: _library,
    Page.DUPLICATES: _duplicates,
    Page.RESULTS: _results,
    Page.PHOTO: _photo,
    Page.COMPARE: _compare,
    Page.PROBLEMS: _problems,
    Page.SETTINGS: _settings,
    Page.EVALUATION: _evaluation,
}

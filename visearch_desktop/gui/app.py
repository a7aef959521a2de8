"""Starts the window: first the bare window on the screen, then the library process, then what is in the window."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.gui.collector import Collector
from visearch_desktop.gui.theme.palette import Theme, apply_theme
from visearch_desktop.gui.window.remembered import Remembered
from visearch_desktop.gui.window.shell import Shell

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.window.main_window import MainWindow


class UsageError(Exception):
    """The command line of the window makes no sense; the text says why."""


def run_window(argv: list[str]) -> int:
    """Show the window and stay until it is closed.

    Args:
        argv: ``[--library DIR]`` and Qt's own options.

    Returns:
        The exit code: 0, or 2 for wrong usage.
    """
    app = QApplication([sys.argv[0], *argv])
    try:
        root = _library(app.arguments()[1:])
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    remembered = Remembered()
    _name(app)
    apply_theme(app, remembered.theme)
    shell = Shell(remembered)
    collector = Collector(shell)
    opening = _Opening(app, shell, root)
    shell.first_painted.connect(opening.fill)
    shell.show()
    code = app.exec()
    opening.end()
    collector.stop()
    return code


class _Opening(QObject):
    """Imports and makes what is in the window once the window itself is on the screen."""

    def __init__(self, app: QApplication, shell: Shell, root: Path | None) -> None:
        super().__init__(shell)
        self._app, self._shell, self._root = app, shell, root
        self._client: LibraryClient | None = None

    @Slot()
    def fill(self) -> None:
        """Start the library process, then build the contents while it opens."""
        from visearch_desktop.gui.client import LibraryClient

        is_new = not LibraryPaths.of(self._root).catalogue.exists()
        self._client = LibraryClient()
        self._client.start(self._root)
        from visearch_desktop.gui.window.main_window import MainWindow

        dress(self._app)
        window = MainWindow(self._client, is_new_library=is_new)
        sys.excepthook = _Bugs(window).tell
        self._shell.setCentralWidget(window)
        window.panes.focus_page()

    def end(self) -> None:
        """No process and no thread is left."""
        sys.excepthook = sys.__excepthook__
        if self._client is not None:
            self._client.stop()


def _name(app: QApplication) -> None:
    app.setApplicationName("visearch-desktop")
    app.setApplicationDisplayName("Visearch Desktop")
    app.setDesktopFileName("visearch-desktop")


def dress(app: QApplication) -> None:
    """Give the application its name, locale, style, palette and focus ring."""
    from visearch_desktop.gui.theme.focus import FocusRing
    from visearch_desktop.gui.theme.style import VisearchStyle

    _name(app)
    if QLocale().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.setStyle(VisearchStyle())
    apply_theme(app, Remembered().theme)
    FocusRing(app)
    app.styleHints().colorSchemeChanged.connect(_on_scheme_changed)


def _on_scheme_changed(scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and Remembered().theme == Theme.SYSTEM:
        from visearch_desktop.gui.theme.icons import drop_icon_cache

        drop_icon_cache()
        apply_theme(app, Theme.SYSTEM)


def _library(words: list[str]) -> Path | None:
    rest = list(words)
    root: Path | None = None
    while rest:
        word = rest.pop(0)
        if word.startswith("--library="):
            root = Path(word.partition("=")[2])
        elif word == "--library" and rest:
            root = Path(rest.pop(0))
        elif word == "--library":
            raise UsageError("--library needs a folder: visearch-desktop --library DIR")
        else:
            raise UsageError(f"“{word}” is not known here. Usage: visearch-desktop [--library DIR]")
    return root


class _Bugs:
    """What an exception nobody caught leads to: a line in the log, and a sentence in the window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """The ``sys.excepthook`` of the window."""
        import logging

        from visearch_desktop.core.sentences import sentence

        if issubclass(kind, KeyboardInterrupt):
            self._window.window().close()
            return
        logging.getLogger("visearch_desktop.gui").error("a bug", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        self._window.toast.say(sentence(error))

"""Starts the window; the library process is started when the window is on the screen."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.theme.focus import FocusRing
from visearch_desktop.gui.theme.icons import drop_icon_cache
from visearch_desktop.gui.theme.palette import Theme, apply_theme
from visearch_desktop.gui.theme.style import VisearchStyle
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.remembered import Remembered


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
    dress(app)
    client = LibraryClient()
    window = MainWindow(client, is_new_library=not LibraryPaths.of(root).catalogue.exists())
    bugs = _Bugs(window)
    sys.excepthook = bugs.tell
    window.first_shown.connect(lambda: client.start(root), Qt.ConnectionType.SingleShotConnection)
    window.show()
    code = app.exec()
    client.stop()
    sys.excepthook = sys.__excepthook__
    return code


def dress(app: QApplication) -> None:
    """Give the application its name, style, palette and focus ring."""
    app.setApplicationName("visearch-desktop")
    app.setApplicationDisplayName("Visearch Desktop")
    app.setDesktopFileName("visearch-desktop")
    if QLocale().language() == QLocale.Language.C:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.setStyle(VisearchStyle())
    theme = Remembered().theme
    apply_theme(app, theme)
    FocusRing(app)
    app.styleHints().colorSchemeChanged.connect(_on_scheme_changed)


def _on_scheme_changed(scheme: Qt.ColorScheme) -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and Remembered().theme == Theme.SYSTEM:
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
            self._window.close()
            return
        logging.getLogger("visearch_desktop.gui").error("a bug", exc_info=(kind, error, trace))
        sys.__excepthook__(kind, error, trace)
        self._window.toast.say(sentence(error))

"""A library that cannot be opened, or not as it was left, says so in the window."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.gui.end_to_end.person import Person
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.library.library import Library

Opened = Callable[[Path], Person]


@pytest.fixture
def opened(qtbot: QtBot, dressed: QApplication) -> Iterator[Opened]:
    windows: list[MainWindow] = []

    def make(root: Path) -> Person:
        client = LibraryClient()
        window = MainWindow(client)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        client.start(root)
        return Person(qtbot, window)

    yield make
    for window in windows:
        window.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A library without photos."""
    root = tmp_path / "library"
    Library.open(root).close()
    return root


def said(person: Person) -> str:
    """All that the message in the middle of the window says, once it says something."""
    message = person.window.pages.message
    person.until(lambda: message.isVisible() and any(label.text() for label in message.findChildren(QLabel)), "why")
    return " ".join(label.text() for label in message.findChildren(QLabel) if label.isVisible())


def test_a_library_that_another_program_has_open(opened: Opened, root: Path) -> None:
    with Library.open(root):
        text = said(opened(root))
    assert "open in another window" in text
    assert "Traceback" not in text


def test_a_damaged_catalogue_is_left_as_it_is(opened: Opened, root: Path) -> None:
    catalogue = root / "catalogue.sqlite"
    catalogue.write_bytes(b"SQLite format 3\0" + b"nonsense " * 1000)
    before = catalogue.read_bytes()
    text = said(opened(root))
    assert "damaged" in text
    assert catalogue.read_bytes() == before


def test_a_catalogue_of_a_newer_version_is_refused_politely(opened: Opened, root: Path) -> None:
    catalogue = root / "catalogue.sqlite"
    with closing(sqlite3.connect(catalogue)) as connection, connection:
        connection.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values (?, ?, ?)", NEWER)
    assert "newer" in said(opened(root))


NEWER = ("visearch", "9999_of_tomorrow", "2036-01-01")

"""The whole window over a real library process, and a small folder of photos that the tests rendered."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.end_to_end.person import Person
from tests.gui.test_client import library_processes
from tests.scenes import save, scene, similarity_transform, warped
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.library.library import Library

SIZE = (480, 360)
SCENES = 12
VIEWS = ((0.8, 12.0, 70, 10), (0.6, -20.0, 60, 120), (0.7, 35.0, 190, 0))
"""Scene 0 is seen again at these scales and turns."""
FOR_SCENES = "rootsift_vlad"
"""What the person has chosen to describe photos: to a network that knows photos, all rendered scenes are much alike."""


def fill(folder: Path) -> Path:
    """Twelve photos of two months that have nothing in common, and three that show the first of them again."""
    for number in range(SCENES):
        at_the(save(scene(number, *SIZE), folder / f"scene{number:02}.jpg"), month=6 + number % 2, day=1 + number)
    for number, view in enumerate(VIEWS):
        ground = scene(100 + number, *SIZE)
        seen = warped(scene(0, *SIZE), similarity_transform(*view), *SIZE, ground)
        at_the(save(seen, folder / f"again{number}.jpg"), month=8, day=1 + number)
    return folder


def at_the(path: Path, *, month: int, day: int) -> Path:
    """Let a file be of a day of 2026."""
    moment = datetime(2026, month, day, 12).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of photos; nobody writes into it."""
    return fill(tmp_path_factory.mktemp("home") / "Pictures")


@pytest.fixture(scope="session")
def indexed(pictures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that knows all of ``pictures``; copied by those who use it."""
    root = tmp_path_factory.mktemp("indexed") / "library"
    with Library.open(root, network_folders=[root / "networks"]) as library:
        library.set_setting("descriptor", FOR_SCENES)
        report = library.index([pictures], workers=2)
    assert report.photos == SCENES + len(VIEWS)
    return root


def live(qtbot: QtBot, root: Path, *, is_new: bool) -> Iterator[Person]:
    client = LibraryClient()
    window = MainWindow(client, is_new_library=is_new)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    client.start(root)
    person = Person(qtbot, window)
    person.until(lambda: window.session.overview is not None, "the library is open")
    yield person
    window.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("library ")]
    assert not library_processes(os.getpid())


@pytest.fixture
def newcomer(qtbot: QtBot, dressed: QApplication, tmp_path: Path) -> Iterator[Person]:
    """Somebody in front of the window for the first time."""
    with Library.open(tmp_path / "library") as library:
        library.set_setting("descriptor", FOR_SCENES)
    yield from live(qtbot, tmp_path / "library", is_new=True)


@pytest.fixture
def person(qtbot: QtBot, dressed: QApplication, tmp_path: Path, indexed: Path) -> Iterator[Person]:
    """Somebody in front of the window over all of ``pictures``, with nothing left to do."""
    shutil.copytree(indexed, tmp_path / "library")
    yield from live(qtbot, tmp_path / "library", is_new=False)

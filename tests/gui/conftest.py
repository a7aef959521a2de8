"""A small library that answers as the test says, a session over it, and the look that people see."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from tests.gui.fake_client import FakeClient, photo_row
from visearch_desktop.gui.theme.palette import Theme, apply_theme
from visearch_desktop.gui.theme.style import VisearchStyle
from visearch_desktop.gui.window.session import Session


@pytest.fixture(autouse=True)
def collected_between_tests() -> Iterator[None]:
    """As in the program, no cycle of widgets is collected in the middle of an event, or in a test of something else."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def client() -> Iterator[FakeClient]:
    """Twelve photos."""
    fake = FakeClient([photo_row(i) for i in range(12)])
    yield fake
    fake.stop()


@pytest.fixture
def session(client: FakeClient) -> Session:
    """Of a window over ``client``, which is open."""
    made = Session(client)
    client.start(None)
    return made


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in its own style, light, in English."""
    before, locale = qapp.palette(), QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    qapp.setStyle(VisearchStyle())
    apply_theme(qapp, Theme.LIGHT)
    yield qapp
    qapp.setPalette(before)
    qapp.setStyle("Fusion")
    QLocale.setDefault(locale)

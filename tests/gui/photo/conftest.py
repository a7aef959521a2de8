"""A photo page on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient
from visearch_desktop.gui.photo.page import PhotoPage
from visearch_desktop.gui.window.session import Session
from visearch_desktop.service import protocol as p


@pytest.fixture
def client(client: FakeClient) -> FakeClient:
    """Counts 617 details in any box; what it finds the test files say."""
    client.answers[p.CountDetails] = lambda request: [p.DetailsCounted(request.job, 617)]
    return client


@pytest.fixture
def page(qtbot: QtBot, client: FakeClient, session: Session) -> Iterator[PhotoPage]:
    """Photo 1, of 800 × 600 px."""
    made = PhotoPage(client, session)
    qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    session.open_photo(1)
    qtbot.waitUntil(lambda: not made.canvas.is_empty())
    yield made
    made.stop()

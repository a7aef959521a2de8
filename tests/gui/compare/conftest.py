"""A compare page with a query and three hits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.compare.made import comparison
from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p


@pytest.fixture
def client(client: FakeClient) -> FakeClient:
    """Finds three photos, the last of which shares too few details."""
    client.rankings = [[ranking([hit(1, 1, 90), hit(2, 2, 30), hit(4, 3, 0, 0.61)])]]
    client.answers[p.Compare] = lambda r: [p.ComparisonReady(r.job, comparison(r.photo_id, verified=r.photo_id != 4))]
    return client


@pytest.fixture
def page(qtbot: QtBot, client: FakeClient, session: Session) -> Iterator[ComparePage]:
    """A box on photo 5 beside photo 1."""
    made = ComparePage(client, session)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    session.ask(QueryPicture(photo_id=5, name="Snapshot.jpg", region=Region(10, 10, 190, 190)))
    qtbot.waitUntil(lambda: session.ranking is not None)
    session.compare(1)
    qtbot.waitUntil(lambda: made.panes.warp() is not None and made.panes.right.frame.width() > 10)
    yield made
    made.stop()

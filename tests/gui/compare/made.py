"""Comparisons to show: plain, mirrored, and of a thing that is there twice."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient
from visearch_desktop.gui.compare.page import ComparePage
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import Comparison, Instance
from visearch_desktop.service import protocol as p

HALF = (0.5, 0.0, 100.0, 0.0, 0.5, 50.0, 0.0, 0.0, 1.0)  # half the size, moved by (100, 50)
MIRROR = (-0.5, 0.0, 500.0, 0.0, 0.5, 50.0, 0.0, 0.0, 1.0)  # half the size, left and right changed


def comparison(photo_id: int, *, verified: bool = True) -> Comparison:
    points = tuple((40.0 + 6 * (i % 20), 60.0 + 9 * (i // 20)) for i in range(120))
    found = tuple((x / 2 + 100, y / 2 + 50) for x, y in points)
    quad = ((105.0, 55.0), (200.0, 55.0), (200.0, 150.0), (105.0, 150.0))
    return Comparison(
        photo_id=photo_id, verdict="verified" if verified else "too_few_agree", tentative=120,
        inliers=90 if verified else 5, query_points=points, photo_points=found,
        agrees=tuple(i < (90 if verified else 5) for i in range(120)), homography=HALF if verified else None,
        quad=quad if verified else None, turned_deg=0.0, scaled=0.5, query_details=800, photo_details=900,
        query_size=(800, 600), photo_size=(800, 600), similarity=0.7,
    )  # fmt: skip


def mirrored(photo_id: int) -> Comparison:
    quad = ((495.0, 55.0), (400.0, 55.0), (400.0, 150.0), (495.0, 150.0))
    return replace(comparison(photo_id), homography=MIRROR, quad=quad, is_mirrored=True, turned_deg=0.2)


def twice(photo_id: int) -> Comparison:
    """Ninety details at the first place, the other thirty at a second one, far to the right."""
    found = comparison(photo_id)
    moved = (0.5, 0.0, 500.0, 0.0, 0.5, 50.0, 0.0, 0.0, 1.0)
    points = tuple((x / 2 + (100 if i < 90 else 500), y / 2 + 50) for i, (x, y) in enumerate(found.query_points))
    assert found.quad is not None
    quad = tuple((x + 400, y) for x, y in found.quad)
    places = (
        Instance(HALF, found.quad, 90, tuple(range(90))),
        Instance(moved, quad, 30, tuple(range(90, 120))),
    )
    return replace(found, photo_points=points, agrees=(True,) * 120, instances=places)


def show(qtbot: QtBot, page: ComparePage, client: FakeClient, session: Session, found: Comparison) -> None:
    client.answers[p.Compare] = lambda r: [p.ComparisonReady(r.job, replace(found, photo_id=r.photo_id))]
    session.compare(2)
    qtbot.waitUntil(lambda: page.panes.warp() is not None)

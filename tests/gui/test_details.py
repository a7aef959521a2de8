from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.fake_client import FakeClient, hit, photo_row, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.details.panel import DetailsPanel, DetailsStrip
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import FolderRow
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p

PICTURES = FolderRow(7, Path("/photos"), "Pictures", 100, False, (), ())


@pytest.fixture
def opened(qtbot):
    made = []

    def make(kind, *, with_hits: bool = True, **changes):
        rows = [photo_row(i, width=800, height=600, path=Path(f"/photos/2025/Coast/{i}.jpg")) for i in range(30)]
        rows[2] = photo_row(2, width=800, height=600, path=Path("/photos/2025/Coast/2.jpg"), **changes)
        client = FakeClient(rows)
        client.folders = (PICTURES,)
        found = hit(2, 1, 393, 0.87, tentative=582, quad=Region(60, 250, 440, 100).quad())
        client.rankings = [[ranking([found, *(hit(i, i) for i in range(3, 20))])]]
        session = Session(client)
        client.start(None)
        widget = kind(client, session)
        qtbot.addWidget(widget)
        widget.session, widget.client = session, client
        widget.resize(900 if kind is DetailsStrip else 336, 700)
        widget.show()
        if with_hits:
            session.ask(QueryPicture(photo_id=9, name="Snapshot.jpg", region=Region(0, 0, 220, 50)))
            qtbot.waitUntil(lambda: session.ranking is not None)
        made.append(widget)
        return widget

    yield make
    for widget in made:
        widget.stop()


def test_the_panel_says_why_and_where_the_hit_was_found_and_what_the_file_says(opened, qtbot):
    panel = opened(DetailsPanel)
    panel.session.select(2)
    qtbot.waitUntil(lambda: panel.selected.details is not None)
    assert panel.why.text.text() == "393 details agree in one perspective; not turned, 2.0 times the size."
    assert panel.facts_of_hit.shown == {
        "Agreeing": "393 of 582 tentative matches",
        "Similarity": "0.87",
        "Place in photo": "440\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}100\N{NO-BREAK SPACE}px, left of centre",
    }
    facts = panel.facts_of_file.shown
    assert facts["Camera"] == "Pixel 7, 1/1250 s, f/1.9, ISO 51"
    assert facts["Folder"] == "Pictures › 2025 › Coast"
    assert facts["Place"] == "44.677° N, 124.079° W"
    assert "Lens" not in facts, "what the file does not say is left out"
    assert panel.why.isVisible()


def test_the_preview_is_decoded_at_the_size_it_is_shown_with_the_outline_on_it(opened, qtbot):
    panel = opened(DetailsPanel)
    panel.session.select(2)
    qtbot.waitUntil(lambda: not panel.selected.image.isNull())
    assert panel.client.asked(p.GetPreview)[-1].longest_px == round(304 * panel.devicePixelRatioF())
    photo = panel.preview.photo_rect()
    image = panel.preview.grab().toImage()
    y, x = round(photo.y() + 300 * photo.height() / 600), round(photo.x() + 60 * photo.width() / 800)
    greens = [image.pixelColor(x + dx, y).green() for dx in range(-2, 3)]
    assert max(greens) > 200


def test_its_buttons_compare_search_and_open(opened, qtbot):
    panel = opened(DetailsPanel)
    panel.session.select(2)
    QTest.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    assert (panel.session.page, panel.session.compared) == (Page.COMPARE, 2)
    panel.session.back()
    QTest.mouseClick(panel.region, Qt.MouseButton.LeftButton)
    assert (panel.session.page, panel.session.shown.photo_id) == (Page.PHOTO, 2)
    panel.session.back()
    QTest.mouseClick(panel.more_like_this, Qt.MouseButton.LeftButton)
    assert panel.session.query.pictures[0].photo_id == 2


def test_the_folder_is_a_link_to_its_photos(opened, qtbot):
    panel = opened(DetailsPanel)
    panel.session.select(2)
    qtbot.waitUntil(lambda: panel.selected.details is not None)
    panel.facts_of_file.link_pressed.emit()
    assert panel.session.page is Page.LIBRARY
    assert (panel.session.view.folder_id, panel.session.view.below) == (7, "2025/Coast")


def test_a_photo_of_the_library_has_no_verdict(opened, qtbot):
    panel = opened(DetailsPanel, with_hits=False)
    assert not panel.preview.isVisible()
    panel.session.select(4)
    qtbot.waitUntil(lambda: panel.selected.details is not None)
    assert panel.preview.isVisible()
    assert not panel.why.isVisible()
    assert not panel.compare.isEnabled()


def test_a_photo_whose_drive_is_away_says_so_and_shows_its_thumbnail(opened, qtbot):
    panel = opened(DetailsPanel, is_offline=True)
    panel.client.answers[p.GetPreview] = lambda request: [p.Failed(request.job, "PhotoError", "It is away.", "")]
    panel.session.select(2)
    qtbot.waitUntil(lambda: not panel.selected.image.isNull())
    assert panel.offline_note.isVisible()
    assert panel.offline_note.text() == "Pictures is not connected. The photo stays searchable by its thumbnail."


def test_walking_fast_asks_for_the_last_photo_alone(opened, qtbot):
    panel = opened(DetailsPanel)
    for photo_id in range(3, 12):
        panel.session.select(photo_id)
    qtbot.waitUntil(lambda: panel.selected.details is not None)
    assert [request.photo_id for request in panel.client.asked(p.GetDetails)] == [11]


def test_the_strip_says_the_same_in_two_lines(opened, qtbot):
    strip = opened(DetailsStrip)
    strip.session.select(2)
    qtbot.waitUntil(lambda: strip.selected.details is not None)
    assert strip.why.text().startswith("393 details agree")
    assert strip._about.text().endswith("Pictures › 2025 › Coast")
    asked = []
    strip.details_asked.connect(lambda: asked.append(1))
    QTest.mouseClick(strip.info, Qt.MouseButton.LeftButton)
    assert asked == [1]
    QTest.mouseClick(strip.compare, Qt.MouseButton.LeftButton)
    assert strip.session.page is Page.COMPARE

"""Several boxes on one photo: drawn, chosen, inverted and taken away by mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, hit, ranking
from visearch_desktop.core.region import Region
from visearch_desktop.gui.photo.canvas import PhotoCanvas
from visearch_desktop.gui.photo.page import PhotoPage
from visearch_desktop.gui.photo.paint import Box
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.query import QueryPicture, Together
from visearch_desktop.service import protocol as p

LEFT, RIGHT = Region(100, 100, 200, 300), Region(450, 150, 250, 300)
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def client(client: FakeClient) -> FakeClient:
    client.rankings = [[ranking([hit(1, 1, 143), hit(3, 2, 9)])]]
    return client


def at(canvas: PhotoCanvas, x: float, y: float) -> QPoint:
    return canvas.view().map(QPointF(x, y)).toPoint()


def drag(qtbot: QtBot, canvas: PhotoCanvas, box: Region, keys: Qt.KeyboardModifier = PLAIN) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, keys, at(canvas, box.x, box.y))
    for share in (0.005, 0.3, 1.0):
        qtbot.mouseMove(canvas, at(canvas, box.x + share * box.width, box.y + share * box.height))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, at(canvas, box.right, box.bottom))


def regions(session: Session) -> list[tuple[float, ...]]:
    """Of the query, to the next ten px."""
    found = [picture.region for picture in session.query.pictures]
    return [tuple(round(number, -1) for number in region.as_tuple()) for region in found if region is not None]


def test_shift_draws_one_more_box_and_both_must_appear(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    drag(qtbot, page.canvas, LEFT)
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    assert regions(session) == [LEFT.as_tuple(), RIGHT.as_tuple()]
    assert session.query.together is Together.ALL
    assert session.page is Page.PHOTO
    (other,) = page.canvas.others
    assert other.region == session.query.pictures[0].region
    assert page.canvas.region == session.query.pictures[1].region
    assert "One of 2 regions" in page.canvas.accessibleDescription()


def test_without_shift_a_drag_changes_the_edited_box_alone(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    drag(qtbot, page.canvas, LEFT)
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    first = session.query.pictures[0]
    drag(qtbot, page.canvas, Region(450, 480, 100, 80))
    assert session.query.pictures[0] == first
    assert regions(session)[1] == (450, 480, 100, 80)


def test_a_press_in_another_box_makes_it_the_edited_one(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    drag(qtbot, page.canvas, LEFT)
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    middle = at(page.canvas, 200, 250)
    qtbot.mousePress(page.canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(page.canvas, at(page.canvas, 220, 250))
    qtbot.mouseRelease(page.canvas, Qt.MouseButton.LeftButton, pos=at(page.canvas, 220, 250))
    assert regions(session) == [(120, 100, 200, 300), RIGHT.as_tuple()]
    assert page.panel.fields["left"].value() == pytest.approx(120, abs=3)


def test_n_walks_through_the_boxes(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    drag(qtbot, page.canvas, LEFT)
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    drag(qtbot, page.canvas, Region(320, 450, 90, 90), SHIFT)
    edited = []
    for _ in range(3):
        qtbot.keyClick(page.canvas, Qt.Key.Key_N)
        edited.append(session.query.pictures.index(session.shown))
    assert edited == [0, 1, 2]


def test_the_button_adds_a_box_for_the_keyboard(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    page.panel.add_button.click()
    assert len(session.query.pictures) == 1, "the first one, as the photo has none"
    page.panel.add_button.click()
    page.panel.add_button.click()
    assert len(set(regions(session))) == 3
    before = session.query.pictures[2].region
    qtbot.keyClick(page.canvas, Qt.Key.Key_Right, SHIFT)
    assert session.query.pictures[2].region.x == before.x + 10


def test_escape_takes_the_box_out_and_leaves_the_others(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    drag(qtbot, page.canvas, LEFT)
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert regions(session) == [LEFT.as_tuple()]
    assert page.canvas.region == session.query.pictures[0].region
    assert not page.canvas.others
    session.back()
    assert regions(session) == [LEFT.as_tuple(), RIGHT.as_tuple()]
    assert len(page.canvas.others) == 1


def test_a_shift_press_that_draws_nothing_changes_nothing(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    drag(qtbot, page.canvas, LEFT)
    place = at(page.canvas, 600, 400)
    qtbot.mouseClick(page.canvas, Qt.MouseButton.LeftButton, SHIFT, place)
    assert regions(session) == [LEFT.as_tuple()]
    qtbot.mousePress(page.canvas, Qt.MouseButton.LeftButton, SHIFT, place)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(page.canvas, Qt.MouseButton.LeftButton, SHIFT, place)
    assert len(session.query.pictures) == 1


def test_not_this_and_all_or_any_are_in_the_panel_where_there_are_several(
    qtbot: QtBot, page: PhotoPage, session: Session, client: FakeClient
) -> None:
    drag(qtbot, page.canvas, LEFT)
    assert page.panel.minus.isHidden()
    assert page.panel.several.isHidden()
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    page.panel.several.buttons[Together.ANY].click()
    assert client.asked(p.Search)[-1].query.together is Together.ANY
    page.panel.minus.click()
    assert [picture.minus for picture in session.query.pictures] == [False, True]
    assert page.panel.several.isHidden(), "one is looked for"
    assert "Not this" in page.canvas.accessibleDescription()
    qtbot.keyClick(page.canvas, Qt.Key.Key_N)
    assert not page.panel.minus.isChecked()
    assert page.canvas.others == (Box(session.query.pictures[1].region, is_minus=True),)


def test_the_details_counted_stay_while_the_box_does(qtbot: QtBot, page: PhotoPage) -> None:
    drag(qtbot, page.canvas, LEFT)
    drag(qtbot, page.canvas, RIGHT, SHIFT)
    qtbot.waitUntil(lambda: "617" in page.panel.summary.text())
    page.panel.minus.click()
    assert "617" in page.panel.summary.text()


def test_a_box_on_a_photo_of_no_part_is_a_new_search(qtbot: QtBot, page: PhotoPage, session: Session) -> None:
    session.ask(QueryPicture(photo_id=9))
    session.open_photo(1)
    drag(qtbot, page.canvas, LEFT)
    assert [picture.photo_id for picture in session.query.pictures] == [1]


def test_inside_of_every_box_the_photo_is_as_it_is(qtbot: QtBot) -> None:
    canvas = PhotoCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(824, 624)
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor(90, 120, 150))
    canvas.show_photo(image, 800, 600)
    canvas.set_region(LEFT)
    canvas.set_others((Box(RIGHT, is_minus=True),))
    shown = canvas.grab().toImage()
    ratio = shown.devicePixelRatio()

    def colour(x: float, y: float) -> QColor:
        return shown.pixelColor((canvas.view().map(QPointF(x, y)) * ratio).toPoint())

    assert colour(200, 250) == colour(600, 300) == QColor(90, 120, 150)
    assert colour(380, 250).lightness() < 100
    assert colour(470, 165) != QColor(90, 120, 150), "the mark of what is not wanted"

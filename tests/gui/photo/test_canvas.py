"""A region is drawn, moved, resized and cleared with mouse and keyboard, in the photo's own pixels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from visearch_desktop.core.region import Region
from visearch_desktop.gui.photo.canvas import PhotoCanvas
from visearch_desktop.gui.photo.region_tool import Grip, RegionDrag, drawn, grip_at, moved, stretched
from visearch_desktop.gui.theme.tokens import tokens

WIDTH, HEIGHT = 1600, 1200
numbers = st.floats(-3000, 3000)


@pytest.fixture
def canvas(qtbot: QtBot) -> PhotoCanvas:
    """A canvas of 824 × 624 px with a photo of 1600 × 1200 px: shown at half its size from (12, 12)."""
    widget = PhotoCanvas()
    qtbot.addWidget(widget)
    widget.resize(824, 624)
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(QColor(90, 120, 150))
    widget.show_photo(image, WIDTH, HEIGHT)
    widget.show()
    return widget


def drag(qtbot: QtBot, canvas: PhotoCanvas, *places: tuple[int, int]) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*places[0]))
    for place in places[1:]:
        qtbot.mouseMove(canvas, QPoint(*place))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(*places[-1]))


def heard(canvas: PhotoCanvas) -> list[tuple[Region | None, bool]]:
    said: list[tuple[Region | None, bool]] = []
    canvas.region_changed.connect(lambda region, is_held: said.append((region, is_held)))
    return said


@given(numbers, numbers, numbers, numbers)
def test_a_drawn_box_lies_inside_the_photo(x0: float, y0: float, x1: float, y1: float) -> None:
    region = drawn(x0, y0, x1, y1, WIDTH, HEIGHT)
    assert region is None or region.clipped(WIDTH, HEIGHT) == region


@given(st.sampled_from(list(Grip)), numbers, numbers)
def test_a_box_pulled_anywhere_stays_inside_and_large_enough(grip: Grip, dx: float, dy: float) -> None:
    region = stretched(Region(200, 300, 400, 100), grip, dx, dy, WIDTH, HEIGHT)
    clipped = region.clipped(WIDTH, HEIGHT)
    assert clipped.as_tuple() == pytest.approx(region.as_tuple())
    if grip is Grip.INSIDE:
        assert (region.width, region.height) == (400, 100)


def test_sides_that_the_grip_does_not_hold_stay_where_they_are() -> None:
    region = stretched(Region(200, 300, 400, 100), Grip.TOP_RIGHT, 50, -20, WIDTH, HEIGHT)
    assert region == Region(200, 280, 450, 120)
    assert moved(region, 5000, 0, WIDTH, HEIGHT).right == WIDTH


def test_handles_win_over_the_inside() -> None:
    region = Region(100, 100, 200, 200)
    assert grip_at(region, 105, 95, 14) is Grip.TOP_LEFT
    assert grip_at(region, 200, 110, 14) is Grip.TOP
    assert grip_at(region, 200, 200, 14) is Grip.INSIDE
    assert grip_at(region, 400, 400, 14) is None
    assert RegionDrag(0, 0, None, None).to(4, 400, WIDTH, HEIGHT) is None


def test_dragging_draws_a_box_in_full_size_pixels(qtbot: QtBot, canvas: PhotoCanvas) -> None:
    said = heard(canvas)
    drag(qtbot, canvas, (112, 112), (200, 200), (312, 212))
    assert canvas.region == Region(200, 200, 400, 200)
    assert [is_held for _, is_held in said] == [True, True, False]
    assert said[-1][0] == canvas.region


def test_a_box_follows_the_pointer_by_its_inside_and_by_its_handles(qtbot: QtBot, canvas: PhotoCanvas) -> None:
    canvas.set_region(Region(200, 200, 400, 200))
    drag(qtbot, canvas, (212, 162), (262, 187))
    assert canvas.region == Region(300, 250, 400, 200)
    drag(qtbot, canvas, (362, 237), (412, 287))
    assert canvas.region == Region(300, 250, 500, 300)
    assert canvas.handle_rect(Grip.TOP_LEFT).contains(QPointF(162, 137))


def test_a_click_outside_clears_the_box(qtbot: QtBot, canvas: PhotoCanvas) -> None:
    canvas.set_region(Region(200, 200, 400, 200))
    said = heard(canvas)
    drag(qtbot, canvas, (700, 500), (701, 501))
    assert canvas.region is None
    assert said[-1] == (None, False)


def test_the_keyboard_draws_moves_resizes_and_clears(qtbot: QtBot, canvas: PhotoCanvas) -> None:
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.region == Region(400, 300, 800, 600)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.region == Region(401, 290, 800, 600)
    qtbot.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert canvas.region == Region(401, 290, 799, 610)
    assert canvas.accessibleDescription() == "Region, left 401, top 290, width 799, height 610 pixels"
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.region is None


def test_zooming_keeps_the_point_under_the_pointer_in_place(canvas: PhotoCanvas) -> None:
    at = QPointF(312, 262)
    before = canvas.to_photo(at)
    canvas.set_zoom(2.0, at)
    after = canvas.to_photo(at)
    assert (after.x(), after.y()) == (pytest.approx(before.x(), abs=0.6), pytest.approx(before.y(), abs=0.6))
    assert not canvas.is_fitted()
    canvas.set_zoom(None)
    assert canvas.view().mapRect(QRectF(0, 0, WIDTH, HEIGHT)) == QRectF(12, 12, 800, 600)


def test_with_the_region_tool_off_a_drag_moves_the_picture(qtbot: QtBot, canvas: PhotoCanvas) -> None:
    canvas.set_draws_regions(False)
    canvas.set_zoom(2.0)
    before = canvas.to_photo(QPointF(400, 300))
    drag(qtbot, canvas, (400, 300), (300, 250))
    after = canvas.to_photo(QPointF(400, 300))
    assert (after.x() - before.x(), after.y() - before.y()) == (50, 25)
    assert canvas.region is None


def test_outside_of_the_box_the_photo_is_veiled_and_its_border_is_white(canvas: PhotoCanvas) -> None:
    canvas.set_region(Region(400, 300, 800, 600))
    picture = canvas.grab().toImage()
    inside, outside = picture.pixelColor(412, 312), picture.pixelColor(60, 60)
    assert inside == QColor(90, 120, 150)
    assert outside.lightness() < inside.lightness()
    border = [picture.pixelColor(212 + d, 260).lightness() for d in (-1, 0)]
    assert max(border) > 200
    assert picture.pixelColor(5, 300) == tokens(canvas).canvas


def test_the_handles_can_be_pressed_at_the_edge_of_the_photo(qtbot: QtBot, canvas: PhotoCanvas) -> None:
    canvas.set_region(Region(0, 0, WIDTH, HEIGHT))
    drag(qtbot, canvas, (12, 12), (112, 62))
    assert canvas.region == Region(200, 100, WIDTH - 200, HEIGHT - 100)

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QKeyEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication

from tests.gui.fake_client import FakeClient, hit, photo_row
from visearch_desktop.core.region import Region
from visearch_desktop.gui.grid import cell_delegate
from visearch_desktop.gui.grid.cell_delegate import draw_rounded, paint_outline
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.library.model import LibraryModel
from visearch_desktop.gui.theme.palette import palette
from visearch_desktop.gui.theme.tokens import LIGHT
from visearch_desktop.library.rows import PhotoView
from visearch_desktop.service import protocol as p

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Shown:
    """A grid over a library that is not there, as a window would show it."""

    def __init__(self, qtbot, count: int, width: int = 800, height: int = 600, **changes):
        QApplication.setPalette(palette(LIGHT))
        self.qtbot = qtbot
        self.client = FakeClient([photo_row(i, **changes) for i in range(count)])
        self.thumbnails = Thumbnails(self.client)
        self.view = GridView(self.thumbnails, with_hits=False)
        qtbot.addWidget(self.view)
        self.model = LibraryModel(self.client, self.view)
        self.view.setModel(self.model)
        self.view.resize(width, height)
        self.view.show()
        self.model.show_view(PhotoView())
        qtbot.waitUntil(lambda: self.model.rowCount() == count)
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.thumbnails.is_idle, timeout=10_000)

    def key(self, key, modifiers=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.view, key, modifiers)
        return self.view.currentIndex().row()

    def selected(self):
        return list(self.view.selected_indexes())

    def centre(self, index: int) -> QPoint:
        box = self.view.visualRect(self.model.index(index))
        return QPoint(box.center().x(), box.top() + self.view.layout_of_cells.picture_height // 2)

    def stop(self):
        self.thumbnails.stop()


@pytest.fixture
def shown(qtbot):
    made = []

    def make(count: int = 300, **settings) -> Shown:
        made.append(Shown(qtbot, count, **settings))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_arrows_walk_across_headings_and_home_and_end_go_to_the_ends(shown):
    grid = shown()
    columns, first = grid.view.layout_of_cells.columns, grid.model.sections[0].count
    grid.view.setCurrentIndex(grid.model.index(0))
    assert grid.key(Qt.Key.Key_Right) == 1
    assert grid.key(Qt.Key.Key_Down) == 1 + columns
    last_line = first - 1 - (first - 1) % columns
    grid.view.setCurrentIndex(grid.model.index(last_line))
    assert grid.key(Qt.Key.Key_Down) == first
    assert grid.key(Qt.Key.Key_Up) == last_line
    assert grid.key(Qt.Key.Key_End) == 299
    assert grid.view.visualRect(grid.model.index(299)).bottom() <= grid.view.viewport().height()
    assert grid.key(Qt.Key.Key_Home) == 0
    assert grid.view.verticalScrollBar().value() <= grid.view.layout_of_cells.picture(0).y
    assert grid.key(Qt.Key.Key_PageDown) >= 2 * columns


def test_the_current_photo_is_never_hidden_by_the_heading_that_sticks(shown):
    grid = shown()
    grid.view.setCurrentIndex(grid.model.index(60))
    for _ in range(9):
        grid.key(Qt.Key.Key_Up)
        box = grid.view.visualRect(grid.view.currentIndex())
        assert grid.view.indexAt(QPoint(box.center().x(), box.top() + 8)) == grid.view.currentIndex()


def test_type_ahead_finds_a_name_even_with_letters_that_are_shortcuts(shown):
    grid = shown(60)
    rows = [photo_row(i, name=f"{'coast' if i == 20 else 'castle' if i == 30 else 'img'}{i}.jpg") for i in range(60)]
    grid.client.rows = rows
    grid.model.show_view(PhotoView())
    grid.qtbot.waitUntil(lambda: grid.model.photo_at(20) == rows[20])
    grid.view.setCurrentIndex(grid.model.index(0))
    pressed = []
    grid.view.key_pressed.connect(lambda event: pressed.append(event.text()))
    QTest.keyClicks(grid.view, "cas")
    assert grid.view.currentIndex().row() == 30
    assert pressed == ["c"]
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_S, Qt.KeyboardModifier.NoModifier, "s")
    override.ignore()
    QApplication.sendEvent(grid.view, override)
    assert override.isAccepted(), "the letter belongs to the name, not to the shortcut of the window"


def test_clicks_select_as_everywhere(shown):
    grid = shown()
    viewport = grid.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=grid.centre(2))
    assert grid.selected() == [2]
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, CONTROL, grid.centre(5))
    assert grid.selected() == [2, 5]
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, SHIFT, grid.centre(8))
    assert grid.selected() == [2, 5, 6, 7, 8]
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(3, 300))
    assert grid.selected() == []
    QTest.keyClick(grid.view, Qt.Key.Key_A, CONTROL)
    assert len(grid.selected()) == 300
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=grid.centre(4))
    grid.key(Qt.Key.Key_Right, SHIFT)
    assert grid.selected() == [4, 5]


def test_a_band_drawn_between_the_photos_selects_what_it_touches(shown):
    grid = shown()
    viewport, columns = grid.view.viewport(), grid.view.layout_of_cells.columns
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(4, grid.centre(0).y()))
    for pos in (QPoint(40, grid.centre(0).y()), QPoint(grid.centre(1).x(), grid.centre(columns).y())):
        QTest.mouseMove(viewport, pos)
    assert grid.view.state() == QAbstractItemView.State.DragSelectingState
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=grid.centre(columns + 1))
    assert grid.selected() == [0, 1, columns, columns + 1]


def test_control_and_the_wheel_make_pictures_larger_around_the_pointer(shown):
    grid = shown()
    grid.view.verticalScrollBar().setValue(700)
    held = next(grid.view.visible()) + 5
    grid.view.setCurrentIndex(grid.model.index(held))
    before = grid.view.visualRect(grid.model.index(held)).top()
    sizes = []
    grid.view.zoomed.connect(sizes.append)
    for delta in [120] * 12 + [-120] * 24:
        at = QPointF(300, 300)
        wheel = QWheelEvent(
            at, at, QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton, CONTROL, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(grid.view.viewport(), wheel)
        assert abs(grid.view.visualRect(grid.model.index(held)).top() - before) <= 1
    assert max(sizes) == 320
    assert min(sizes) == 96
    assert all(size % 4 == 0 for size in sizes)


def test_only_what_is_near_the_view_is_asked_for(shown):
    grid = shown(20_000, width=700, height=500)
    grid.view.verticalScrollBar().setValue(300_000)
    grid.qtbot.waitUntil(lambda: grid.model.photo_at(next(grid.view.visible())) is not None)
    grid.settle()
    pages = {request.offset for request in grid.client.asked(p.GetPage)}
    thumbnails = {i for request in grid.client.asked(p.GetThumbnails) for i in request.photo_ids}
    assert len(pages) < 8
    assert len(thumbnails) < 150
    in_view = {grid.model.photo_at(index).photo_id for index in grid.view.visible()}
    assert in_view <= thumbnails


def test_pictures_that_were_scrolled_past_are_cancelled_and_not_decoded(shown):
    grid = shown(2000, width=700, height=500)
    grid.client.hold()
    bar = grid.view.verticalScrollBar()
    bar.setValue(3000)
    grid.qtbot.wait(30)
    passed = [request.job for request in grid.client.asked(p.GetThumbnails)][-1]
    bar.setValue(9000)
    grid.qtbot.waitUntil(lambda: passed in [request.other for request in grid.client.asked(p.Cancel)])
    grid.client.let_go()
    grid.settle()
    grid.qtbot.waitUntil(lambda: all(grid.thumbnails.pixmap(i) is not None for i in grid.view.visible()))


def test_a_cell_shows_the_photo_contained_and_in_its_own_shape(shown):
    grid = shown(12)
    grid.qtbot.waitUntil(lambda: grid.thumbnails.pixmap(0) is not None)
    image = grid.view.grab().toImage()
    box = grid.view.layout_of_cells.picture(0)  # an upright photo: 3:4 in a box of 4:3
    middle = image.pixelColor(box.x + box.width // 2, box.y + box.height // 2)
    left = image.pixelColor(box.x + 4, box.y + box.height // 2)
    assert middle.saturation() > 100
    assert left == LIGHT.base


def test_a_photo_that_is_still_coming_has_a_plain_place_with_an_icon(shown):
    grid = shown(12, has_thumbnail=False)
    assert grid.client.asked(p.GetThumbnails) == []
    image = grid.view.grab().toImage()
    box = grid.view.layout_of_cells.picture(1)
    assert image.pixelColor(box.x + 10, box.y + 10) == LIGHT.window
    icon = image.copy(box.x + box.width // 2 - 10, box.y + box.height // 2 - 10, 20, 20)
    assert any(icon.pixelColor(x, y).lightness() < 200 for x in range(20) for y in range(20))


def test_pixmaps_are_made_for_the_screen_at_the_size_of_the_cell(shown):
    grid = shown(12)
    grid.qtbot.waitUntil(lambda: grid.thumbnails.pixmap(1) is not None)
    pixmap = grid.thumbnails.pixmap(1)
    ratio = grid.view.devicePixelRatioF()
    assert pixmap.devicePixelRatio() == ratio
    assert pixmap.height() == round(grid.view.layout_of_cells.picture_height * ratio)


def test_on_a_screen_of_two_device_pixels_a_photo_fills_its_place_exactly():
    pixmap = QPixmap(360, 270)
    pixmap.fill(QColor("red"))
    painter = QPainter(pixmap)
    painter.fillRect(180, 0, 180, 270, QColor("blue"))
    painter.end()
    pixmap.setDevicePixelRatio(2.0)
    screen = QImage(500, 400, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(2.0)
    screen.fill(QColor("white"))
    painter = QPainter(screen)
    draw_rounded(painter, pixmap, QRectF(30, 20, 180, 135))
    painter.end()
    row = [screen.pixelColor(x, 150).name() for x in range(500)]
    assert (row.index("#ff0000"), row.index("#0000ff")) == (60, 240)
    assert row.count("#ff0000") == row.count("#0000ff") == 180


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_outline_is_as_wide_on_every_screen(ratio: float):
    screen = QImage(round(200 * ratio), round(150 * ratio), QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    screen.fill(QColor("white"))
    row = photo_row(1, width=400, height=300)
    painter = QPainter(screen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_outline(painter, Region(100, 60, 200, 180).quad(), row, QRectF(0, 0, 200, 150), LIGHT)
    painter.end()
    dark = [x for x in range(screen.width() // 2) if screen.pixelColor(x, screen.height() // 2).lightness() < 240]
    assert 3.4 * ratio <= len(dark) <= 3.6 * ratio + 2
    assert round(50 * ratio) in dark


def test_a_place_that_is_only_estimated_is_dashed_on_an_unbroken_casing():
    screen = QImage(200, 150, QImage.Format.Format_RGB32)
    row = photo_row(1, width=400, height=300)
    colours = {}
    for dashed in (False, True):
        screen.fill(QColor("white"))
        painter = QPainter(screen)
        paint_outline(painter, Region(100, 60, 200, 180).quad(), row, QRectF(0, 0, 200, 150), LIGHT, dashed=dashed)
        painter.end()
        colours[dashed] = [screen.pixelColor(50, y).name() for y in range(40, 110)]
    assert len(set(colours[False])) < len(set(colours[True]))
    assert "#ffffff" not in colours[True]


def test_a_hit_shows_an_estimate_only_where_nothing_was_located(shown, monkeypatch):
    drawn = []
    monkeypatch.setattr(cell_delegate, "paint_outline", lambda *given, dashed=False: drawn.append((given[1], dashed)))
    place = Region(10, 20, 200, 150)
    hits = [hit(1, 1, inliers=30, estimated=place), hit(2, 2, estimated=place), hit(3, 3)]
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    delegate = shown(3).view.itemDelegate()
    for one in hits:
        delegate._paint_hit(painter, QRectF(0, 0, 200, 150), photo_row(one.photo_id), one, LIGHT)
    painter.end()
    assert drawn == [(hits[0].quad, False), (place.quad(), True)]


def test_the_heading_of_the_section_in_view_sticks_and_the_next_one_pushes_it_away(shown):
    grid = shown()
    sticky, layout, bar = grid.view._sticky, grid.view.layout_of_cells, grid.view.verticalScrollBar()
    assert sticky.heading is None
    bar.setValue(200)
    assert sticky.heading.title == "July 2026"
    assert sticky.accessibleName() == f"July 2026, {grid.model.sections[0].count} photos"
    bar.setValue(layout.section_bottom(0) - 10)
    assert sticky.heading.title == "July 2026"
    assert sticky.height() == 10
    bar.setValue(layout.heading(1).y + 60)
    assert sticky.heading.title == "June 2026"


def test_a_drag_carries_the_selected_files_as_copies(shown):
    grid = shown(12)
    for index in (1, 3):
        grid.view.selectionModel().select(grid.model.index(index), QItemSelectionModel.SelectionFlag.Select)
    urls = [url.toLocalFile() for url in grid.view.dragged().urls()]
    assert urls == ["/photos/IMG_0001.jpg", "/photos/IMG_0003.jpg"]
    assert grid.model.supportedDragActions() == Qt.DropAction.CopyAction


def test_the_screen_reader_sees_every_cell(shown):
    grid = shown(12, is_offline=True)
    accessible = QAccessible.queryAccessibleInterface(grid.view)
    assert accessible.childCount() == 12
    text = accessible.child(3).text(QAccessible.Text.Name)
    assert text.startswith("IMG_0003.jpg, ")
    assert text.endswith("2026, drive not connected")
    assert grid.model.data(grid.model.index(0), Qt.ItemDataRole.AccessibleDescriptionRole) == "July 2026, 12 photos"


def test_the_model_holds_to_the_rules_of_qt(qtmodeltester, shown):
    grid = shown(200)
    qtmodeltester.check(grid.model)


def test_a_picture_that_cannot_be_decoded_leaves_its_place_empty_and_the_others_alone(qtbot):
    client = FakeClient([photo_row(i) for i in range(4)])
    client.thumbnails = lambda row: b"no picture" if row.photo_id == 1 else _png()
    thumbnails = Thumbnails(client)
    from PySide6.QtCore import QSize

    thumbnails.want(range(4), QSize(160, 120), 1.0)
    qtbot.waitUntil(lambda: all(thumbnails.pixmap(i) is not None for i in (0, 2, 3)))
    assert thumbnails.pixmap(1) is None
    thumbnails.stop()


def test_fifty_thousand_changes_are_emitted_and_read(shown):
    """PySide6 6.12 on Python 3.11 loses a reference of True and None each time, and aborts after some hundreds."""
    grid = shown(60)
    index = grid.model.index(3)
    nothing = Qt.ItemDataRole.DecorationRole
    for _ in range(50_000):
        grid.model.dataChanged.emit(index, index)
        assert index.data(nothing) is None
    assert index.data() == "IMG_0003.jpg"


def _png() -> bytes:
    from tests.gui.fake_client import encoded

    image = QImage(200, 150, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return encoded(image)

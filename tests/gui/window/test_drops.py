"""What is dropped on the window or pasted into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.fake_client import encoded
from tests.gui.window.conftest import Library
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.service import protocol as p


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "can.jpg"
    path.write_bytes(encoded(_image()))
    return path


def _image() -> QImage:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    return image


def hold_over(window: MainWindow, mime: QMimeData) -> bool:
    enter = QDragEnterEvent(
        QPoint(700, 400), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    QApplication.sendEvent(window, enter)
    return enter.isAccepted()


def drop(window: MainWindow, mime: QMimeData) -> None:
    hold_over(window, mime)
    event = QDropEvent(
        QPointF(700, 400), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(window, event)


def test_a_dropped_file_is_searched_for(window: MainWindow, picture: Path) -> None:
    assert hold_over(window, files(picture))
    assert window.overlay.isVisible()
    assert window.overlay.text == "Drop to search for this picture"
    drop(window, files(picture))
    assert not window.overlay.isVisible()
    assert window.session.query.pictures[0].path == picture
    assert window.session.page == Page.RESULTS


def test_a_dropped_folder_is_added(qtbot, window: MainWindow, library: Library, tmp_path: Path) -> None:
    assert hold_over(window, files(tmp_path))
    assert window.overlay.text == "Drop the folder to add it"
    drop(window, files(tmp_path))
    assert [request.path for request in library.asked(p.AddFolder)] == [tmp_path]
    assert not window.session.query.pictures


def test_a_picture_out_of_a_browser_comes_as_its_bytes(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/holiday/tower.jpg")])
    mime.setData("image/jpeg", encoded(_image()))
    drop(window, mime)
    asked = window.session.query.pictures[0]
    assert asked.encoded == encoded(_image())
    assert asked.name == "tower.jpg"


def test_pixels_out_of_a_browser_are_encoded(qtbot, window: MainWindow) -> None:
    mime = QMimeData()
    mime.setImageData(_image())
    drop(window, mime)
    qtbot.waitUntil(lambda: bool(window.session.query.pictures))
    back = QImage.fromData(window.session.query.pictures[0].encoded)
    assert back.pixelColor(5, 5) == QColor("teal")


def test_an_address_without_pixels_is_refused_with_a_sentence(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/tower.jpg")])
    drop(window, mime)
    assert not window.session.query.pictures
    assert window.toast.text.startswith("Only the address came")


def test_text_that_is_no_path_is_not_offered(window: MainWindow) -> None:
    mime = QMimeData()
    mime.setText("hello")
    assert not hold_over(window, mime)
    assert not window.overlay.isVisible()


def test_ctrl_v_searches_for_the_picture_in_the_clipboard(qtbot, window: MainWindow) -> None:
    mime = QMimeData()
    mime.setImageData(_image())
    QGuiApplication.clipboard().setMimeData(mime)
    window.panes.focus_page()
    window.menus.actions["paste"].trigger()
    qtbot.waitUntil(lambda: bool(window.session.query.pictures))
    assert window.session.query.pictures[0].name == "Pasted picture"


def test_pasting_into_the_field_searches_too(qtbot, window: MainWindow, picture: Path) -> None:
    QGuiApplication.clipboard().setMimeData(files(picture))
    window.query_bar.field.setFocus()
    QTest.keyClick(window.query_bar.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.session.query.pictures[0].path == picture


def test_a_pasted_path_is_opened(window: MainWindow, picture: Path) -> None:
    QGuiApplication.clipboard().setText(str(picture))
    window.intake.paste()
    assert window.session.query.pictures[0].path == picture


def test_a_typed_path_is_searched_for_and_a_wrong_one_is_said(window: MainWindow, picture: Path) -> None:
    field = window.query_bar.field
    QTest.keyClicks(field, str(picture.parent / "gone.jpg"))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "There is no file" in window.toast.text
    field.clear()
    QTest.keyClicks(field, str(picture))
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.session.query.pictures[0].path == picture


def test_in_an_empty_library_a_picture_waits_for_photos(open_window, library: Library, picture: Path) -> None:
    library.folders = ()
    window = open_window(library)
    drop(window, files(picture))
    assert not window.session.query.pictures
    assert window.toast.text == "There are no photos to search yet. Add a folder first."

"""What is done with answers: a box drawn on a photo, a comparison, the way back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from tests.gui.end_to_end.conftest import SIZE
from tests.gui.end_to_end.person import Person
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.window.places import Page
from visearch_desktop.search.hits import Stage

ALT = Qt.KeyboardModifier.AltModifier


def test_answers_follow_a_box_while_it_is_dragged_and_are_verified_when_it_rests(person: Person) -> None:
    person.open("scene00.jpg")
    stages: list[Stage | None] = []
    person.session.ranking_changed.connect(stages.append)
    canvas = person.page.canvas
    person.pull(canvas, (0.35, 0.3), (0.5, 0.5), (0.55, 0.6), let_go=False)
    person.until(lambda: person.session.ranking is not None, "answers while the button is down")
    stages.clear()
    for step in range(8):
        person.qtbot.mouseMove(
            canvas, QPoint(round((0.56 + step / 80) * canvas.width()), round(0.65 * canvas.height()))
        )
        person.qtbot.wait(20)
    person.until(lambda: Stage.FIRST in stages, "an answer that follows")
    person.qtbot.mouseRelease(
        canvas, Qt.MouseButton.LeftButton, pos=QPoint(canvas.width() * 2 // 3, canvas.height() * 2 // 3)
    )
    person.until(person.is_verified, "a verified answer")
    assert person.window.page is Page.PHOTO
    region = person.session.query.pictures[0].region
    assert region is not None
    assert region == canvas.region
    first = person.session.ranking.hits[0]
    assert person.session.rows[0].name == "scene00.jpg"
    corners = [region.x, region.y, region.right, region.bottom]
    found = [*first.quad[0], *first.quad[2]]
    assert max(abs(one - other) for one, other in zip(corners, found, strict=True)) < 3
    assert person.page.strip.model().rowCount() >= 1
    person.until(lambda: "details" in person.page.panel.summary.text(), "how much there is to go on")


def test_a_box_is_moved_and_resized_by_keys_and_the_answers_follow(person: Person) -> None:
    person.open("scene00.jpg")
    canvas = person.page.canvas
    person.press(Qt.Key.Key_Right, canvas)
    person.until(person.is_verified, "an answer to the first box")
    first = canvas.region
    person.press(Qt.Key.Key_Right, canvas, Qt.KeyboardModifier.ShiftModifier)
    person.press(Qt.Key.Key_Down, canvas, Qt.KeyboardModifier.ControlModifier)
    assert (canvas.region.x, canvas.region.height) == (first.x + 10, first.height + 1)
    person.until(person.is_verified, "an answer to the moved box")
    assert person.session.query.pictures[0].region == canvas.region
    person.press(Qt.Key.Key_Escape, canvas)
    assert person.session.query.pictures[0].region is None
    person.until(person.is_verified, "an answer to the whole photo")


def test_a_double_click_on_a_hit_says_why_it_is_one(person: Person) -> None:
    person.search("scene00.jpg")
    person.click_photo("again0.jpg", twice=True)
    person.until(lambda: person.window.page is Page.COMPARE, "the compare page")
    page = person.page
    person.until(lambda: "agree" in page.said.sentence.text(), "the sentence that says why")
    assert "details agree in one perspective" in page.said.sentence.text()
    assert "turned by 12°" in page.said.sentence.text()
    assert len(page.panes.matches.agreeing) > 0
    person.until(lambda: not page.panes.right.pixmap.isNull() and not page.panes.left.pixmap.isNull(), "both photos")
    with_lines = image_of(page.panes)
    person.click(page.tools.agreeing)
    person.click(page.tools.tentative)
    without_lines = image_of(page.panes)
    assert with_lines != without_lines
    person.click(page.tools.mode_buttons[Mode.BLINK])
    person.qtbot.keyPress(page.panes, Qt.Key.Key_B)
    blinking = image_of(page.panes)
    person.qtbot.keyRelease(page.panes, Qt.Key.Key_B)
    assert blinking != image_of(page.panes)


def test_both_pictures_zoom_together_and_arrows_walk_through_the_hits(person: Person) -> None:
    person.search("scene00.jpg")
    person.click_photo("again0.jpg")
    person.press(Qt.Key.Key_C, person.grid)
    page = person.page
    person.until(lambda: "agree" in page.said.sentence.text(), "the sentence that says why")
    person.click(page.tools.larger)
    assert page.panes.left.zoom == page.panes.right.zoom > 1
    order = [row.photo_id for row in person.session.rows]
    at = order.index(person.session.compared)
    person.press(Qt.Key.Key_Right, page.panes)
    assert person.session.compared == order[at + 1]
    person.until(lambda: "agree" in page.said.sentence.text(), "the sentence for the next hit")
    person.press(Qt.Key.Key_Escape, page.panes)
    assert person.window.page is Page.RESULTS


def test_back_and_forward_restore_query_answer_selection_and_scroll(person: Person) -> None:
    person.window.resize(900, 600)
    person.sees_library(15)
    person.qtbot.wait(50)
    person.grid.set_picture_size(260)
    person.grid.scrollTo(person.grid.photos().index(person.place_of("scene00.jpg")))
    person.click_photo("scene00.jpg")
    scroll = person.grid.verticalScrollBar().value()
    assert scroll > 0
    selected = person.session.selected
    person.press_s()
    names = person.sees_results()
    query = person.session.query
    person.click_photo(names[1])
    hit = person.session.selected
    person.press(Qt.Key.Key_Left, person.window, ALT)
    person.until(lambda: person.window.page is Page.LIBRARY, "the library again")
    assert person.session.selected == selected
    assert person.grid.verticalScrollBar().value() == scroll
    person.press(Qt.Key.Key_Right, person.window, ALT)
    assert person.window.page is Page.RESULTS
    assert person.session.query == query
    assert person.names() == names
    assert person.session.selected == hit
    assert person.window.query_bar.cards[0].picture == query.pictures[0]


def test_the_library_is_where_it_was_when_the_search_is_cleared(person: Person) -> None:
    person.sees_library(15)
    person.grid.set_picture_size(260)
    person.grid.scrollTo(person.grid.photos().index(person.place_of("scene02.jpg")))
    scroll = person.grid.verticalScrollBar().value()
    assert scroll > 0
    person.search("scene02.jpg")
    person.window.menus.actions["clear"].trigger()
    person.sees_library(15)
    assert person.grid.verticalScrollBar().value() == scroll
    person.press(Qt.Key.Key_Left, person.window, ALT)
    assert person.sees_results() == ["scene02.jpg"]


def test_a_box_too_small_is_none_and_one_past_the_edge_is_clipped(person: Person) -> None:
    person.open("scene00.jpg")
    canvas = person.page.canvas
    person.pull(canvas, (0.5, 0.5), (0.502, 0.6))
    assert canvas.region is None
    assert not person.session.query.pictures
    person.pull(canvas, (0.5, 0.5), (0.8, 0.8), (1.0, 1.0))
    assert (canvas.region.right, canvas.region.bottom) == SIZE
    person.until(person.is_verified, "an answer")
    assert person.session.failure is None
    assert person.session.rows[0].name == "scene00.jpg"


def test_a_hit_is_searched_for_from_its_context_menu_while_nothing_stays_stuck(person: Person) -> None:
    person.search("scene00.jpg")
    person.click_photo("again0.jpg")
    at = person.grid.visualRect(person.grid.currentIndex()).center()
    person.qtbot.mousePress(person.grid.viewport(), Qt.MouseButton.RightButton, pos=at)
    menu = person.page.actions_on_photos.menu()
    menu.popup(person.grid.viewport().mapToGlobal(at))  # it takes the release of the button
    next(action for action in menu.actions() if action.text().startswith("More like this")).trigger()
    menu.close()
    person.until(lambda: person.session.query.pictures[0].name == "again0.jpg", "the new query")
    person.until(lambda: person.is_verified() and person.grid.isVisible(), "its answer")
    assert person.names()[0] == "again0.jpg"


def image_of(widget: object) -> QImage:
    return widget.grab().toImage()

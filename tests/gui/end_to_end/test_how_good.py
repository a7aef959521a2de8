"""Making groups in the grid and measuring methods on them, as a person does it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.gui.end_to_end.person import BUTTON, Person
from visearch_desktop.gui.evaluation.page import EvaluationPage
from visearch_desktop.gui.groups.popover import GroupPopover
from visearch_desktop.gui.window.places import Page
from visearch_desktop.service.protocol import SourceKind

ALL = 15
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_two_groups_are_made_and_two_methods_measured_on_them(person: Person) -> None:
    person.sees_library(ALL)
    used = person.session.overview.descriptor
    make_group(person, "First scene", "scene00.jpg", "again0.jpg", "again1.jpg", "again2.jpg")
    make_group(person, "Odd pair", "scene05.jpg", "scene06.jpg")
    person.press(Qt.Key.Key_H, person.window, CONTROL, SHIFT)
    person.until(lambda: person.window.page is Page.EVALUATION, "the page")
    page: EvaluationPage = person.page
    person.click(page.sources.rows[SourceKind.GROUPS])
    person.until(lambda: page.bar.measure.isVisible(), "something to measure")
    assert page.bar.summary.whole == "6 questions to 15 photos"
    page.table.lines.check(["rootsift_vlad", "colour_histogram"])
    person.click(page.bar.measure)
    person.until(lambda: page.bar.stop.isVisible() and page.bar.summary.whole, "progress")
    person.until(lambda: page.bar.measure.isVisible(), "the end of measuring")
    quality = {line.name: line.figures.mean_ap for line in page.table.lines.lines if line.figures is not None}
    assert set(quality) == {"rootsift_vlad", "colour_histogram"}
    assert quality["rootsift_vlad"] > quality["colour_histogram"]
    assert page.table.model().index(0, 0).data() == "Details (RootSIFT–VLAD)", "the best is on top"
    person.until(lambda: page.plot.drawn is not None, "the plot")
    assert person.session.overview.descriptor == used, "measuring a method does not take it into use"


def test_stopping_keeps_what_was_measured_and_the_window_searches_meanwhile(person: Person) -> None:
    person.sees_library(ALL)
    make_group(person, "First scene", "scene00.jpg", "again0.jpg", "again1.jpg")
    person.session.show_page(Page.EVALUATION)
    page: EvaluationPage = person.page
    person.click(page.sources.rows[SourceKind.GROUPS])
    person.until(lambda: page.bar.measure.isVisible(), "something to measure")
    page.table.lines.check(["colour_histogram", "bow", "fisher", "matching_sift"])
    person.click(page.bar.measure)
    person.until(lambda: any(line.figures for line in page.table.lines.lines), "the first row")
    measured = [line.name for line in page.table.lines.lines if line.figures]
    person.click(page.bar.stop)
    person.until(lambda: page.bar.measure.isVisible(), "the end of measuring")
    person.session.show_view(person.session.view)
    person.search("scene00.jpg")
    assert person.names()[0] == "scene00.jpg"
    person.session.show_page(Page.EVALUATION)
    person.until(lambda: page.bar.measure.isVisible(), "the page again")
    assert set(measured) <= {line.name for line in page.table.lines.lines if line.figures}


def make_group(person: Person, name: str, *photos: str) -> None:
    """Select photos and say what they show."""
    person.click_photo(photos[0])
    for photo in photos[1:]:
        at = person.grid.visualRect(person.grid.photos().index(person.place_of(photo))).center()
        person.qtbot.mouseClick(person.grid.viewport(), BUTTON, CONTROL, at)
    assert len(person.page.actions_on_photos.selected()) == len(photos)
    person.press(Qt.Key.Key_G, person.grid)
    (popover,) = (one for one in person.window.findChildren(GroupPopover) if one.isVisible())
    person.qtbot.keyClicks(popover.field, name)
    person.press(Qt.Key.Key_Return, popover.field)
    person.window.activateWindow()  # the offscreen platform does not do that when a popover closes
    person.until(lambda: len(person.session.groups.all.get(name, ())) == len(photos), f"the group {name}")

"""Photos that show the same are put into a group where they are seen, and taken out again; both can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.gui.window.conftest import Library
from visearch_desktop.gui.groups.popover import GroupPopover
from visearch_desktop.gui.window.main_window import MainWindow
from visearch_desktop.gui.window.places import Page
from visearch_desktop.service import protocol as p


class Labels:
    """What the library remembers of groups."""

    def __init__(self, library: Library) -> None:
        self.groups: dict[str, tuple[int, ...]] = {"Bridge": (5, 6), "Old lighthouse": (7,)}
        library.answers[p.GetLabels] = lambda request: [p.LabelsReady(request.job, dict(self.groups))]
        library.answers[p.LabelPhotos] = self._label
        library.answers[p.RestoreLabels] = lambda request: [self._set(request.job, request.labels)]

    def _label(self, request: p.LabelPhotos) -> list[object]:
        if request.label == "refused":
            return [p.Failed(request.job, "UsageError", "A group needs another name.", "")]
        return [self._set(request.job, dict.fromkeys(request.photo_ids, request.label))]

    def _set(self, job: int, wanted: dict[int, str]) -> p.LabelsReady:
        had = {i: name for name, ids in self.groups.items() for i in ids}
        now = {i: name for i, name in {**had, **wanted}.items() if name}
        self.groups = {name: tuple(sorted(i for i in now if now[i] == name)) for name in sorted(set(now.values()))}
        return p.LabelsReady(job, dict(self.groups), {i: had.get(i, "") for i in wanted})


@pytest.fixture
def labels(library: Library) -> Labels:
    return Labels(library)


@pytest.fixture
def shown(qtbot, labels: Labels, window: MainWindow) -> MainWindow:
    """The library page with photos 1 and 2 selected."""
    page = window.pages.page(Page.LIBRARY)
    qtbot.waitUntil(lambda: page.model.rowCount() == 60 and page.model.photo_at(2) is not None)
    qtbot.waitUntil(lambda: "Bridge" in window.session.groups.all)
    grid = page.grid
    grid.setFocus()
    for at, held in ((1, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
        place = grid.visualRect(grid.model().index(at, 0)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, held, place)
    assert sorted(row.photo_id for row in page.actions_on_photos.selected()) == [1, 2]
    return window


def popover(window: MainWindow) -> GroupPopover:
    (found,) = (one for one in window.findChildren(GroupPopover) if one.isVisible())
    return found


def test_g_asks_what_the_selected_photos_show_and_return_makes_a_group(
    qtbot, shown: MainWindow, labels: Labels
) -> None:
    QTest.keyClick(shown.pages.currentWidget().grid, Qt.Key.Key_G)
    asked = popover(shown)
    assert not asked.take.isEnabled()
    QTest.keyClicks(asked.field, "  Dinner  table")
    assert asked.take.text() == "Make a group"
    QTest.keyClick(asked.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: labels.groups.get("Dinner table") == (1, 2))
    qtbot.waitUntil(lambda: shown.toast.text == "2 photos in the group “Dinner table”.")
    shown.menus.actions["undo"].trigger()
    qtbot.waitUntil(lambda: set(labels.groups) == {"Bridge", "Old lighthouse"})
    assert shown.session.groups.all == labels.groups


def test_a_group_that_there_is_is_found_by_a_part_of_its_name_and_taken_by_keys(
    qtbot, shown: MainWindow, labels: Labels
) -> None:
    shown.menus.actions["group"].trigger()
    asked = popover(shown)
    assert asked.names.count() == 2
    QTest.keyClicks(asked.field, "light")
    assert [asked.names.item(at).text() for at in range(asked.names.count())] == ["Old lighthouse"]
    QTest.keyClick(asked.field, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is asked.names
    QTest.keyClick(asked.names, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: labels.groups["Old lighthouse"] == (1, 2, 7))


def test_the_menu_names_the_group_that_photos_are_taken_out_of(qtbot, shown: MainWindow, labels: Labels) -> None:
    actions = shown.pages.currentWidget().actions_on_photos
    out = next(one for one in actions.menu().actions() if one.text().startswith("Take out"))
    assert not out.isEnabled()
    shown.session.groups.label([1, 2], "Tea & cake")
    qtbot.waitUntil(lambda: shown.session.groups.of([1]) == ["Tea & cake"])
    out = next(one for one in actions.menu().actions() if one.text().startswith("Take out"))
    assert out.text().split("\t")[0] == "Take out of “Tea && cake”"
    out.trigger()
    qtbot.waitUntil(lambda: shown.session.groups.of([1, 2]) == [])
    qtbot.waitUntil(lambda: shown.toast.text == "2 photos taken out of the group.")
    shown.toast.undo()
    qtbot.waitUntil(lambda: labels.groups.get("Tea & cake") == (1, 2))


def test_a_refusal_is_said_and_changes_nothing(qtbot, shown: MainWindow, labels: Labels) -> None:
    before = dict(labels.groups)
    shown.session.groups.label([1], "refused")
    qtbot.waitUntil(lambda: shown.toast.text == "A group needs another name.")
    assert not shown.toast.can_undo
    assert shown.session.groups.all == before


def test_a_photo_that_is_shown_large_can_be_put_into_a_group(qtbot, shown: MainWindow) -> None:
    shown.session.open_photo(5)
    shown.menus.actions["group"].trigger()
    asked = popover(shown)
    assert asked.field.text() == "Bridge"
    assert asked.take.text() == "Add to the group"
    asked.close()


def test_groups_are_asked_for_again_when_photos_come_or_go(qtbot, shown: MainWindow, labels: Labels, library) -> None:
    labels.groups = {"Bridge": (5,)}
    library.folders = library.folders[:1]
    library.tell()
    qtbot.waitUntil(lambda: shown.session.groups.all == {"Bridge": (5,)})

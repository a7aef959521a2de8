"""Visual groups in the library page: a section each, all of one, and a name for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, photo_row
from visearch_desktop.gui.groups.headings import group_heading
from visearch_desktop.gui.groups.popover import GroupPopover
from visearch_desktop.gui.library.page import LibraryPage
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import GroupKind, PhotoView, Section
from visearch_desktop.service import protocol as p

ROWS = [photo_row(i) for i in range(12)]
GROUPS = PhotoView(groups=GroupKind.SAME)
SECTIONS = (
    Section("3", 5, 34, "Harbour", ("2024-05", "2026-07")),
    Section("9", 2, 2, "", ("2026-07", "2026-07"), "a.jpg"),
)


def sections(request: p.GetSections) -> list[p.Report]:
    if request.view.is_of_groups:
        return [p.SectionsReady(request.job, request.view, SECTIONS)]
    return [p.SectionsReady(request.job, request.view, (Section("2026-07", 12),))]


def page_of(request: p.GetPage) -> list[p.Report]:
    rows = ROWS[:7] if request.view.is_of_groups else ROWS
    return [p.PageReady(request.job, request.view, request.offset, tuple(rows))]


@pytest.fixture
def page(qtbot: QtBot, client: FakeClient, session: Session, dressed: QApplication) -> Iterator[LibraryPage]:
    """It shows two groups."""
    client.answers[p.GetSections] = sections
    client.answers[p.GetPage] = page_of
    client.answers[p.GetGroupPhotos] = lambda asked: [p.GroupPhotosReady(asked.job, tuple(range(34)))]
    made = LibraryPage(client, session)
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    session.show_view(GROUPS)
    qtbot.waitUntil(lambda: made.model.rowCount() == 7)
    yield made
    made.stop()


def test_each_group_has_a_heading_with_its_name_or_its_time_and_all_its_photos_counted(page: LibraryPage) -> None:
    first, second = page.model.headings()
    assert (first.title, first.note) == ("Harbour", "May 2024 – July 2026")
    assert first.spoken == "Harbour, 34 photos, the first 5"
    assert (second.spoken, second.note) == ("July 2026, 2 photos", "a.jpg")


def test_groups_are_not_months_and_have_no_other_order(page: LibraryPage) -> None:
    assert not page.scrubber.isVisible()
    assert not page._order.isVisible()


def test_the_whole_group_of_a_photo_can_be_shown_and_left_again(page: LibraryPage, qtbot: QtBot) -> None:
    page.grid.setCurrentIndex(page.model.index(5))
    assert page.group_actions.group_id() == 9
    page.group_actions.show_all()
    assert page._session.view == PhotoView(groups=GroupKind.SAME, group_id=9)
    qtbot.waitUntil(lambda: page.model.rowCount() == 12)
    assert [heading.title for heading in page.model.headings()] == ["July 2026"]
    page._session.back()
    qtbot.waitUntil(lambda: page.model.rowCount() == 7)


def test_a_name_is_given_to_all_photos_of_the_group(page: LibraryPage, client: FakeClient, qtbot: QtBot) -> None:
    page.grid.setCurrentIndex(page.model.index(0))
    page.group_actions.name()
    qtbot.waitUntil(lambda: page.grid.findChild(GroupPopover) is not None)
    popover = page.grid.findChild(GroupPopover)
    popover.field.setText("Bridge")
    popover.take.click()
    (asked,) = [one for one in client.sent if isinstance(one, p.GetGroupPhotos)]
    assert (asked.kind, asked.group_id) == (GroupKind.SAME, 3)
    (label,) = [one for one in client.sent if isinstance(one, p.LabelPhotos)]
    assert (label.photo_ids, label.label) == (tuple(range(34)), "Bridge")


def test_the_context_menu_acts_on_groups_only_where_they_are_shown(
    page: LibraryPage, session: Session, qtbot: QtBot
) -> None:
    def entries() -> set[str]:
        page.grid.setCurrentIndex(page.model.index(0))
        return {action.text().partition("\t")[0] for action in page.actions_on_photos.menu().actions()}

    assert {"Show the whole group", "Name the whole group…"} <= entries()
    session.show_view(PhotoView(groups=GroupKind.SAME, group_id=3))
    qtbot.waitUntil(lambda: page.model.rowCount() == 12)
    assert "Show the whole group" not in entries()
    assert "Name the whole group…" in entries()
    session.show_view(PhotoView())
    qtbot.waitUntil(lambda: not page.model.is_another_view_coming)
    assert not {"Show the whole group", "Name the whole group…"} & entries()


@pytest.mark.parametrize(
    ("months", "title"),
    [(("", ""), "Without a date"), (("", "2026-07"), "July 2026"), (("2026-06", "2026-07"), "June 2026 – July 2026")],
)
def test_a_group_without_a_name_is_called_by_its_months(
    months: tuple[str, str], title: str, dressed: QApplication
) -> None:
    assert QLocale().language() == QLocale.Language.English
    assert group_heading(Section("1", 2, 2, "", months)).title == title

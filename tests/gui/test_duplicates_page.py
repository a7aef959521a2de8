"""Near duplicates: what stays and what would go, decided on by badge and key; moved to the trash and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.fake_client import FakeClient, photo_row
from visearch_desktop.gui.grid.headings import link_boxes
from visearch_desktop.gui.groups.duplicates_model import FILE
from visearch_desktop.gui.groups.duplicates_page import DuplicatesPage
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.duplicate_rows import (
    Change,
    DuplicateFile,
    DuplicateGroup,
    Duplicates,
    KeepBy,
    Verdict,
)
from visearch_desktop.library.rows import GroupKind, PhotoView
from visearch_desktop.service import protocol as p

KEEP, TRASH, DECIDE = Verdict.KEEP, Verdict.TRASH, Verdict.DECIDE


def file(file_id: int, path: Path, change: Change, verdict: Verdict) -> DuplicateFile:
    path.write_bytes(bytes(1000 * file_id))
    row = photo_row(file_id, path=path, name=path.name, has_thumbnail=False)
    return DuplicateFile(file_id, row, 1000 * file_id, change, 90.0 if change is Change.TURNED else 0.0, verdict)


@pytest.fixture
def found(tmp_path: Path) -> Duplicates:
    """Four copies and two."""
    first = (
        file(1, tmp_path / "best.jpg", Change.BEST, KEEP),
        file(2, tmp_path / "smaller.jpg", Change.SMALLER, TRASH),
        file(3, tmp_path / "turned.jpg", Change.TURNED, TRASH),
        file(4, tmp_path / "mirrored.jpg", Change.MIRRORED, DECIDE),
    )
    second = (
        file(5, tmp_path / "twin.jpg", Change.BEST, KEEP),
        file(6, tmp_path / "twin2.jpg", Change.SAME_FILE, TRASH),
    )
    return Duplicates((DuplicateGroup(1, first), DuplicateGroup(5, second)), 2, 6)


@pytest.fixture
def trash_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's trash, in a home of the test's own."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the trash of this system cannot be put elsewhere")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "Trash"


@pytest.fixture
def page(
    qtbot: QtBot, client: FakeClient, session: Session, dressed: QApplication, found: Duplicates
) -> Iterator[DuplicatesPage]:
    client.answers[p.GetDuplicates] = lambda asked: [p.DuplicatesReady(asked.job, asked.keep_by, found)]
    client.answers[p.RefuseDuplicates] = lambda asked: []
    session.show_view(PhotoView(groups=GroupKind.DUPLICATES))
    made = DuplicatesPage(client, session)
    qtbot.addWidget(made)
    made.resize(1100, 700)
    made.show()
    qtbot.waitUntil(lambda: made.model.rowCount() == 6)
    yield made
    made.stop()


def verdicts(page: DuplicatesPage) -> list[Verdict]:
    return [page.model.file_at(at).verdict for at in range(page.model.rowCount())]


def press_badge(page: DuplicatesPage, at: int) -> None:
    index = page.model.index(at)
    box = page.grid.itemDelegate().badge_box(page.grid.visualRect(index), index.data(FILE))
    QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=box.center().toPoint())


def select(page: DuplicatesPage, *places: int) -> None:
    for number, at in enumerate(places):
        held = Qt.KeyboardModifier.ControlModifier if number else Qt.KeyboardModifier.NoModifier
        cell = page.grid.visualRect(page.model.index(at))
        QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, held, cell.topLeft() + QPoint(20, 20))


def test_each_group_says_what_stays_what_goes_and_what_that_frees(page: DuplicatesPage) -> None:
    first, second = page.model.headings()
    assert (first.title, first.count, first.note) == (
        "best.jpg",
        4,
        "2 stay, 2 to the trash · frees 5\N{NO-BREAK SPACE}kB",
    )
    assert second.note == "1 stay, 1 to the trash · frees 6\N{NO-BREAK SPACE}kB"
    assert page.summary.text() == "2 groups, 6 files, largest first"
    assert page.bar.sum.text() == "3 files would go to the trash and free 11\N{NO-BREAK SPACE}kB."
    assert page.bar.note.text() == "Nothing has moved yet."
    spoken = page.model.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Trash: turned.jpg")
    assert "Turned by 90°" in spoken
    assert "kept, you decide" in page.model.index(3).data(Qt.ItemDataRole.ToolTipRole)


def test_a_badge_is_pressed_to_keep_a_file_or_to_let_it_go(page: DuplicatesPage) -> None:
    press_badge(page, 1)
    press_badge(page, 3)
    assert verdicts(page)[:4] == [KEEP, KEEP, TRASH, TRASH]
    assert page.model.headings()[0].note.startswith("2 stay, 2 to the trash")
    assert "13" in page.bar.sum.text()


def test_keys_decide_on_all_that_is_selected_and_one_of_each_group_stays(page: DuplicatesPage, qtbot: QtBot) -> None:
    select(page, 1, 2)
    QTest.keyClick(page.grid, Qt.Key.Key_K)
    assert verdicts(page)[:4] == [KEEP, KEEP, KEEP, DECIDE]
    select(page, 4)
    with qtbot.waitSignal(page.said) as said:
        QTest.keyClick(page.grid, Qt.Key.Key_Delete)
    assert said.args == ["One photo of each group stays.", None]
    assert verdicts(page)[4:] == [KEEP, TRASH]


def test_what_was_decided_stays_when_the_library_changes(page: DuplicatesPage, found: Duplicates, qtbot: QtBot) -> None:
    press_badge(page, 1)
    (first, second) = found.groups
    changed = replace(found, groups=(replace(first, files=first.files[:3]), second), total_files=5)
    page._client.answers[p.GetDuplicates] = lambda asked: [p.DuplicatesReady(asked.job, asked.keep_by, changed)]
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    assert verdicts(page) == [KEEP, KEEP, TRASH, KEEP, TRASH]


def test_another_rule_is_asked_for_and_each_measure_has_one_place(page: DuplicatesPage, client: FakeClient) -> None:
    oldest = page.rule.choices[0].findData(KeepBy.OLDEST.value)
    page.rule.choices[0].setCurrentIndex(oldest)
    page.rule.choices[0].activated.emit(oldest)
    (*_, asked) = [one for one in client.sent if isinstance(one, p.GetDuplicates)]
    assert asked.keep_by == (KeepBy.OLDEST, KeepBy.SHARPEST, KeepBy.LARGEST)
    assert [choice.currentText() for choice in page.rule.choices] == ["oldest", "sharpest", "largest"]


def test_nothing_moves_before_a_second_press_and_all_of_it_comes_back(
    page: DuplicatesPage, client: FakeClient, trash_can: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    page.bar.move_button.click()
    assert page.bar.sum.text() == "Move 3 files to the trash of your system?"
    page.bar.cancel.click()
    assert page.bar.move_button.text() == "Move 3 to the trash"
    assert (tmp_path / "smaller.jpg").exists()
    (tmp_path / "turned.jpg").write_bytes(b"changed meanwhile")
    page.bar.move_button.click()
    with qtbot.waitSignal(page.said) as said:
        page.bar.move_button.click()
    text, undo = said.args
    assert text.startswith("2 files moved to the trash. 1 file stayed")
    assert sorted(path.name for path in (trash_can / "files").iterdir()) == ["smaller.jpg", "twin2.jpg"]
    assert (tmp_path / "turned.jpg").exists()
    assert isinstance(client.sent[-1], p.Index), "the library looks what is left"
    with qtbot.waitSignal(page.said) as said:
        undo()
    assert said.args[0] == "2 files are back where they were."
    assert (tmp_path / "smaller.jpg").exists()
    assert list((trash_can / "info").iterdir()) == []


def test_a_file_stays_where_the_one_kept_for_it_has_gone_or_changed(
    page: DuplicatesPage, trash_can: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "twin.jpg").unlink()
    (tmp_path / "best.jpg").write_bytes(b"something else")
    with qtbot.waitSignal(page.trash.trashed) as done:
        page.trash.move(page.model.going())
    assert done.args[0].moved == ()
    assert len(done.args[0].failed) == 3


def test_two_names_of_one_file_are_not_moved(
    page: DuplicatesPage, trash_can: Path, qtbot: QtBot, tmp_path: Path, found: Duplicates
) -> None:
    (tmp_path / "twin2.jpg").unlink()
    (tmp_path / "twin2.jpg").symlink_to(tmp_path / "twin.jpg")
    twins = found.groups[1].files
    same_size = replace(twins[1], size_bytes=twins[0].size_bytes)
    with qtbot.waitSignal(page.trash.trashed) as done:
        page.trash.move([replace(page.model.going()[-1], file=same_size)])
    assert done.args[0].failed == (tmp_path / "twin2.jpg",)


def test_the_list_of_what_would_go_can_be_copied(page: DuplicatesPage, tmp_path: Path) -> None:
    page.bar.copy_list.click()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied == [str(tmp_path / name) for name in ("smaller.jpg", "turned.jpg", "twin2.jpg")]


def test_a_person_says_that_a_group_is_none_and_takes_it_back(
    page: DuplicatesPage, client: FakeClient, qtbot: QtBot
) -> None:
    select(page, 2)
    with qtbot.waitSignal(page.said) as said:
        QTest.keyClick(page.grid, Qt.Key.Key_N)
    said.args[1]()
    asked = [one for one in client.sent if isinstance(one, p.RefuseDuplicates)]
    assert [(one.photo_ids, one.refused) for one in asked] == [((1, 2, 3, 4), True), ((1, 2, 3, 4), False)]


def test_a_copy_is_compared_with_the_best_of_its_group(page: DuplicatesPage, session: Session) -> None:
    select(page, 2)
    assert page.actions_on_photos.can_compare()
    QTest.keyClick(page.grid, Qt.Key.Key_C)
    assert (session.page, session.compared) == (Page.COMPARE, 3)
    assert session.query.pictures[0].photo_id == 1


def test_the_links_of_a_heading_act_on_its_group_also_while_it_sticks_to_the_top(
    page: DuplicatesPage, client: FakeClient, session: Session
) -> None:
    def press(section: int, link: int, top: int) -> None:
        box = QRect(0, top, page.grid.layout_of_cells.width, 32)
        place = link_boxes(box, page.model.headings()[section])[link].center()
        QTest.mouseClick(page.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)

    second = page.grid.layout_of_cells.heading(1).y
    press(1, 1, second - page.grid.verticalOffset())
    (asked,) = [one for one in client.sent if isinstance(one, p.RefuseDuplicates)]
    assert asked.photo_ids == (5, 6)
    page.resize(1100, 400)
    page.grid.verticalScrollBar().setValue(60)
    assert page.grid.verticalOffset() == 60
    press(0, 0, 8)
    assert (session.page, session.compared) == (Page.COMPARE, 2)


def test_a_library_without_duplicates_says_so(page: DuplicatesPage, qtbot: QtBot) -> None:
    nothing = Duplicates((), 0, 0)
    page._client.answers[p.GetDuplicates] = lambda asked: [p.DuplicatesReady(asked.job, asked.keep_by, nothing)]
    page.refresh()
    qtbot.waitUntil(lambda: page.notice.isVisible())
    assert page.notice.sentence == "No duplicates."

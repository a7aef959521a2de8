"""The page of near duplicates: a row for each group, what is proposed for each file, and what that frees."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication, QPalette, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import files, groups
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.grid.notice import Notice
from visearch_desktop.gui.grid.selection_link import SelectionLink
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.groups.duplicate_actions import DuplicateActions
from visearch_desktop.gui.groups.duplicates_model import DuplicatesModel
from visearch_desktop.gui.groups.duplicates_view import DuplicatesView
from visearch_desktop.gui.groups.headings import title_of
from visearch_desktop.gui.groups.keep_rule import KeepRule
from visearch_desktop.gui.groups.trash import Trash, Trashed, TrashReport
from visearch_desktop.gui.groups.trash_bar import TrashBar
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.surfaces import QUIET, label
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import GroupKind
from visearch_desktop.service import protocol as p

MOST_GROUPS = 500
"""So many are listed at once; when they are tidied up, the next ones come."""


class DuplicatesPage(QWidget):
    """Shows groups, largest first, and moves what is not needed to the trash.

    Attributes:
        grid, model: the files.
        rule: which one of a group is the best.
        bar: what would go.

    Signals:
        said: a sentence and how to undo what it tells, for the toast.
    """

    said = Signal(str, object)

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._thumbnails = Thumbnails(client, self)
        self.model = DuplicatesModel(self)
        self.grid = DuplicatesView(self._thumbnails, self)
        self.grid.setModel(self.model)
        self.grid.setAccessibleName(title_of(GroupKind.DUPLICATES))
        self.actions_on_photos = DuplicateActions(client, session, self.grid, self.model)
        self.rule, self.bar, self.trash = KeepRule(), TrashBar(), Trash(self)
        self.notice = Notice("copy", self)
        self._link = SelectionLink(session, self.grid, Page.LIBRARY)
        self._is_stale = self._is_asked = False
        self._build()
        self._connect()
        self.refresh()

    def _build(self) -> None:
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.summary = label(role=QUIET)
        head = QHBoxLayout()
        head.setSpacing(metrics.SPACE_8)
        head.addWidget(label(title_of(GroupKind.DUPLICATES), Type.SECTION))
        head.addWidget(self.summary, 1)
        top = QVBoxLayout()
        top.setContentsMargins(metrics.SPACE_16, metrics.SPACE_12, metrics.SPACE_16, metrics.SPACE_8)
        top.setSpacing(metrics.SPACE_8)
        top.addLayout(head)
        top.addWidget(self.rule)
        listed = QWidget(self)
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addWidget(self.bar)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(listed)
        self._stack.addWidget(self.notice)
        self.setFocusProxy(self.grid)

    def _connect(self) -> None:
        self.rule.changed.connect(self.refresh)
        self.model.decided.connect(self._on_decided)
        self.grid.badge_pressed.connect(self.actions_on_photos.toggle)
        self.grid.link_pressed.connect(self.actions_on_photos.follow_link)
        self.actions_on_photos.said.connect(lambda text: self.said.emit(text, None))
        self.actions_on_photos.told.connect(self.said)
        self.bar.moved.connect(self._on_moved)
        self.bar.list_asked.connect(self._on_list_asked)
        self.trash.trashed.connect(self._on_trashed)
        self.trash.restored.connect(self._on_restored)
        self._client.report.connect(self._on_any_report)

    # --- contents -----------------------------------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Ask for the groups as they are now; one question at a time."""
        if self._is_asked:
            self._is_stale = True
            return
        self._is_asked, self._is_stale = True, False
        order = self.rule.order
        self._client.send(lambda job: p.GetDuplicates(job, order, MOST_GROUPS), self._on_report)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    @Slot(object)
    def _on_any_report(self, report: p.Report) -> None:
        if isinstance(report, p.Ready | p.LibraryChanged):
            if self.isVisible():
                self.refresh()
            else:
                self._is_stale = True

    def _on_report(self, report: p.Report) -> None:
        if isinstance(report, p.DuplicatesReady):
            self._show(report)
        elif isinstance(report, p.Finished):
            self._is_asked = False
            if self._is_stale and self.isVisible():
                self.refresh()

    def _show(self, report: p.DuplicatesReady) -> None:
        found = report.duplicates
        if found != self.model.duplicates:
            place = self.grid.hold_place()
            with self._link.silent():
                self.model.show_duplicates(found)
                self.grid.restore_place(place)
        total = self.tr("{groups}, {files}, largest first")
        text = total.format(groups=groups(found.total_groups), files=files(found.total_files))
        if found.total_groups > len(found.groups):
            text += self.tr("; the first {n} are listed").format(n=number(len(found.groups)))
        self.summary.setText(text)
        self.bar.show_going(self.model.going())
        self._stack.setCurrentIndex(0 if found.groups else 1)
        if not found.groups:
            hint = self.tr("Copies appear here as photos are looked through: also cropped, turned and mirrored ones.")
            self.notice.say(self.tr("No duplicates."), hint)

    # --- hands --------------------------------------------------------------------------------------------------------

    @Slot()
    def _on_decided(self) -> None:
        self.grid.renew_headings()
        self.bar.show_going(self.model.going())

    @Slot()
    def _on_list_asked(self) -> None:
        paths = [str(one.file.row.path) for one in self.model.going()]
        QGuiApplication.clipboard().setText("\n".join(paths))
        self.said.emit(self.tr("The list of {files} is copied.").format(files=files(len(paths))), None)

    @Slot()
    def _on_moved(self) -> None:
        self.bar.show_moving(True)
        self.trash.move(self.model.going())

    @Slot(object)
    def _on_trashed(self, report: TrashReport) -> None:
        self.bar.show_moving(False)
        text = self.tr("{files} moved to the trash.").format(files=files(len(report.moved)))
        if report.failed:
            failed = self.tr("{files} stayed where they are: changed, in use, or there is no trash for them.")
            text += " " + failed.format(files=files(len(report.failed)))
        back = tuple(one for one in report.moved if one.in_trash is not None)
        self.said.emit(text, partial(self._undo, back) if back else None)
        self._client.send(p.Index)

    def _undo(self, moved: tuple[Trashed, ...]) -> None:
        self.trash.restore(moved)

    @Slot(object)
    def _on_restored(self, report: TrashReport) -> None:
        text = self.tr("{files} are back where they were.").format(files=files(len(report.moved)))
        if report.failed:
            text += " " + self.tr("{files} could not be moved back.").format(files=files(len(report.failed)))
        self.said.emit(text, None)
        self._client.send(p.Index)

    def stop(self) -> None:
        """End the threads of this page."""
        self._thumbnails.stop()
        self.trash.stop()

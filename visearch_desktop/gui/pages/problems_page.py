"""The files that could not be read, and the folders that are not there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import files, photos
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.pages.problem_row import (
    ACTIONS_WIDTH,
    FILE_SHARE,
    NARROW_ACTIONS_WIDTH,
    SINCE_WIDTH,
    WRONG_SHARE,
    ProblemLine,
)
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.style import panel
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, button, label, link_button
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import FolderRow, ProblemRow
from visearch_desktop.service import protocol

_MOST_LINES, _NARROW = 500, 960


class OfflineBanner(QFrame):
    """Says that a folder is not connected and that nothing is lost.

    Signals:
        looked_again: the person wants it looked for.
    """

    looked_again = Signal()

    def __init__(self, folder: FolderRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(metrics.SPACE_12)
        row.addWidget(Icon("hard-drive"))
        row.addWidget(label(self.tr("{name} is not connected.").format(name=folder.name), Type.STRONG))
        kept = self.tr("Its {photos} stay searchable by thumbnail; nothing is removed.")
        row.addWidget(label(kept.format(photos=photos(folder.count)), wrap=True), 1)
        again = link_button(self.tr("Look again"))
        again.clicked.connect(self.looked_again)
        row.addWidget(again)
        self.setMinimumHeight(48)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        panel(painter, self.rect(), tokens(self).window, tokens(self).line, metrics.RADIUS_CONTROL)


class ProblemsPage(QWidget):
    """Lists each unreadable file with its sentence and what can be done about it.

    Signals:
        said: a sentence and how to undo what it tells, for the toast.
        file_shown: a path to show in the file manager.
    """

    said = Signal(str, object)
    file_shown = Signal(object)

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._problems: tuple[ProblemRow, ...] = ()
        self._selected: int | None = None
        self._is_narrow = False
        self.lines: list[ProblemLine] = []
        self.banners: list[OfflineBanner] = []
        self.setAccessibleName(self.tr("Problems"))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._build()
        session.overview_changed.connect(self._on_overview)
        self.refresh()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 0)
        column.setSpacing(metrics.SPACE_12)
        head = QHBoxLayout()
        head.setSpacing(metrics.SPACE_8)
        head.addWidget(label(self.tr("Problems"), Type.SECTION))
        self.summary = label(role=QUIET)
        head.addWidget(self.summary, 1)
        self.retry_all = button(self.tr("Try all again"), "refresh-cw")
        self.retry_all.clicked.connect(self._on_retry_all)
        self.copy_list = button(self.tr("Copy list"))
        self.copy_list.clicked.connect(self._on_copy)
        head.addWidget(self.retry_all)
        head.addWidget(self.copy_list)
        column.addLayout(head)
        self._banners = QVBoxLayout()
        self._banners.setSpacing(metrics.SPACE_8)
        column.addLayout(self._banners)
        self._head = self._table_head()
        column.addWidget(self._head)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, metrics.SPACE_24)
        self._list.setSpacing(0)
        inside = QWidget()
        inside.setLayout(self._list)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        for transparent in (scroll, scroll.viewport(), inside):
            transparent.setAutoFillBackground(False)
        self._scroll = scroll
        column.addWidget(scroll, 1)

    def _table_head(self) -> QWidget:
        head = QWidget()
        grid = QGridLayout(head)
        grid.setContentsMargins(12, 0, 12, 0)
        grid.setHorizontalSpacing(metrics.SPACE_12)
        grid.setColumnMinimumWidth(0, 28)
        since = label(self.tr("Since"), Type.SMALL, QUIET)
        since.setAlignment(Qt.AlignmentFlag.AlignRight)
        since.setMinimumWidth(SINCE_WIDTH)
        icons, actions = QWidget(), QWidget()
        actions.setFixedWidth(ACTIONS_WIDTH)
        self._since, self._actions = since, actions
        grid.addWidget(icons, 0, 0)
        grid.addWidget(actions, 0, 4)
        grid.addWidget(label(self.tr("File"), Type.SMALL, QUIET), 0, 1)
        grid.addWidget(label(self.tr("What is wrong, and what may help"), Type.SMALL, QUIET), 0, 2)
        grid.addWidget(since, 0, 3)
        grid.setColumnStretch(1, FILE_SHARE)
        grid.setColumnStretch(2, WRONG_SHARE)
        return head

    # --- contents -----------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask for the problems as they are now."""
        self._client.send(protocol.GetProblems, self._on_report)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._since.setVisible(not is_narrow)
            self._actions.setFixedWidth(NARROW_ACTIONS_WIDTH if is_narrow else ACTIONS_WIDTH)
            for line in self.lines:
                line.set_narrow(is_narrow)

    def _on_overview(self) -> None:
        overview = self._session.overview
        if self.isVisible() and overview is not None and overview.problems != len(self._problems):
            self.refresh()
        self._show_banners()
        self._show_summary()

    def _on_report(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.ProblemsReady):
            self.show_problems(report.problems)

    def show_problems(self, problems: tuple[ProblemRow, ...]) -> None:
        """Show these; the selection stays with its file."""
        self._show_banners()
        if problems == self._problems and self.lines:
            return
        had_focus = any(line.hasFocus() for line in self.lines)
        self._problems = problems
        for line in self.lines:
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = [self._line(row) for row in problems[:_MOST_LINES]]
        while self._list.count():
            self._list.takeAt(0)
        for line in self.lines:
            self._list.addWidget(line)
            line.show()  # at once: a layout shows what it is given only in the next round of events
        self._list.addStretch(1)
        self._show_summary()
        self._select(self._selected if any(row.file_id == self._selected for row in problems) else None)
        if had_focus and self.lines:
            next((line for line in self.lines if line.row.file_id == self._selected), self.lines[0]).setFocus()

    def _line(self, row: ProblemRow) -> ProblemLine:
        line = ProblemLine(row)
        line.selected.connect(self._on_selected)
        line.retried.connect(self._on_retried)
        line.shown.connect(self._on_shown)
        line.ignored.connect(self._on_ignored)
        line.moved.connect(self._on_moved)
        line.set_narrow(self._is_narrow)
        return line

    def _show_summary(self) -> None:
        overview, count = self._session.overview, len(self._problems)
        has_any = bool(self._problems)
        self._head.setVisible(has_any)
        self.retry_all.setEnabled(has_any)
        self.copy_list.setEnabled(has_any)
        if not has_any:
            self.summary.setText(self.tr("Every file could be read"))
            return
        total = (overview.photos if overview else 0) + count
        text = self.tr("{n} of {total} could not be read").format(n=number(count), total=files(total))
        if count > _MOST_LINES:
            text += self.tr("; the first {n} are listed, all are in the copied list").format(n=number(_MOST_LINES))
        self.summary.setText(text)

    def _show_banners(self) -> None:
        overview = self._session.overview
        offline = [folder for folder in overview.folders if folder.is_offline] if overview else []
        for banner in self.banners:
            self._banners.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.banners = [OfflineBanner(folder) for folder in offline]
        for banner in self.banners:
            banner.looked_again.connect(self._on_look_again)
            self._banners.addWidget(banner)

    # --- hands --------------------------------------------------------------------------------------------------------

    def _on_selected(self, row: ProblemRow) -> None:
        self._select(row.file_id)

    def _select(self, file_id: int | None) -> None:
        self._selected = file_id
        for line in self.lines:
            line.set_selected(line.row.file_id == file_id)

    def _on_moved(self, row: ProblemRow, by: int) -> None:
        at = next(i for i, line in enumerate(self.lines) if line.row.file_id == row.file_id)
        to = self.lines[min(max(at + by, 0), len(self.lines) - 1)]
        to.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(to, 0, 8)

    def _on_retried(self, row: ProblemRow) -> None:
        self._retry((row.file_id,))

    def _on_retry_all(self) -> None:
        self._retry(tuple(row.file_id for row in self._problems))

    def _retry(self, file_ids: tuple[int, ...]) -> None:
        if file_ids:
            self._client.send(lambda job: protocol.RetryProblems(job, file_ids), self._on_changed)

    def _on_changed(self, report: protocol.Report) -> None:
        match report:
            case protocol.Failed():
                self.said.emit(report.sentence, None)
            case protocol.Finished():
                self.refresh()

    def _on_shown(self, row: ProblemRow) -> None:
        self.file_shown.emit(row.path)

    def _on_ignored(self, row: ProblemRow) -> None:
        self._ignore(row.file_id, True)
        undo = _Undo(self, row.file_id)
        self.said.emit(self.tr("{name} is ignored from now on.").format(name=row.name), undo)

    def _ignore(self, file_id: int, ignored: bool) -> None:
        self._client.send(lambda job: protocol.IgnoreProblems(job, (file_id,), ignored), self._on_changed)

    def _on_look_again(self) -> None:
        self._client.send(protocol.Index, self._on_changed)

    def _on_copy(self) -> None:
        lines = [f"{row.path}\t{row.sentence}\t{row.hint}" for row in self._problems]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.emit(self.tr("The list of {files} is copied.").format(files=files(len(lines))), None)


class _Undo:
    """Lists a file again that was ignored."""

    def __init__(self, page: ProblemsPage, file_id: int) -> None:
        self._page, self._file_id = page, file_id

    def __call__(self) -> None:
        self._page._ignore(self._file_id, False)  # noqa: SLF001 its own page

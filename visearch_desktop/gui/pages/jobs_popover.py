"""The list of jobs above the status line: how far each has come, what it has in hand, pause and cancel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.counts import photos, size
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.style import panel
from visearch_desktop.gui.theme.surfaces import QUIET, button, label
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.jobs import Job, Jobs
from visearch_desktop.gui.window.status_line import ProgressBar

_WIDTH = 420


class JobLine(QWidget):
    """One job of the list."""

    def __init__(self, jobs: Jobs, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._job = jobs, job
        self.title = label(kind=Type.NAME)
        self.state = label(kind=Type.SMALL, role=QUIET)
        self.now = label(kind=Type.SMALL, role=QUIET)
        self.bar = ProgressBar()
        self.pause = button("")
        self.pause.clicked.connect(self._on_pause)
        self.cancel = button(self.tr("Cancel"))
        self.cancel.clicked.connect(self._on_cancel)
        self.bar.setMinimumWidth(0)
        self.bar.setMaximumWidth(_WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(metrics.SPACE_8)
        grid.setVerticalSpacing(2)
        for line, text in enumerate((self.title, self.state, self.now)):
            grid.addWidget(text, line, 0)
        grid.addWidget(self.pause, 0, 1, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.cancel, 0, 2, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.bar, 3, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Show how far it has come."""
        self._job, progress = job, job.progress
        done, total = progress.done, progress.total
        self.title.setText(self._title(job))
        if progress.stage == "evaluation":
            text = self.tr("{done} of {total} methods are measured")
            self.state.setText(text.format(done=number(done), total=number(total)))
        elif not job.is_indexing:
            self.state.setText(f"{size(done)} / {size(total)}" if total else size(done))
        elif total:
            self.state.setText(self.tr("{done} of {total}").format(done=number(done), total=photos(total)))
        else:
            self.state.setText("")
        self.now.setText(
            self.fontMetrics().elidedText(progress.now, Qt.TextElideMode.ElideMiddle, 220) if job.is_indexing else ""
        )
        self.bar.show_progress(done, total)
        self.pause.setVisible(job.is_indexing)
        self.pause.setText(self.tr("Resume") if self._jobs.is_paused else self.tr("Pause"))

    def _title(self, job: Job) -> str:
        titles = {
            "scan": self.tr("Looking for files"),
            "first_look": self.tr("First look at each photo"),
            "closer_look": self.tr("Closer look: details"),
            "learn": self.tr("Learning from your photos"),
            "index": self.tr("Making it searchable"),
            "group": self.tr("Looking for groups"),
            "evaluation": self.tr("Measuring {name}").format(name=job.progress.now),
            "network": self.tr("Fetching {name}").format(name=job.progress.now),
        }
        return titles.get(job.progress.stage, job.progress.stage)

    def _on_pause(self) -> None:
        self._jobs.pause(not self._jobs.is_paused)

    def _on_cancel(self) -> None:
        self._jobs.cancel(self._job.number)


class JobsPopover(QFrame):
    """Opens above the status line and follows the jobs while it is open."""

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popover")
        self.setAccessibleName(self.tr("List of jobs"))
        self.setMinimumWidth(_WIDTH)
        self._jobs = jobs
        self.lines: dict[int, JobLine] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(metrics.SPACE_12)
        column.addWidget(label(self.tr("Jobs"), Type.SECTION))
        self._empty = label(self.tr("Nothing is going on."), role=QUIET)
        column.addWidget(self._empty)
        self._column = column
        jobs.changed.connect(self._fill)
        jobs.paused_changed.connect(self._fill)
        self._fill()

    def open_above(self, below: QWidget) -> None:
        """Show it over the left end of the status line."""
        self.adjustSize()
        corner = below.mapToGlobal(QPoint(8, 0))
        self.move(corner.x(), corner.y() - self.height() - 4)
        self.show()

    def _fill(self) -> None:
        jobs = {job.number: job for job in self._jobs.all}
        for gone in self.lines.keys() - jobs.keys():
            line = self.lines.pop(gone)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        for key, job in jobs.items():
            if key in self.lines:
                self.lines[key].show_job(job)
            else:
                self.lines[key] = JobLine(self._jobs, job)
                self._column.addWidget(self.lines[key])
        self._empty.setVisible(not jobs)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens(self).window)
        panel(painter, QRectF(self.rect()), tokens(self).window, tokens(self).line, 0)

"""The listed networks: which are here, fetching the others with progress, taking one from a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import size
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.icons import IconRole
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, Surface, button, label
from visearch_desktop.gui.window.status_line import ProgressBar
from visearch_desktop.service import protocol

_STATE_ICONS = {"present": ("circle-check", IconRole.OK), "partial": ("download", IconRole.WARN)}


class NetworkLine(Surface):
    """One network.

    Signals, each with the name of the network:
        fetched: the person wants it downloaded.
        stopped: the person wants the download stopped.
        imported: the person wants it taken from a file.
    """

    fetched = Signal(str)
    stopped = Signal(str)
    imported = Signal(str)

    def __init__(self, row: protocol.NetworkRow, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.BottomEdge, QPalette.ColorRole.Base, parent)
        self.row = row
        self._is_fetching = False
        self.setMinimumHeight(metrics.PROBLEM_ROW_HEIGHT)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(metrics.SPACE_12)
        grid.setVerticalSpacing(0)
        self._icon = Icon("circle", IconRole.TEXT2)
        grid.addWidget(self._icon, 0, 0, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(label(row.title, Type.NAME, wrap=True), 0, 1)
        self.state = label(kind=Type.SMALL, role=QUIET, wrap=True)
        grid.addWidget(self.state, 1, 1)
        self.bar = ProgressBar()
        grid.addWidget(self.bar, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(metrics.SPACE_8)
        self.fetch = button(self.tr("Fetch"), "download")
        self.fetch.clicked.connect(self._on_fetch)
        self.take = button(self.tr("From a file…"))
        self.take.clicked.connect(self._on_import)
        buttons.addWidget(self.fetch)
        buttons.addWidget(self.take)
        grid.addLayout(buttons, 0, 3, 2, 1)
        grid.setColumnStretch(1, 1)
        self.show_row(row)

    def show_row(self, row: protocol.NetworkRow) -> None:
        """Show what is known of it now."""
        self.row = row
        if not self._is_fetching:
            self._show_state()

    def show_progress(self, done: int, total: int) -> None:
        """Show how much of it has come."""
        self._is_fetching = True
        self.bar.show_progress(done, total)
        self.state.setText(self.tr("{done} of {total}").format(done=size(done), total=size(total)))
        self._show_buttons()

    def end(self) -> None:
        """The download has ended, in one way or another."""
        self._is_fetching = False
        self._show_state()

    def _show_state(self) -> None:
        row = self.row
        name, role = _STATE_ICONS.get(row.state, ("circle", IconRole.TEXT2))
        self._icon.set_icon(name, role)
        states = {
            "present": self.tr("on this computer"),
            "partial": self.tr("partly downloaded"),
            "absent": self.tr("not on this computer"),
            "damaged": self.tr("damaged"),
        }
        numbers = self.tr("{n} numbers a detail") if row.kind == "local_features" else self.tr("{n} numbers a photo")
        parts = [
            states.get(row.state, row.state),
            numbers.format(n=number(row.dimension)),
            size(row.size_bytes) if row.size_bytes else "",
            row.licence,
            row.needs,
        ]
        self.state.setText(" · ".join(part for part in parts if part))
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.bar.setVisible(self._is_fetching)
        is_wanted = self.row.state in ("absent", "partial")
        self.fetch.setVisible(self._is_fetching or is_wanted)
        self.fetch.setText(self.tr("Stop") if self._is_fetching else self._fetch_text())
        self.take.setVisible(not self._is_fetching and is_wanted)
        self.fetch.setAccessibleName(f"{self.fetch.text()}: {self.row.title}")
        self.take.setAccessibleName(f"{self.take.text()}: {self.row.title}")

    def _fetch_text(self) -> str:
        return self.tr("Go on") if self.row.state == "partial" else self.tr("Fetch")

    def _on_fetch(self) -> None:
        (self.stopped if self._is_fetching else self.fetched).emit(self.row.name)

    def _on_import(self) -> None:
        self.imported.emit(self.row.name)


class NetworksTable(QFrame):
    """All listed networks.

    Signals:
        answered: the settings, after a network has come.
        failed: why one has not.
    """

    answered = Signal(object)
    failed = Signal(object)

    def __init__(self, client: LibraryClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._jobs: dict[int, str] = {}
        self.lines: dict[str, NetworkLine] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_networks(self, networks: tuple[protocol.NetworkRow, ...]) -> None:
        """Show these; a download that goes on stays shown."""
        for row in networks:
            if row.name in self.lines:
                self.lines[row.name].show_row(row)
                continue
            line = self.lines[row.name] = NetworkLine(row)
            line.fetched.connect(self.fetch)
            line.stopped.connect(self.stop)
            line.imported.connect(self._on_import)
            self._column.addWidget(line)

    def fetch(self, name: str) -> None:
        """Download a network."""
        number_of_job = self._client.send(lambda job: protocol.FetchNetwork(job, name), self._on_report)
        self._jobs[number_of_job] = name
        self.lines[name].show_progress(0, self.lines[name].row.size_bytes)

    def stop(self, name: str) -> None:
        """Stop its download; what has come stays for the next time."""
        for number_of_job, fetched in self._jobs.items():
            if fetched == name:
                self._cancel(number_of_job)

    def _cancel(self, number_of_job: int) -> None:
        self._client.send(lambda job: protocol.Cancel(job, number_of_job))

    def import_file(self, name: str, file: Path) -> None:
        """Take a network from a file."""
        number_of_job = self._client.send(lambda job: protocol.ImportNetwork(job, name, file), self._on_report)
        self._jobs[number_of_job] = name
        self.lines[name].show_progress(0, self.lines[name].row.size_bytes)

    def _on_import(self, name: str) -> None:
        dialog = QFileDialog(self, self.tr("Take the network from a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setObjectName(name)
        dialog.fileSelected.connect(self._on_file_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file_chosen(self, chosen: str) -> None:
        self.import_file(self.sender().objectName(), Path(chosen))

    def _on_report(self, report: protocol.Report) -> None:
        name = self._jobs.get(report.job)
        if name is None:
            return
        match report:
            case protocol.Progress():
                if report.progress.stage == "network":
                    self.lines[name].show_progress(report.progress.done, report.progress.total)
            case protocol.SettingsReady():
                self.answered.emit(report)
            case protocol.Failed():
                self.failed.emit(report)
            case protocol.Finished():
                del self._jobs[report.job]
                self.lines[name].end()

"""Which long works go on in the library, from the reports they send."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.library.rows import IndexProgress
from visearch_desktop.service import protocol


@dataclass(frozen=True, slots=True)
class Job:
    """A long work: its number, how far it has come."""

    number: int
    progress: IndexProgress

    @property
    def is_indexing(self) -> bool:
        """Whether photos are being looked at (else a network is fetched, or methods are measured)."""
        return self.progress.stage not in {"network", "evaluation"}


class Jobs(QObject):
    """Keeps the list of jobs that told of progress and have not finished.

    Attributes:
        is_paused: indexing is held.
        is_looking: there are photos that a search cannot find yet.

    Signals:
        changed: a job began, came further or ended.
        looking_changed: there are photos that a search cannot find yet, or none any more.
        paused_changed: indexing is held, or goes on.
        waiting_changed: indexing waits for mains power, or does not any more.
    """

    changed = Signal()
    looking_changed = Signal(bool)
    paused_changed = Signal(bool)
    waiting_changed = Signal(bool)

    def __init__(self, client: LibraryClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._jobs: dict[int, Job] = {}
        self.is_paused = self.is_looking = False
        client.report.connect(self._on_report)
        client.restarted.connect(self._on_restarted)

    @property
    def all(self) -> list[Job]:
        """All of them, oldest first."""
        return list(self._jobs.values())

    @property
    def indexing(self) -> IndexProgress | None:
        """How far indexing has come; None where none goes on."""
        return next((job.progress for job in reversed(self.all) if job.is_indexing), None)

    def pause(self, paused: bool) -> None:
        """Hold indexing, or let it go on."""
        self._client.send(lambda job: protocol.Pause(job, paused))

    def cancel(self, number: int) -> None:
        """Stop a job."""
        self._client.send(lambda job: protocol.Cancel(job, number))

    def _on_report(self, report: protocol.Report) -> None:
        match report:
            case protocol.Progress():
                self._jobs[report.job] = Job(report.job, report.progress)
                self._tell()
            case protocol.Finished() if report.job in self._jobs:
                del self._jobs[report.job]
                self._tell()
            case protocol.Paused():
                self.is_paused = report.paused
                self.paused_changed.emit(report.paused)
            case protocol.Waiting():
                self.waiting_changed.emit(report.waits)

    def _on_restarted(self) -> None:
        self._jobs.clear()
        self.waiting_changed.emit(False)
        self._tell()

    def _tell(self) -> None:
        is_looking = self.indexing is not None and self.indexing.stage in {"scan", "first_look", "closer_look"}
        if is_looking != self.is_looking:
            self.is_looking = is_looking
            self.looking_changed.emit(is_looking)
        self.changed.emit()

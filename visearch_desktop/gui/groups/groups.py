"""The groups of the open library, as the window knows them: asked for at the start, changed by hand, undone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from visearch_desktop.gui.counts import photos
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient


class Groups(QObject):
    """Which photos are said to show the same.

    Signals:
        changed: what :attr:`all` holds.
        said: a sentence and how to undo what it tells (or None), for the toast.
    """

    changed = Signal()
    said = Signal(str, object)

    def __init__(self, client: LibraryClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._groups: dict[str, tuple[int, ...]] = {}
        self._told: dict[int, str] = {}
        self._library: tuple[tuple[int, ...], int] = ((), 0)
        client.report.connect(self._on_any_report)

    @property
    def all(self) -> dict[str, tuple[int, ...]]:
        """The photos of each group, by number; groups by the alphabet."""
        return self._groups

    def of(self, photo_ids: Sequence[int]) -> list[str]:
        """The groups that some of these photos are in."""
        wanted = set(photo_ids)
        return [name for name, ids in self._groups.items() if wanted.intersection(ids)]

    def label(self, photo_ids: Sequence[int], name: str) -> None:
        """These photos show the same."""
        count, name = len(photo_ids), " ".join(name.split())
        text = self.tr("{photos} in the group “{name}”.").format(photos=photos(count), name=name)
        self._send(lambda job: protocol.LabelPhotos(job, tuple(photo_ids), name), text)

    def unlabel(self, photo_ids: Sequence[int]) -> None:
        """Take photos out of their groups."""
        text = self.tr("{photos} taken out of the group.").format(photos=photos(len(photo_ids)))
        self._send(lambda job: protocol.LabelPhotos(job, tuple(photo_ids), ""), text)

    def restore(self, before: dict[int, str]) -> None:
        """Undo one of the two."""
        self._client.send(lambda job: protocol.RestoreLabels(job, before), self._on_report)

    def _send(self, make: object, text: str) -> None:
        self._told[self._client.send(make, self._on_report)] = text

    def _on_any_report(self, report: protocol.Report) -> None:
        """Photos of groups may have come or gone with the photos of the library."""
        if isinstance(report, protocol.Ready | protocol.LibraryChanged):
            before, overview = self._library, report.overview
            self._library = (tuple(folder.folder_id for folder in overview.folders), overview.photos)
            is_other = self._library[0] != before[0] or (bool(self._groups) and self._library != before)
            if isinstance(report, protocol.Ready) or is_other:
                self._client.send(protocol.GetLabels, self._on_report)

    def _on_report(self, report: protocol.Report) -> None:
        match report:
            case protocol.LabelsReady():
                if report.labels != self._groups:
                    self._groups = report.labels
                    self.changed.emit()
                if report.job in self._told:
                    self.said.emit(self._told[report.job], partial(self.restore, report.before))
            case protocol.Failed():
                self.said.emit(f"{report.sentence} {report.hint}".strip(), None)
            case protocol.Finished():
                self._told.pop(report.job, None)

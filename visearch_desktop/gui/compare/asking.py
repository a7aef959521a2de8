"""What the compare page asks of the library; only the newest answer of each kind is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from visearch_desktop.search.query import Query, QueryPicture
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient

PREVIEW_PX = 1600


class Asking(QObject):
    """Sends requests and tells their answers.

    Signals:
        query_ready, photo_ready: a picture (``QImage``), its full width and height.
        compared: a ``Comparison``.
        heat_ready: a ``HeatMap``, or None where there is none.
        traced: a ``Trace``, and the ``QueryPicture`` that was asked about.
        failed: what was asked for ("photo", "comparison", "heat", "trace", …), and sentence and hint.
    """

    query_ready = Signal(object, int, int)
    photo_ready = Signal(object, int, int)
    compared = Signal(object)
    heat_ready = Signal(object)
    traced = Signal(object, object)
    failed = Signal(str, str)

    def __init__(self, client: LibraryClient, parent: QWidget) -> None:
        super().__init__(parent)
        self._client, self._window = client, parent
        self._newest: dict[str, int] = {}
        self._asked: QueryPicture | None = None

    def for_query(self, picture: QueryPicture) -> None:
        """The whole picture that is looked for."""
        whole = QueryPicture(picture.photo_id, picture.path, picture.encoded, picture.name)
        self._send("query", lambda job: protocol.GetPreview(job, whole, PREVIEW_PX))

    def for_photo(self, picture: QueryPicture) -> None:
        """The picture beside it; answers about the one before are not told any more."""
        for kind in ("comparison", "heat"):
            self._newest.pop(kind, None)
        self._send("photo", lambda job: protocol.GetPreview(job, picture, PREVIEW_PX))

    def for_comparison(self, picture: QueryPicture, photo_id: int) -> None:
        """What connects the two."""
        self._send("comparison", lambda job: protocol.Compare(job, picture, photo_id))

    def for_heat(self, picture: QueryPicture, photo_id: int) -> None:
        """Where they look alike."""
        self._send("heat", lambda job: protocol.GetHeatMap(job, picture, photo_id))

    def for_trace(self, query: Query, asked: QueryPicture, intent: str) -> None:
        """Why a photo was not found."""
        self._asked = asked
        self._send("trace", lambda job: protocol.WhyNotFound(job, query, asked, intent))

    def choose_file(self, start: str, then: Callable[[Path], None]) -> None:
        """Open the system's dialog for a file, beginning in a folder; does not wait for it."""
        dialog = QFileDialog(self._window, self.tr("Which photo was not found?"), start)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: then(Path(chosen)) if chosen else None)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _send(self, kind: str, make: Callable[[int], protocol.Request]) -> None:
        self._newest[kind] = self._client.send(make, lambda report: self._on_report(kind, report))

    def _on_report(self, kind: str, report: protocol.Report) -> None:
        if report.job != self._newest.get(kind):
            return
        match report:
            case protocol.PreviewReady():
                tell = self.query_ready if kind == "query" else self.photo_ready
                tell.emit(QImage.fromData(report.encoded), report.width, report.height)
            case protocol.ComparisonReady():
                self.compared.emit(report.comparison)
            case protocol.HeatMapReady():
                self.heat_ready.emit(report.heat)
            case protocol.TraceReady():
                self.traced.emit(report.trace, self._asked)
            case protocol.Failed():
                self.failed.emit(kind, f"{report.sentence} {report.hint}".strip())

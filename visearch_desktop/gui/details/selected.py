"""What is known of the selected photo, gathered from the ranking and the library as it arrives."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from visearch_desktop.gui import explain
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.grid.decoding import Decoder
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import PhotoDetails, PhotoRow, PhotoView
from visearch_desktop.search.hits import Hit
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol as p

REST_MS = 60


class SelectedPhoto(QObject):
    """The photo of ``session.selected``.

    Attributes:
        row, details: None until the library has answered.
        hit: what the ranking says about it; None outside of results.
        image: the preview; null until it is there.

    Signals:
        changed: something more is known, or another photo is selected.
    """

    changed = Signal()

    def __init__(self, client: LibraryClient, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self.photo_id: int | None = None
        self.row: PhotoRow | None = None
        self.hit: Hit | None = None
        self.details: PhotoDetails | None = None
        self.image = QImage()
        self.image_px = 640
        self._preview_job = 0
        self._decoder = Decoder(self, threads=1)
        self._decoder.decoded.connect(self._on_decoded)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        session.selection_changed.connect(self._on_selection)
        session.ranking_changed.connect(self._on_ranking)
        client.report.connect(self._on_any_report)
        self._on_selection()

    # --- what can be said of it ---------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """Of the file."""
        return self.row.name if self.row else ""

    def why(self) -> str:
        """One sentence on why it is a hit; "" where it is none."""
        ranking, pictures = self._session.ranking, self._session.query.pictures
        if self.hit is None or ranking is None:
            return ""
        region = pictures[self.hit.part].region if self.hit.part < len(pictures) else None
        sentence = explain.why(self.hit, explain.query_region(ranking, self.hit.part, region))
        return explain.why_of_several(sentence, len(self._session.query.wanted), self._session.query.together)

    def folder(self) -> tuple[str, PhotoView] | None:
        """Where it lies, in words ("Pictures › 2025 › Coast"), and the view of that place."""
        overview = self._session.overview
        if self.row is None or overview is None:
            return None
        for folder in overview.folders:
            if self.row.path.is_relative_to(folder.path):
                below = self.row.path.parent.relative_to(folder.path)
                parts = [folder.name, *below.parts]
                return " › ".join(parts), PhotoView(folder_id=folder.folder_id, below="/".join(below.parts))
        return None

    # --- finding out --------------------------------------------------------------------------------------------------

    @Slot()
    def _on_selection(self) -> None:
        if self._session.selected == self.photo_id and self.row is not None:
            return
        self.photo_id = self._session.selected
        self.row, self.details, self.image = None, None, QImage()
        self._take_from_ranking()
        if self.photo_id is not None:
            self._rest.start()
        self.changed.emit()

    @Slot(object)
    def _on_ranking(self, _stage: object) -> None:
        self._take_from_ranking()
        self.changed.emit()

    def _take_from_ranking(self) -> None:
        self.hit = None
        ranking = self._session.ranking
        if ranking is None or self.photo_id is None:
            return
        self.hit = next((hit for hit in ranking.hits if hit.photo_id == self.photo_id), None)
        if self.row is None:
            self.row = next((row for row in self._session.rows if row.photo_id == self.photo_id), None)

    @Slot()
    def _ask(self) -> None:
        photo_id = self.photo_id
        if photo_id is None:
            return
        picture, longest = QueryPicture(photo_id=photo_id), self.image_px
        self._client.send(lambda job: p.GetDetails(job, photo_id), self._on_report)
        self._preview_job = self._client.send(lambda job: p.GetPreview(job, picture, longest), self._on_report)

    def _on_report(self, report: p.Report) -> None:
        match report:
            case p.DetailsReady(details=details) if details.row.photo_id == self.photo_id:
                self.details, self.row = details, details.row
                self.changed.emit()
            case p.PreviewReady(job=job, encoded=encoded) if job == self._preview_job:
                self._decode(encoded)
            case p.Failed(job=job) if job == self._preview_job and self.photo_id is not None:
                ids = (self.photo_id,)  # its drive is away: the thumbnail is kept
                self._client.send(lambda job: p.GetThumbnails(job, ids), self._on_report)
            case p.ThumbnailReady(photo_id=photo_id, encoded=encoded) if photo_id == self.photo_id and encoded:
                self._decode(encoded)

    def _decode(self, encoded: bytes) -> None:
        self._decoder.decode(self.photo_id, encoded, QSize(self.image_px, self.image_px))

    @Slot(object, object)
    def _on_decoded(self, photo_id: int, image: QImage) -> None:
        if photo_id == self.photo_id and not image.isNull():
            self.image = image
            self.changed.emit()

    @Slot(object)
    def _on_any_report(self, report: p.Report) -> None:
        if isinstance(report, p.LibraryChanged) and self.photo_id is not None and not self._rest.isActive():
            photo_id = self.photo_id
            self._client.send(lambda job: p.GetDetails(job, photo_id), self._on_report)

    def stop(self) -> None:
        """End the decoding thread."""
        self._rest.stop()
        self._decoder.stop()

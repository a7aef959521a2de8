"""A library inside the test's own process: answers the window's requests from rows the test made.

It has the same signals and the same ``send`` as ``gui.client.LibraryClient``. Answers come later, from the event loop,
as the real ones do; ``hold()`` keeps them back until ``let_go()``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QBuffer, QIODevice, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QImage

from visearch_desktop.library.rows import FolderRow, Order, Overview, PhotoDetails, PhotoRow, PhotoView, Section
from visearch_desktop.search.hits import Confidence, Hit, Ranking, Stage
from visearch_desktop.service import protocol as p


def photo_row(photo_id: int, **changes: Any) -> PhotoRow:
    """A photo of a library that does not exist: three a day, newest first by id."""
    month, day = divmod(photo_id // 3, 28)
    year, month = divmod(12 * 2026 + 6 - month, 12)
    row = PhotoRow(
        photo_id=photo_id,
        name=f"IMG_{photo_id:04}.jpg",
        path=Path(f"/photos/IMG_{photo_id:04}.jpg"),
        taken=f"{year:04}-{month + 1:02}-{28 - day:02}T16:42:00",
        width=800 if photo_id % 3 else 600,
        height=600 if photo_id % 3 else 800,
        has_thumbnail=True,
        is_offline=False,
    )
    return replace(row, **changes)


def hit(photo_id: int, rank: int, inliers: int = 0, similarity: float = 0.5, **changes: Any) -> Hit:
    """A hit as the search would word it: sure from 25 agreeing details, likely from 6."""
    from visearch_desktop.methods.matching.verdict import Verdict

    quad = ((200.0, 150.0), (500.0, 170.0), (480.0, 420.0), (190.0, 400.0)) if inliers else None
    word = Confidence.SURE if inliers >= 25 else Confidence.LIKELY if inliers >= 6 else Confidence.MAYBE
    made = Hit(
        photo_id=photo_id,
        rank=rank,
        score=inliers + similarity,
        similarity=similarity,
        inliers=inliers,
        tentative=inliers * 2 + 9,
        verdict=Verdict.VERIFIED if inliers else Verdict.TOO_FEW_AGREE,
        quad=quad,
        confidence=word,
    )
    return replace(made, **changes)


def ranking(hits: Sequence[Hit], *, standing_out: int | None = None, stage: Stage = Stage.VERIFIED) -> Ranking:
    """A ranking of these hits over 12,004 photos."""
    return Ranking(
        hits=tuple(hits),
        stage=stage,
        searched=12004,
        standing_out=len(hits) if standing_out is None else standing_out,
        verified=100 if stage is Stage.VERIFIED else 0,
        elapsed_ms=38.0,
        descriptor="rootsift_vlad@1/abc",
        query_sizes=((640, 480),),
        query_details=393,
    )


def thumbnail(row: PhotoRow, longest_px: int = 384) -> bytes:
    """A JPEG of the photo's shape in a colour of its own."""
    scale = longest_px / max(row.width, row.height)
    image = QImage(max(1, round(row.width * scale)), max(1, round(row.height * scale)), QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(row.photo_id * 37 % 360, 160, 200))
    return encoded(image)


def encoded(image: QImage) -> bytes:
    """As the service sends it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 90)
    return bytes(buffer.data().data())


class FakeClient(QObject):
    """Answers from ``rows``; keeps every request in ``sent``.

    Attributes:
        rows: the library, in the order of NEWEST.
        rankings: what each further search answers, one list of rankings a search; the last stays.
        thumbnails: makes the encoded thumbnail of a row.
        answers: by request class, a function of the request that takes the place of the answer below.
    """

    report = Signal(object)
    restarted = Signal(str)

    def __init__(self, rows: Sequence[PhotoRow] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = list(rows)
        self.rankings: list[list[Ranking]] = []
        self.thumbnails: Callable[[PhotoRow], bytes] = thumbnail
        self.answers: dict[type, Callable[[Any], list[Any]]] = {}
        self.sent: list[Any] = []
        self.root: Path | None = None
        self.folders: tuple[FolderRow, ...] = ()
        self._job = 0
        self._held = self._is_stopped = False
        self._listeners: dict[int, Callable[[Any], None]] = {}
        self._waiting: list[Any] = []
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._answer_all)

    # --- as the real client -------------------------------------------------------------------------------------------

    def start(self, root: Path | None) -> None:
        self.root, self._is_stopped = root, False
        self.report.emit(p.Ready(0, root or Path("/library"), self.overview()))

    def stop(self) -> None:
        self._is_stopped = True
        self._timer.stop()
        self._waiting.clear()
        self._listeners.clear()

    def send(self, make: Callable[[int], Any], on_report: Callable[[Any], None] | None = None) -> int:
        self._job += 1
        request = make(self._job)
        self.sent.append(request)
        if on_report is not None:
            self._listeners[self._job] = on_report
        self._waiting.append(request)
        if not self._held and not self._is_stopped:
            self._timer.start()
        return self._job

    # --- for tests ----------------------------------------------------------------------------------------------------

    def hold(self) -> None:
        """Answer nothing until ``let_go``."""
        self._held = True
        self._timer.stop()

    def let_go(self) -> None:
        """Answer what has waited."""
        self._held = False
        self._timer.start()

    def forget(self) -> None:
        """Never answer what has waited, and answer again: those jobs go on until the test delivers their end."""
        self._waiting.clear()
        self._held = False

    def asked(self, kind: type) -> list[Any]:
        """The requests of that class so far."""
        return [request for request in self.sent if isinstance(request, kind)]

    def change(self, rows: Sequence[PhotoRow]) -> None:
        """The library has other photos now, and says so."""
        self.rows = list(rows)
        self.report.emit(p.LibraryChanged(0, self.overview()))

    def overview(self) -> Overview:
        count = len(self.rows)
        return Overview(count, 0, count, count, 0, self.folders, "rootsift_vlad", "Details (RootSIFT–VLAD)")

    def deliver(self, report: Any) -> None:
        """One report to the job's listener and to all."""
        self.report.emit(report)
        listener = self._listeners.get(report.job)
        if isinstance(report, p.Finished):
            self._listeners.pop(report.job, None)
        owner = getattr(listener, "__self__", None)
        is_gone = isinstance(owner, shiboken6.Object) and not shiboken6.isValid(owner)
        if listener is not None and not is_gone:
            listener(report)

    # --- the library --------------------------------------------------------------------------------------------------

    @Slot()
    def _answer_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            for report in self._answer(request):
                self.deliver(report)
            self.deliver(p.Finished(request.job))

    def _answer(self, request: Any) -> list[Any]:
        if type(request) in self.answers:
            return self.answers[type(request)](request)
        job = request.job
        match request:
            case p.GetOverview():
                return [p.OverviewReady(job, self.overview())]
            case p.GetSections(view=view):
                return [p.SectionsReady(job, view, self._sections(view))]
            case p.GetPage(view=view, offset=offset, limit=limit):
                return [p.PageReady(job, view, offset, tuple(self._ordered(view)[offset : offset + limit]))]
            case p.GetRows(photo_ids=ids):
                return [p.RowsReady(job, tuple(self._row(i) for i in ids))]
            case p.GetThumbnails(photo_ids=ids):
                return [p.ThumbnailReady(job, i, self._thumbnail(self._row(i))) for i in ids]
            case p.GetDetails(photo_id=photo_id):
                return [p.DetailsReady(job, self._details(self._row(photo_id)))]
            case p.GetPreview(picture=picture, longest_px=longest_px):
                row = self._row(picture.photo_id if picture.photo_id is not None else 0)
                return [p.PreviewReady(job, thumbnail(row, longest_px), row.width, row.height)]
            case p.Search(limit=limit):
                return self._rankings(job, limit)
            case _:
                return []

    def _row(self, photo_id: int) -> PhotoRow:
        return next((row for row in self.rows if row.photo_id == photo_id), photo_row(photo_id))

    def _thumbnail(self, row: PhotoRow) -> bytes:
        return self.thumbnails(row) if row.has_thumbnail else b""

    def _details(self, row: PhotoRow) -> PhotoDetails:
        return PhotoDetails(
            row=row,
            content_hash=f"{row.photo_id:032x}",
            folder_name="Pictures",
            also_at=(),
            size_bytes=92_000,
            camera="Pixel 7",
            lens="",
            exposure="1/1250 s, f/1.9, ISO 51",
            position=(44.677, -124.079),
            altitude_m=None,
            details=1000,
        )

    def _rankings(self, job: int, limit: int) -> list[Any]:
        if not self.rankings:
            return []
        answers = self.rankings.pop(0) if len(self.rankings) > 1 else self.rankings[0]
        cut = [replace(answer, hits=answer.hits[:limit]) for answer in answers]
        return [p.RankingReady(job, one, tuple(self._row(h.photo_id) for h in one.hits)) for one in cut]

    def _ordered(self, view: PhotoView) -> list[PhotoRow]:
        match view.order:
            case Order.OLDEST:
                return self.rows[::-1]
            case Order.NAME:
                return sorted(self.rows, key=lambda row: row.name)
            case _:
                return self.rows

    def _sections(self, view: PhotoView) -> tuple[Section, ...]:
        if view.order not in (Order.NEWEST, Order.OLDEST):
            return (Section("", len(self.rows)),) if self.rows else ()
        counts: dict[str, int] = {}
        for row in self._ordered(view):
            counts[row.taken[:7]] = counts.get(row.taken[:7], 0) + 1
        return tuple(Section(key, count) for key, count in counts.items())

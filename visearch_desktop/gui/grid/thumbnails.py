"""Thumbnails for the cells in view: asked for lazily, decoded elsewhere, kept as pixmaps at the size they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPixmap

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.grid.byte_cache import ByteCache
from visearch_desktop.gui.grid.decoding import Decoder
from visearch_desktop.service import protocol as p

PIXMAP_BYTES = 192 * 1024 * 1024
ENCODED_BYTES = 48 * 1024 * 1024
BATCH, BATCHES_AT_ONCE = 24, 2
FRAME_MS = 16
TURN_S = 0.004  # so long pixmaps are made in one go


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A decoded picture's place: the photo, and the box in device px it was made for."""

    photo_id: int
    box: tuple[int, int]


class Thumbnails(QObject):
    """Pixmaps of photos, for the views of one window.

    ``want`` says what is in view, most urgent first, and replaces what was wanted before: pictures that were scrolled
    past are neither asked for nor decoded. A photo shown before at another size is painted from that until the right
    one is there.

    Signals:
        arrived: photo ids (a frozenset) that have a pixmap now; at most once a frame.
    """

    arrived = Signal(object)

    def __init__(self, client: LibraryClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._pixmaps: ByteCache[int, QPixmap] = ByteCache(PIXMAP_BYTES, _pixmap_bytes)
        self._made_for: dict[int, tuple[int, int]] = {}
        self._encoded: ByteCache[int, bytes] = ByteCache(ENCODED_BYTES, len)
        self._coming: set[int] = set()  # asked for, and there is none yet
        self._wanted: dict[int, tuple[int, int]] = {}
        self._asked: dict[int, set[int]] = {}  # by job
        self._decoding: set[_Wanted] = set()
        self._ready: list[tuple[_Wanted, QImage]] = []
        self._ratio = 1.0
        self._decoder = Decoder(self)
        self._decoder.decoded.connect(self._on_decoded)
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self._make_pixmaps)
        client.report.connect(self._on_any_report)

    # --- for the views ------------------------------------------------------------------------------------------------

    def pixmap(self, photo_id: int) -> QPixmap | None:
        """The photo's pixmap, at the size last wanted or another one; None while there is none."""
        return self._pixmaps.get(photo_id)

    def want(self, photo_ids: Iterable[int], box: QSize, ratio: float) -> None:
        """Say which photos are in view, most urgent first.

        Args:
            photo_ids: of rows that have a thumbnail.
            box: the picture box in logical px.
            ratio: device px per logical px.
        """
        if ratio != self._ratio:
            self.clear()
            self._ratio = ratio
        device = (round(box.width() * ratio), round(box.height() * ratio))
        self._wanted = {i: device for i in photo_ids if self._is_wanting(i, device)}
        self._decode_known()
        self._cancel_passed()
        self._ask()

    def _is_wanting(self, photo_id: int, device: tuple[int, int]) -> bool:
        is_there = photo_id in self._pixmaps and self._made_for.get(photo_id) == device
        return not is_there and photo_id not in self._coming

    def clear(self) -> None:
        """Forget all pixmaps (another screen)."""
        self._pixmaps.clear()
        self._made_for.clear()
        self._coming.clear()

    def refresh(self, photo_ids: Iterable[int]) -> None:
        """Ask again for photos that may have a thumbnail now."""
        self._coming.difference_update(photo_ids)

    def stop(self) -> None:
        """End the decoding threads."""
        self._frame.stop()
        self._wanted.clear()
        self._decoder.stop()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return not (self._asked or self._decoding or self._ready)

    # --- asking -------------------------------------------------------------------------------------------------------

    def _decode_known(self) -> None:
        for photo_id in list(self._wanted):
            encoded = self._encoded.get(photo_id)
            if encoded is not None:
                self._decode(photo_id, encoded)

    def _decode(self, photo_id: int, encoded: bytes) -> None:
        wanted = _Wanted(photo_id, self._wanted.pop(photo_id))
        if wanted not in self._decoding:
            self._decoding.add(wanted)
            self._decoder.decode(wanted, encoded, QSize(*wanted.box))

    def _cancel_passed(self) -> None:
        for job, asked in list(self._asked.items()):
            if asked and not asked & self._wanted.keys():
                del self._asked[job]
                self._client.send(lambda number, other=job: p.Cancel(number, other))

    def _ask(self) -> None:
        on_their_way = set().union(*self._asked.values()) if self._asked else set()
        missing = [photo_id for photo_id in self._wanted if photo_id not in on_their_way]
        while missing and len(self._asked) < BATCHES_AT_ONCE:
            batch, missing = missing[:BATCH], missing[BATCH:]
            job = self._client.send(
                lambda number, ids=tuple(batch): p.GetThumbnails(number, ids), on_report=self._on_report
            )
            self._asked[job] = set(batch)

    def _on_report(self, report: p.Report) -> None:
        match report:
            case p.ThumbnailReady(job=job, photo_id=photo_id, encoded=encoded):
                self._asked.get(job, set()).discard(photo_id)
                if not encoded:
                    self._coming.add(photo_id)
                    self._wanted.pop(photo_id, None)
                    return
                self._encoded.put(photo_id, encoded)
                if photo_id in self._wanted:
                    self._decode(photo_id, encoded)
            case p.Finished(job=job):
                left = self._asked.pop(job, set())
                for photo_id in left:  # never answered: not asked again until it is in view anew
                    self._wanted.pop(photo_id, None)
                self._ask()

    @Slot(object)
    def _on_any_report(self, report: p.Report) -> None:
        if isinstance(report, p.LibraryChanged):
            self._coming.clear()

    # --- decoded ------------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_decoded(self, wanted: _Wanted, image: QImage) -> None:
        self._decoding.discard(wanted)
        if image.isNull():
            self._coming.add(wanted.photo_id)
            return
        self._ready.append((wanted, image))
        if not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _make_pixmaps(self) -> None:
        until, made = perf_counter() + TURN_S, set()
        while self._ready and perf_counter() < until:
            wanted, image = self._ready.pop(0)
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(self._ratio)
            self._pixmaps.put(wanted.photo_id, pixmap)
            self._made_for[wanted.photo_id] = wanted.box
            made.add(wanted.photo_id)
        if len(self._made_for) > 2 * len(self._pixmaps) + 1000:
            self._made_for = {i: box for i, box in self._made_for.items() if i in self._pixmaps}
        if self._ready:
            self._frame.start()
        if made:
            self.arrived.emit(frozenset(made))


def _pixmap_bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4

"""What is dropped on the window or pasted into it: folders to add, or a picture to search for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, QRunnable, Qt, QThreadPool, QUrl, Signal, Slot
from PySide6.QtGui import QImage

from visearch_desktop.search.query import QueryPicture

_ENCODED = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/heic", "image/tiff", "image/gif", "image/bmp")


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a drop or the clipboard holds; all empty where it is of no use here.

    Attributes:
        folders: to add to the library.
        pictures: files to search for.
        encoded: the bytes of one picture.
        image: a picture in memory that has yet to be encoded.
        address: of a picture on the web that came without its pixels.
        text: a path or words.
    """

    folders: tuple[Path, ...] = ()
    pictures: tuple[Path, ...] = ()
    encoded: bytes | None = None
    image: QImage | None = None
    address: str = ""
    text: str = ""

    @property
    def has_picture(self) -> bool:
        """Whether there is something to search for."""
        return bool(self.pictures) or self.encoded is not None or self.image is not None


def promises(mime: QMimeData) -> Dropped:
    """What a drag holds, without fetching the pixels: cheap enough while the pointer moves."""
    local = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    folders = tuple(path for path in local if path.is_dir())
    pictures = tuple(path for path in local if path.is_file())
    has_pixels = mime.hasImage() or any(mime.hasFormat(kind) for kind in _ENCODED)
    remote = next((url.toString() for url in mime.urls() if not url.isLocalFile()), "")
    return Dropped(folders, pictures, b"" if has_pixels and not pictures else None, address=remote)


def taken(mime: QMimeData) -> Dropped:
    """What a drop or the clipboard holds.

    A browser gives a picture as a file of its own, as the encoded bytes or as pixels, often beside its address; the
    first of these that is there is taken.
    """
    promised = promises(mime)
    if promised.pictures or promised.folders:
        return Dropped(promised.folders, promised.pictures)
    for kind in _ENCODED:
        if mime.hasFormat(kind) and (encoded := bytes(mime.data(kind).data())):
            return Dropped(encoded=encoded, address=promised.address)
    if mime.hasImage():
        image = QImage(mime.imageData())
        if not image.isNull():
            return Dropped(image=image, address=promised.address)
    return Dropped(address=promised.address, text=mime.text().strip() if mime.hasText() else "")


def name_of(address: str, otherwise: str) -> str:
    """What a query card calls a picture that came with an address."""
    return QUrl(address).fileName() or otherwise


class PictureEncoder(QObject):
    """Encodes a picture from memory as PNG, away from the GUI thread.

    Signals:
        encoded: the ``QueryPicture``.
    """

    encoded = Signal(object)
    _done = Signal(bytes, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def encode(self, image: QImage, name: str) -> None:
        """Encode, then tell."""
        self._pool.start(_Encoding(self, image, name))

    def wait(self) -> None:
        """Until nothing is being encoded."""
        self._pool.waitForDone()

    @Slot(bytes, str)
    def _on_done(self, encoded: bytes, name: str) -> None:
        self.encoded.emit(QueryPicture(encoded=bytes(encoded), name=name))


class _Encoding(QRunnable):
    def __init__(self, owner: PictureEncoder, image: QImage, name: str) -> None:
        super().__init__()
        self._owner, self._image, self._name = owner, image, name

    def run(self) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._image.save(buffer, "PNG", 80)
        self._owner._done.emit(bytes(buffer.data().data()), self._name)  # noqa: SLF001 its own class's signal

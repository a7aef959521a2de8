"""Encoded thumbnails become images of the size they are shown at, away from the GUI thread."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

FORMATS = {b"\xff\xd8": b"jpeg", b"\x89PNG": b"png"}
"""What thumbnails are encoded as, by how the bytes begin."""


def contained(size: QSize, box: QSize) -> QSize:
    """The largest size of the same shape inside ``box``; never larger than the picture itself, never empty."""
    if size.width() <= box.width() and size.height() <= box.height():
        return size
    return size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def decode(encoded: bytes, box: QSize) -> QImage:
    """An image that fits into ``box`` device px; a null image where the bytes are no picture.

    ``QImageReader.read`` lets other Python threads run meanwhile; ``QImage.fromData`` and ``QImage.scaled`` do not.
    The format is named, not found out: Qt would ask its SVG reader, which makes a connection while this thread holds
    Python's lock, and a window that is just taking a connection away holds Qt's and waits for Python's (PySide6 6.11).
    """
    kind = next((name for magic, name in FORMATS.items() if encoded.startswith(magic)), None)
    if kind is None:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(encoded))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(False)  # thumbnails are upright
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(contained(size, box))
        reader.setQuality(75)  # above 49: smooth scaling after the scaling in the DCT
    return reader.read()


class _Decoding(QRunnable):
    """One picture; owns nothing that lives on the GUI thread."""

    def __init__(self, decoder: Decoder, key: object, encoded: bytes, box: QSize) -> None:
        super().__init__()
        self._decoder, self._key, self._encoded, self._box = decoder, key, encoded, box

    def run(self) -> None:
        image = decode(self._encoded, self._box)
        with suppress(RuntimeError):  # the window was closed meanwhile
            self._decoder.decoded.emit(self._key, image)


class Decoder(QObject):
    """Decodes on a pool of its own.

    Signals:
        decoded: the key given to ``decode``, and a QImage, null where the bytes are no picture.
    """

    decoded = Signal(object, object)

    def __init__(self, parent: QObject | None = None, threads: int = 2) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)

    def decode(self, key: object, encoded: bytes, box: QSize) -> None:
        """Decode later; ``decoded`` is emitted with ``key``."""
        self._pool.start(_Decoding(self, key, encoded, box))

    def stop(self) -> None:
        """Forget what has not begun and wait for what has (some ms)."""
        self._pool.clear()
        self._pool.waitForDone()

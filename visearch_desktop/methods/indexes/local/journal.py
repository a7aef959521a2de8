"""What came and went since the last segment was written: records with their lengths and checksums, one after another.

A record counts from when its last byte is on the disk. One that a crash cut short at the end of the file was never
acknowledged, and is passed over; one that is whole and wrong is damage.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.methods.indexes.local.rows import PhotoRows

HEAD = struct.Struct("<II")
"""Length and checksum of what follows; then the checksum of these two: a wrong length is not taken for a cut."""
CHECK = struct.Struct("<I")
START = HEAD.size + CHECK.size
KIND = struct.Struct("<Bq")
ADDED, REMOVED = 1, 2

Change = tuple[int, PhotoRows | None]
"""A photo's id and its rows; None: it was removed."""


class Journal:
    """A file of changes to append to.

    Args:
        path: of the file, which is made if it is missing.
        size_bytes: what comes after so many bytes is no record, and is cut off.
    """

    def __init__(self, path: Path, size_bytes: int = 0) -> None:
        self.path = path
        self._size = size_bytes
        with path.open("ab") as stream:
            stream.truncate(size_bytes)

    def write(self, changes: list[Change]) -> None:
        """Append changes, all or (after an error) none of them; when this returns they are on the disk.

        Raises:
            OSError: they could not be written.
        """
        blob = b"".join(_record(photo_id, rows) for photo_id, rows in changes)
        with self.path.open("r+b") as stream:
            stream.truncate(self._size)  # what an error before this left
            stream.seek(self._size)
            stream.write(blob)
            stream.flush()
            os.fsync(stream.fileno())
        self._size += len(blob)


def read_journal(path: Path) -> tuple[list[Change], int]:
    """The changes, oldest first, and where the last whole record ends.

    Raises:
        IndexDamagedError: the file is missing, or a record is damaged.
    """
    try:
        blob = path.read_bytes()
    except OSError as error:
        raise IndexDamagedError(path, "it cannot be read") from error
    found = list(_payloads(path, blob))
    return [_change(path, payload) for payload, _ in found], found[-1][1] if found else 0


def _record(photo_id: int, rows: PhotoRows | None) -> bytes:
    payload = KIND.pack(REMOVED if rows is None else ADDED, photo_id) + (b"" if rows is None else rows.to_bytes())
    head = HEAD.pack(len(payload), zlib.crc32(payload))
    return head + CHECK.pack(zlib.crc32(head)) + payload


def _payloads(path: Path, blob: bytes) -> Iterator[tuple[bytes, int]]:
    """What each whole record holds, and where it ends."""
    begin = 0
    while begin + START <= len(blob):
        head = blob[begin : begin + HEAD.size]
        length, crc = HEAD.unpack(head)
        if CHECK.unpack_from(blob, begin + HEAD.size)[0] != zlib.crc32(head):
            if any(blob[begin:]):  # not only space that a crash left empty
                raise IndexDamagedError(path, "a record has a wrong checksum")
            return
        end = begin + START + length
        if end > len(blob):
            return
        payload = blob[begin + START : end]
        if zlib.crc32(payload) != crc:
            raise IndexDamagedError(path, "a record has a wrong checksum")
        yield payload, end
        begin = end


def _change(path: Path, payload: bytes) -> Change:
    try:
        kind, photo_id = KIND.unpack_from(payload)
        return photo_id, PhotoRows.from_bytes(payload[KIND.size :]) if kind == ADDED else None
    except (ValueError, struct.error) as error:
        raise IndexDamagedError(path, "a record cannot be read") from error

"""Files of inverted lists that never change: written beside, checked, opened by memory map."""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.methods.indexes.local.postings import MOST_PHOTOS, Merging, Postings
from visearch_desktop.methods.indexes.local.rows import MOST_WORDS

HEAD = struct.Struct("<4sIQQ")
MAGIC, FORMAT = b"VLOC", 1
ALIGNED = 64
CHUNK_BYTES = 1 << 20


def _layout(photos: int, features: int) -> dict[str, tuple[int, str, int]]:
    """Of each array where it begins, its type and its length; and under "" where the file ends."""
    columns = (
        ("starts", "<u4", MOST_WORDS + 1), ("bits", "<u8", features), ("photos", "<u2", features),
        ("places", "<u4", features), ("turns", "u1", features), ("words", "<u2", features),
        ("begins", "<u4", photos + 1), ("ids", "<i8", photos), ("sides", "<u4", 2 * photos),
    )  # fmt: skip
    found, end = {}, ALIGNED
    for name, kind, length in columns:
        found[name] = (end, kind, length)
        end += -(-length * np.dtype(kind).itemsize // ALIGNED) * ALIGNED
    return {**found, "": (end, "", 0)}


def write_segment(path: Path, merging: Merging, between: Callable[[], None]) -> None:
    """Write lists to a new file, some words at a time, and flush it to the disk.

    Args:
        path: of the file.
        merging: the lists.
        between: called before each block of words.
    """
    ids, starts = merging.ids(), merging.starts()
    layout = _layout(len(ids), int(starts[-1]))
    with path.open("wb") as stream:
        stream.truncate(layout[""][0])
        stream.write(HEAD.pack(MAGIC, FORMAT, len(ids), int(starts[-1])))
        for name, array in (
            ("starts", starts), ("begins", merging.begins()), ("ids", ids), ("sides", merging.sides().reshape(-1)),
        ):  # fmt: skip
            _write(stream, layout[name][:2], [array])
        _write(stream, layout["words"][:2], merging.words())
        done = 0
        for block in merging.entries():
            between()
            for name in ("photos", "bits", "places", "turns"):
                begin, kind, _ = layout[name]
                _write(stream, (begin + done * np.dtype(kind).itemsize, kind), [getattr(block, name)])
            done += len(block.photos)
        stream.flush()
        os.fsync(stream.fileno())


def _write(stream: IO[bytes], place: tuple[int, str], arrays: Iterable[NDArray[Any]]) -> None:
    stream.seek(place[0])
    for array in arrays:
        stream.write(np.ascontiguousarray(array, dtype=place[1]).tobytes())


def open_segment(path: Path) -> Postings:
    """The lists of a file, mapped into memory; what no search can run into is checked, not every byte.

    Raises:
        IndexDamagedError: the file is none of this format, or was cut short.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD.size)
            magic, form, photos, features = HEAD.unpack(head)
            size = os.fstat(stream.fileno()).st_size
            if (magic, form) != (MAGIC, FORMAT) or photos > MOST_PHOTOS or features >= 1 << 32:
                raise IndexDamagedError(path, "it is no index of local features of this format")
            layout = _layout(photos, features)
            if size != layout[""][0]:
                raise IndexDamagedError(path, "its length is wrong")
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, struct.error) as error:
        raise IndexDamagedError(path, "it cannot be read") from error
    held: dict[str, Any] = {
        name: np.frombuffer(mapped, kind, length, begin) for name, (begin, kind, length) in layout.items() if name
    }
    for name in ("starts", "begins"):
        ends = held[name].astype(np.int64)
        if ends[0] != 0 or ends[-1] != features or np.any(np.diff(ends) < 0):
            raise IndexDamagedError(path, "its lists overlap")
    return Postings(**{**held, "sides": held["sides"].reshape(-1, 2)})


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()

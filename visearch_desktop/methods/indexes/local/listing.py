"""Which files make up a local index: one small JSON file, replaced as a whole, that vouches for the others.

Reading every byte of a large index takes seconds, so a segment is read through only if it is not, by its time, the very
file that was written; :func:`check_bytes` reads it in any case.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.methods.indexes.local.segment import checksum

NAME = "local.json"
FORMAT = "local-1"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One file of lists.

    Attributes:
        file: its name.
        size_bytes, mtime_ns, sha256: of the file as it was written.
        count: of photos in it.
        dead: ids of those that do not count any more.
    """

    file: str
    size_bytes: int
    mtime_ns: int
    sha256: str
    count: int
    dead: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder.

    Attributes:
        key: of the features that are in the index, and the words they are under.
        next: a number that no file has yet.
        journal: name of the file of changes that came after the segments.
        segments: oldest first.
    """

    key: str
    next: int
    journal: str
    segments: tuple[SegmentEntry, ...] = ()


def entry_of(path: Path, count: int) -> SegmentEntry:
    """Of a file that has just been written."""
    facts = path.stat()
    return SegmentEntry(path.name, facts.st_size, facts.st_mtime_ns, checksum(path), count)


def write_listing(folder: Path, listing: Listing) -> None:
    """Replace the listing of a folder; when this returns it is on the disk."""
    body = {"format": FORMAT, **asdict(listing)}
    draft = folder / f"{NAME}.new"
    with draft.open("w", encoding="utf-8") as stream:
        json.dump({**body, "sha256": _of_json(body)}, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(folder / NAME)


def read_listing(folder: Path) -> Listing:
    """The listing of a folder; its files are there, and as long as they should be.

    Raises:
        FileNotFoundError: there is none.
        IndexDamagedError: anything is off.
    """
    path = folder / NAME
    try:
        stored: dict[str, Any] = json.loads(path.read_bytes())
        found = stored.pop("sha256")
        if found != _of_json(stored):
            raise IndexDamagedError(path, "its manifest has a wrong checksum")
        if stored.pop("format") != FORMAT:
            raise IndexDamagedError(path, "its format is another")
        entries = (SegmentEntry(**{**entry, "dead": tuple(entry["dead"])}) for entry in stored.pop("segments"))
        listing = Listing(**stored, segments=tuple(entries))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(path, "its manifest cannot be read") from error
    for entry in listing.segments:
        _check_file(folder, entry)
    return listing


def check_bytes(folder: Path, listing: Listing) -> None:
    """Read every byte of the segments. Raises: IndexDamagedError: one is not what was written."""
    for entry in listing.segments:
        _check_bytes(folder / entry.file, entry)


def delete_others(folder: Path, listing: Listing) -> None:
    """Delete what is in the folder and not listed; what another process holds open stays until the next time."""
    kept = {NAME, listing.journal, *(entry.file for entry in listing.segments)}
    for file in folder.iterdir():
        if file.name not in kept and file.is_file():
            try:
                file.unlink(missing_ok=True)
            except PermissionError:  # Windows: it is still mapped
                continue


def _check_file(folder: Path, entry: SegmentEntry) -> None:
    path = folder / Path(entry.file).name
    try:
        facts = path.stat()
    except OSError as error:
        raise IndexDamagedError(path, "it is missing") from error
    if facts.st_size != entry.size_bytes:
        raise IndexDamagedError(path, "its length is wrong")
    if facts.st_mtime_ns != entry.mtime_ns:
        _check_bytes(path, entry)


def _check_bytes(path: Path, entry: SegmentEntry) -> None:
    if checksum(path) != entry.sha256:
        raise IndexDamagedError(path, "it has a wrong checksum")


def _of_json(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()

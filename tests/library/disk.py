"""A folder on the disk and what indexing does with it, less the looking: contents are read, named by hash, recorded."""

from __future__ import annotations

import os
from pathlib import Path

from visearch_desktop.catalogue import files, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.files import FileRead, Recorded
from visearch_desktop.catalogue.names import to_path
from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.library.scanning import Scan, Unread, scan
from visearch_desktop.photos.fingerprint import fingerprint
from visearch_desktop.photos.metadata import Metadata

KEY = "test@1/0"
BAD = b"not a photo"


def write(path: Path, content: str | bytes, second: int = 1_700_000_000) -> Path:
    """A file of that content and time of change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, ns=(second * 10**9, second * 10**9))
    return path


def read(catalogue: Catalogue, unread: tuple[Unread, ...], taken: str = "") -> Recorded:
    """Read files as the workers do; one that begins with ``BAD`` has a problem. Each photo gets a vector."""
    reads, problems = [], []
    for file in unread:
        try:
            content_hash = fingerprint(file.path)
            if file.path.read_bytes().startswith(BAD):
                raise PhotoError(file.path, Problem.NOT_AN_IMAGE, {"looks_like": "text"})
            metadata = None if content_hash in file.known else Metadata(640, 480, taken=taken)
            reads.append(FileRead(file.file_id, content_hash, metadata))
        except PhotoError as error:
            problems.append((file.file_id, error))
    recorded = files.record_reads(catalogue, reads)
    files.record_problems(catalogue, problems)
    vectors.put_many(catalogue, KEY, [(undone.content_hash, bytes(8)) for undone in vectors.missing(catalogue, KEY)])
    return recorded


def index(catalogue: Catalogue, folder_id: int) -> tuple[Scan, Recorded]:
    """Scan a folder and read what must be read."""
    found = scan(catalogue, folder_id)
    return found, read(catalogue, found.unread)


def shown(catalogue: Catalogue) -> set[Path]:
    """Where the present photos lie, copies included."""
    rows = catalogue.connection.execute(
        """SELECT folders.path, files.relative FROM files JOIN folders ON folders.id = folder_id
           WHERE files.state = 'present' AND folders.state <> 'removed'"""
    )
    return {to_path(folder, relative) for folder, relative in rows}

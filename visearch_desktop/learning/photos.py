"""The photos of a run, decoded once and kept as pixels in one file that is mapped into memory."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import PhotoError, UsageError
from visearch_desktop.photos.decode import decode
from visearch_desktop.photos.walk import FoundFile, walk

LONGEST_PX = 384
LEAST_PX = 48
PIXELS, LIST = "photos.rgb", "photos.json"
JPEG_NAMES = (".jpg", ".jpeg")

Progress = Callable[[str, int, int], None]
"""Told what is done, how many of it are, and of how many; 0 where that is not known."""


class PhotoCache:
    """Photos by their number; cheap to open, and to be opened again in another process.

    Attributes:
        folder: where it lies.
        names: of the photos, within their sources.
        digest: SHA-256 of all pixels.
    """

    def __init__(self, folder: Path) -> None:
        """Of a folder that :func:`open_photos` has filled."""
        record = json.loads((folder / LIST).read_text(encoding="utf-8"))
        self.folder, self.names, self.digest = folder, tuple(record["names"]), str(record["digest"])
        self._shapes = np.array(record["shapes"], dtype=np.int64).reshape(-1, 2)
        self._starts = np.concatenate([[0], np.cumsum(self._shapes.prod(axis=1) * 3)])
        self._pixels: NDArray[np.uint8] = np.memmap(folder / PIXELS, dtype=np.uint8, mode="r")

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, number: int) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 RGB; not to be written to."""
        height, width = self._shapes[number]
        return self._pixels[self._starts[number] : self._starts[number + 1]].reshape(height, width, 3)

    def shape(self, number: int) -> tuple[int, int]:
        """Height and width of a photo."""
        height, width = self._shapes[number]
        return int(height), int(width)


def open_photos(sources: Sequence[Path], folder: Path, progress: Progress) -> PhotoCache:
    """The photos of folders and tar files, from the cache where it is of these very sources.

    Args:
        sources: folders, searched recursively, and ``.tar`` files of JPEGs.
        folder: where the cache is kept; made where it is missing.
        progress: see there.
    Raises:
        UsageError: a source is not there, or none holds a photo.
    """
    wanted = [_facts(source) for source in sources]
    file = folder / LIST
    if not file.is_file() or json.loads(file.read_text(encoding="utf-8"))["sources"] != wanted:
        _write(sources, folder, wanted, progress)
    return PhotoCache(folder)


def _facts(source: Path) -> list[str | int]:
    if not source.exists():
        raise UsageError(f"There are no photos at “{source}”.")
    return [source.name, source.stat().st_size if source.is_file() else sum(1 for _ in walk(source))]


def _write(sources: Sequence[Path], folder: Path, facts: list[list[str | int]], progress: Progress) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LIST).unlink(missing_ok=True)
    names, shapes, digest = [], [], sha256()
    with (folder / PIXELS).open("wb") as file:
        for name, content in (found for source in sources for found in _contents(source)):
            try:
                pixels = decode(content, LONGEST_PX).pixels
            except PhotoError:
                continue
            if min(pixels.shape[:2]) < LEAST_PX:
                continue
            data = np.ascontiguousarray(pixels).tobytes()
            file.write(data)
            digest.update(data)
            names.append(name)
            shapes.append(pixels.shape[:2])
            progress("photos", len(names), 0)
    if not names:
        raise UsageError(f"There are no photos in “{', '.join(str(source) for source in sources)}”.")
    record = {"sources": facts, "names": names, "shapes": shapes, "digest": digest.hexdigest()}
    partial = folder / f"{LIST}.part"
    partial.write_text(json.dumps(record), encoding="utf-8")
    partial.replace(folder / LIST)


def _contents(source: Path) -> Iterator[tuple[str, Path | bytes]]:
    """Names and contents, in the order of the names, so that the same photos have the same numbers."""
    if source.is_file():
        with tarfile.open(source) as tar:
            for member in sorted(tar.getmembers(), key=lambda member: member.name):
                if member.isfile() and member.name.lower().endswith(JPEG_NAMES):
                    stream = tar.extractfile(member)
                    assert stream is not None
                    yield member.name, stream.read()
        return
    for path in sorted(found.path for found in walk(source) if isinstance(found, FoundFile)):
        yield path.relative_to(source).as_posix(), path

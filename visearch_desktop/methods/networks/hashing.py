"""Checksums of weights files, and which published file one is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from visearch_desktop.core.errors import ChecksumError
from visearch_desktop.methods.networks.listing import NetworkEntry, listed_networks

CHUNK_BYTES = 1 << 20

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all (0: not known)."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Hex digests of one file."""

    sha256: str
    sha1: str
    md5: str

    def start_with(self, prefix: str) -> bool:
        """Whether any of them starts so; publishers put "the hash" into file names without saying which it is."""
        return any(digest.startswith(prefix.lower()) for digest in (self.sha256, self.sha1, self.md5))


def digests(path: Path) -> Digests:
    """Read a file once, hash it three ways."""
    hashes = [hashlib.new(name, usedforsecurity=False) for name in ("sha256", "sha1", "md5")]
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            for each in hashes:
                each.update(chunk)
    return Digests(*(each.hexdigest() for each in hashes))


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def known_sha256(path: Path) -> str:
    """The same, read once as long as size and time of the file stay what they are."""
    there = path.stat()
    return _known_sha256(path, there.st_size, there.st_mtime_ns)


@lru_cache
def _known_sha256(path: Path, _size_bytes: int, _mtime_ns: int) -> str:
    return file_sha256(path)


def is_published(entry: NetworkEntry, found: Digests) -> bool:
    """Whether digests are those of an entry's published file."""
    if entry.sha256:
        return entry.sha256 == found.sha256
    return bool(entry.hash_prefix) and found.start_with(entry.hash_prefix)


def published_as(found: Digests) -> NetworkEntry | None:
    """The listed network whose published file has these digests."""
    return next((entry for entry in listed_networks() if is_published(entry, found)), None)


def check_published(entry: NetworkEntry, path: Path) -> None:
    """Raises: ChecksumError: the file is not the one that was published for this entry."""
    found = digests(path)
    if not is_published(entry, found):
        raise ChecksumError(path, entry.sha256 or entry.hash_prefix, found.sha256)

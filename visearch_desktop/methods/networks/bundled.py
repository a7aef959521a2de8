"""The networks that are part of the program: whether their files are as they were made."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from visearch_desktop.methods.networks.hashing import file_sha256
from visearch_desktop.methods.networks.listing import NetworkEntry
from visearch_desktop.methods.networks.manifest import GRAPH, NetworkManifest, read_manifest


def read_bundled(entry: NetworkEntry, folder: Path) -> NetworkManifest | None:
    """The record of a bundled network; None where it, or the graph, is not as it was made.

    Args:
        entry: as listed; its checksum is that of the record, which has the graph's.
        folder: of the network.
    """
    manifest = read_manifest(folder)
    if manifest is None or entry.sha256 not in ("", manifest.sha256):
        return None
    try:
        there = (folder / GRAPH).stat()
        found = _known_sha256(folder / GRAPH, there.st_size, there.st_mtime_ns)
    except OSError:
        return None
    return manifest if found == manifest.graph_sha256 else None


@lru_cache
def _known_sha256(path: Path, _size_bytes: int, _mtime_ns: int) -> str:
    """Read once as long as the file stays what it is: a few milliseconds."""
    return file_sha256(path)

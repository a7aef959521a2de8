"""The networks that are part of the program: whether their files are as they were made."""

from __future__ import annotations

from pathlib import Path

from visearch_desktop.methods.networks.hashing import known_sha256
from visearch_desktop.methods.networks.listing import NetworkEntry
from visearch_desktop.methods.networks.manifest import NetworkManifest, read_manifest


def read_bundled(entry: NetworkEntry, folder: Path) -> NetworkManifest | None:
    """The record of a bundled network; None where it, the graph or the weights are not as they were made.

    Args:
        entry: as listed; its checksum is that of the record, which has those of graph and weights.
        folder: of the network.
    """
    manifest = read_manifest(folder)
    if manifest is None or entry.sha256 not in ("", manifest.sha256):
        return None
    try:
        is_sound = all(known_sha256(folder / name) == wanted for name, wanted in manifest.checksums.items())
    except OSError:
        return None
    return manifest if is_sound else None

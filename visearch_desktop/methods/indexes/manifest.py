"""Index files that are checked before anything reads them: a small JSON manifest beside the files it vouches for.

hnswlib trusts the file it loads: damaged copies are answered from wrongly, or crash the process. So each file is named
by its checksum and listed in the manifest with its size; all are written beside, flushed and renamed, the manifest
last. A crash at any moment leaves the old set or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch_desktop.core.errors import IndexDamagedError

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set of index files is.

    Attributes:
        format: of the files, "hnsw-1".
        key: of the descriptor whose vectors are in it.
        count: of vectors.
        facts: whatever else the format needs, JSON-able.
    """

    format: str
    key: str
    count: int
    facts: Mapping[str, Any]


def write(path: Path, manifest: Manifest, parts: Mapping[str, Callable[[Path], None]]) -> None:
    """Write the files and then their manifest; what an older manifest listed is deleted last.

    Args:
        path: of the manifest, ends with ``.json``.
        manifest: what the files are.
        parts: by name; each writes one file at the path it is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    listed: dict[str, dict[str, Any]] = {}
    for name, write_part in parts.items():
        draft = path.with_suffix(f".{name}.new")
        write_part(draft)
        _flush(draft)
        checksum = _checksum(draft)
        final = path.with_suffix(f".{checksum[:16]}.{name}")
        listed[name] = {"file": final.name, "size_bytes": draft.stat().st_size, "sha256": checksum}
        draft.replace(final)
    body = {
        "format": manifest.format,
        "key": manifest.key,
        "count": manifest.count,
        "facts": dict(manifest.facts),
        "files": listed,
    }
    draft = path.with_suffix(".json.new")
    draft.write_text(json.dumps({**body, "sha256": _of_json(body)}, indent=1), encoding="utf-8")
    _flush(draft)
    draft.replace(path)
    delete(path, keep={entry["file"] for entry in listed.values()} | {path.name})


def read(path: Path, wanted_format: str | None = None) -> tuple[Manifest, dict[str, Path]]:
    """The manifest and its files by name, every byte of them checked; of any format if none is wanted.

    Raises:
        FileNotFoundError: there is no manifest: no index has been written yet.
        IndexDamagedError: anything is off.
    """
    try:
        stored = json.loads(path.read_bytes())
        body = {name: stored[name] for name in ("format", "key", "count", "facts", "files")}
        if stored["sha256"] != _of_json(body) or set(stored) != {*body, "sha256"}:
            raise IndexDamagedError(path, "its manifest has a wrong checksum")
        files = {name: _checked(path, entry) for name, entry in body["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(path, "its manifest cannot be read") from error
    if wanted_format is not None and body["format"] != wanted_format:
        raise IndexDamagedError(path, f"its format is {body['format']}, not {wanted_format}")
    return Manifest(body["format"], body["key"], body["count"], body["facts"]), files


def delete(path: Path, keep: set[str] | frozenset[str] = frozenset()) -> None:
    """Delete the files that belong to a manifest (and half-written ones), but for those to keep."""
    for file in path.parent.glob(f"{path.stem}.*"):
        if file.name not in keep:
            file.unlink(missing_ok=True)


def _checked(path: Path, entry: Mapping[str, Any]) -> Path:
    file = path.parent / Path(entry["file"]).name
    if not file.is_file():
        raise IndexDamagedError(path, f"the file {file.name} is missing")
    if file.stat().st_size != entry["size_bytes"] or _checksum(file) != entry["sha256"]:
        raise IndexDamagedError(path, f"the file {file.name} has a wrong checksum")
    return file


def _checksum(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _of_json(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _flush(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())

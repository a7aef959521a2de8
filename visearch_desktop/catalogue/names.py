"""How paths and names are stored: bytes for the path, so that any name survives; text to show and to sort by."""

from __future__ import annotations

import os
import re
from pathlib import Path

_DIGITS = re.compile(r"[0-9]+")


def to_stored(path: Path | str) -> bytes:
    """A path as the bytes the file system has for it."""
    return os.fsencode(path)


def to_path(stored: bytes, *below: bytes) -> Path:
    """The path that :func:`to_stored` stored, and paths below it."""
    return Path(os.fsdecode(stored), *(os.fsdecode(part) for part in below))


def directory_of(relative: bytes) -> bytes:
    """The folder of a relative path, with "/" between the parts; empty at the top."""
    return os.path.dirname(relative).replace(os.fsencode(os.sep), b"/")  # noqa: PTH120 - bytes


def printable(name: bytes) -> str:
    """A file name as text that can be shown, stored and sent; what is not text becomes a replacement sign."""
    return name.decode("utf-8", "replace")


def sort_key(name: str) -> str:
    """A text that sorts names as people do: without regard to case, IMG_9 before IMG_10."""
    return _DIGITS.sub(lambda found: found.group().zfill(12), name.casefold())

"""The identity of a photo: a hash of its file's whole content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from visearch_desktop.photos.opening import open_photo

_BLOCK_BYTES = 1 << 20


def fingerprint(path: Path) -> str:
    """BLAKE2b of every byte of the file, 128 bits as 32 hexadecimal digits; read in blocks of a megabyte.

    Raises:
        PhotoError: the file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    with open_photo(path) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()

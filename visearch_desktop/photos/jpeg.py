"""JPEG files: their header, whether all of them is there, and decoding scaled in the DCT."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from visearch_desktop.core.errors import PhotoError, Problem

_START_OF_SCAN, _END = 0xDA, 0xD9
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_END_MARKER = b"\xff\xd9"
_EXIF, _ICC = b"Exif\0\0", b"ICC_PROFILE\0"


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """What stands before the picture data.

    Attributes:
        width, height: as stored, px.
        components: 1 grey, 3 colour, 4 CMYK or YCCK.
        bits: per sample; 8 but for medical and raw pictures.
        exif: the EXIF block without its heading; b"" for none.
        icc: the embedded colour profile, put together from its parts; b"" for none.
        scan_at: where the first scan begins, in bytes from the start.
    """

    width: int
    height: int
    components: int
    bits: int
    exif: bytes
    icc: bytes
    scan_at: int


def read_header(data: bytes, path: Path) -> JpegHeader:
    """Read the segments up to the first scan (ITU-T T.81, annex B).

    Args:
        data: the file.
        path: for the error.
    Raises:
        PhotoError: TRUNCATED where the file ends before the first scan, DAMAGED where that scan has no frame.
    """
    frame: bytes = b""
    exif, at = b"", 2
    parts: dict[int, bytes] = {}
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 2 > len(data):
            raise PhotoError(path, Problem.TRUNCATED, {"have_bytes": len(data)})
        marker = data[at + 1]
        if marker in (0x00, 0xFF) or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _START_OF_SCAN:
            break
        if marker == _END:
            raise PhotoError(path, Problem.DAMAGED, {"detail": "no picture data"})
        if at + 4 > len(data):
            raise PhotoError(path, Problem.TRUNCATED, {"have_bytes": len(data)})
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker in _FRAMES and len(body) >= 6:
            frame = frame or body
        elif marker == 0xE1 and body.startswith(_EXIF):
            exif = exif or body[len(_EXIF) :]
        elif marker == 0xE2 and body.startswith(_ICC) and len(body) > 14:
            parts.setdefault(body[12], body[14:])
        at += 2 + max(2, length)
    if not frame:
        raise PhotoError(path, Problem.DAMAGED, {"detail": "no frame header"})
    icc = b"".join(parts[number] for number in sorted(parts))
    return JpegHeader(
        width=int.from_bytes(frame[3:5], "big"),
        height=int.from_bytes(frame[1:3], "big"),
        components=frame[5],
        bits=frame[0],
        exif=exif,
        icc=icc,
        scan_at=at,
    )


def decode_rgb(data: bytes, header: JpegHeader, least: tuple[int, int], path: Path) -> NDArray[np.uint8]:
    """Decode a grey or colour JPEG at the smallest size of the DCT's scales that is not below ``least``.

    A few damaged bytes in the picture data are let pass, for most of the picture is right; missing data is not, but a
    missing end marker is.

    Args:
        data: the file.
        header: what :func:`read_header` gave for it.
        least: (width, height), px as stored.
        path: for the error.
    Returns:
        (h, w, 3) uint8 RGB, not turned.
    Raises:
        PhotoError: TRUNCATED, DAMAGED, or UNSUPPORTED for samples of other than 8 bits.
    """
    try:
        return _decode(data, least, strict=True)
    except ValueError as error:
        if header.bits != 8:
            raise PhotoError(path, Problem.UNSUPPORTED, {"format": f"JPEG with {header.bits} bits"}) from error
    if data.find(_END_MARKER, header.scan_at) < 0:
        try:
            return _decode(data + _END_MARKER, least, strict=True)
        except ValueError as error:
            raise PhotoError(path, Problem.TRUNCATED, {"have_bytes": len(data)}) from error
    try:
        return _decode(data, least, strict=False)
    except ValueError as error:
        raise PhotoError(path, Problem.DAMAGED, {"detail": str(error)}) from error


def _decode(data: bytes, least: tuple[int, int], *, strict: bool) -> NDArray[np.uint8]:
    return np.asarray(
        simplejpeg.decode_jpeg(
            data, colorspace="rgb", min_width=least[0], min_height=least[1], min_factor=2.0, strict=strict
        ),
        dtype=np.uint8,
    )

"""Every format that Pillow opens: header first, picture data once the size is known to be bearable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.photos.colour import flatten, to_srgb
from visearch_desktop.photos.formats import Format
from visearch_desktop.photos.opening import problem_of

# Pillow's own guard is one number for the whole process; every size is checked against the caller's limit instead.
Image.MAX_IMAGE_PIXELS = None

_SCALED_AS_STORED = ("L", "LA", "RGB", "RGBA", "CMYK", "LAB")
_DNG_VERSION, _NEW_SUBFILE_TYPE, _SUB_DIRECTORIES = 50706, 254, 330


@contextmanager
def open_picture(stream: BinaryIO, format_: Format, path: Path) -> Iterator[Image.Image]:
    """The picture with its header read and its pixels not.

    Raises:
        PhotoError: TRUNCATED or DAMAGED.
    """
    stream.seek(0)
    try:
        image = _open(stream, format_)
    except Exception as error:
        raise failure(error, stream, format_, path) from error
    with image:
        yield image


def _open(stream: BinaryIO, format_: Format) -> Image.Image:
    if format_ is Format.HEIF:
        from pillow_heif import HeifImageFile

        return cast(Image.Image, HeifImageFile(stream))  # type: ignore[no-untyped-call]
    return Image.open(stream, formats=(format_.value,))


def is_raw(image: Image.Image) -> bool:
    """Whether a TIFF is a camera's RAW file: a DNG, or a reduced picture with the real one in a directory below it."""
    tags = getattr(image, "tag_v2", {})
    return _DNG_VERSION in tags or (tags.get(_NEW_SUBFILE_TYPE) == 1 and _SUB_DIRECTORIES in tags)


def turns_itself(image: Image.Image) -> bool:
    """Whether Pillow applies the orientation of the file, and gives the upright size (a HEIF says it is upright)."""
    return image.format == Format.TIFF


def read_exif(image: Image.Image) -> Image.Exif:
    """The EXIF of a picture; empty where it has none or rubbish. Of a TIFF, to be asked for before its pixels are."""
    for key in ("xmp", "XML:com.adobe.xmp"):
        image.info.pop(key, None)  # Pillow would take an orientation from there, which no other program does
    try:
        return image.getexif()
    except Exception:  # noqa: BLE001 - the parser fails in any way on rubbish, which only means: nothing is known
        return Image.Exif()


def read_pixels(image: Image.Image, size: tuple[int, int], stream: BinaryIO, path: Path) -> NDArray[np.uint8]:
    """Decode the first frame, shrink it by area, bring it into sRGB over white.

    Args:
        image: as :func:`open_picture` gave it.
        size: (width, height) wanted, px, of the picture as Pillow turns it.
        stream: its file, to tell why it fails.
        path: for the error.
    Returns:
        (h, w, 3) uint8 RGB.
    Raises:
        PhotoError: TRUNCATED or DAMAGED.
    """
    format_ = Format(image.format or "")
    if format_ is Format.JPEG:
        image.draft(None, size)
    try:
        image.load()
    except Exception as error:
        raise failure(error, stream, format_, path) from error
    profile = image.info.get("icc_profile") or b""
    if image.mode not in _SCALED_AS_STORED or "transparency" in image.info:
        image = flatten(image)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BOX, reducing_gap=3.0)
    return np.array(to_srgb(flatten(image), profile))


def failure(error: Exception, stream: BinaryIO, format_: Format, path: Path) -> PhotoError:
    """What a decoder's exception, of whatever kind, means to a person."""
    if isinstance(error, PhotoError):
        return error
    if isinstance(error, OSError) and error.errno:
        return problem_of(path, error)
    if isinstance(error, MemoryError):
        return PhotoError(path, Problem.READ_FAILED, {"detail": "not enough memory"})
    have = stream.seek(0, os.SEEK_END)
    want = _bytes_wanted(stream, format_, have)
    if want is None:
        return PhotoError(path, Problem.DAMAGED, {"detail": str(error)})
    facts: dict[str, str | int | float] = {"have_bytes": have}
    return PhotoError(path, Problem.TRUNCATED, facts | ({"want_bytes": want} if want else {}))


def _bytes_wanted(stream: BinaryIO, format_: Format, have: int) -> int | None:
    """How long a file that ends early should be: 0 where that is not known; None where it does not end early."""
    stream.seek(0)
    head = stream.read(64)
    match format_:
        case Format.PNG:
            return None if _png_is_whole(stream, have) else 0
        case Format.GIF:
            stream.seek(max(0, have - 64))
            return None if stream.read(64).rstrip(b"\0").endswith(b";") else 0
        case Format.WEBP:
            want = 8 + int.from_bytes(head[4:8], "little")
        case Format.BMP:
            want = int.from_bytes(head[2:6], "little")
        case Format.HEIF | Format.AVIF:
            want = _end_of_boxes(stream, have)
        case Format.TIFF:
            order: Literal["little", "big"] = "little" if head[:2] == b"II" else "big"
            is_big = head[2:4] in (b"+\0", b"\0+")
            if int.from_bytes(head[8:16] if is_big else head[4:8], order) + 2 > have:
                return 0
            want = _end_of_strips(stream)
        case _:
            stream.seek(0)
            return None if b"\xff\xd9" in stream.read()[-256:] else 0
    return want if want > have else None


def _png_is_whole(stream: BinaryIO, have: int) -> bool:
    """Whether the chunks go on to IEND; a length beyond the end of the file is a file that ends early."""
    at = 8
    while at + 8 <= have:
        stream.seek(at)
        chunk = stream.read(8)
        if chunk[4:] == b"IEND" or not chunk[4:].isalpha():
            return True
        at += 12 + int.from_bytes(chunk[:4], "big")
    return False


def _end_of_boxes(stream: BinaryIO, have: int) -> int:
    """Where the last box at the top level of an ISO/IEC 14496-12 file should end."""
    at = 0
    while at + 8 <= have:
        stream.seek(at)
        size = int.from_bytes(stream.read(4), "big")
        if size == 1:
            stream.seek(at + 8)
            size = int.from_bytes(stream.read(8), "big")
        if size < 8:
            break
        at += size
    return at


def _end_of_strips(stream: BinaryIO) -> int:
    """Where the data of a TIFF's first picture should end; 0 where its directory cannot be read."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=("TIFF",)) as image:
            tags = getattr(image, "tag_v2", {})
            offsets, counts = tags.get(273) or tags.get(324) or (), tags.get(279) or tags.get(325) or ()
            return max((int(offset) + int(count) for offset, count in zip(offsets, counts, strict=False)), default=0)
    except Exception:  # noqa: BLE001 - asked after a failure already; any other one adds nothing
        return 0


def webp_size(head: bytes) -> tuple[int, int]:
    """(width, height) of a WebP from its first 30 bytes: Pillow makes room for all its pixels on opening it."""
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF

"""RAW files of cameras: the JPEG preview that lies in them, or a quick development of the sensor's data."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visearch_desktop.core.errors import PhotoError, Problem

_LEAST_PREVIEW_PX = 1000
_ORIENTATION_BY_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's turn of the sensor -> EXIF orientation."""


@dataclass(frozen=True, slots=True)
class RawPreview:
    """The picture of a RAW file.

    Attributes:
        jpeg: the embedded preview, encoded; b"" where ``pixels`` holds the picture.
        pixels: (h, w, 3) uint8 sRGB, upright; None where ``jpeg`` holds it.
        orientation: EXIF orientation of the sensor, for a preview that has none of its own.
        is_landscape: whether the sensor's picture, before it is turned, is wider than high.
    """

    jpeg: bytes
    pixels: NDArray[np.uint8] | None
    orientation: int
    is_landscape: bool


def read_preview(stream: BinaryIO, path: Path, megapixels: float) -> RawPreview:
    """Find the preview; where it is missing or a stamp, develop the sensor's data at half size.

    Args:
        stream: the file, from its start.
        path: for the error.
        megapixels: the limit on the sensor's size.
    Raises:
        PhotoError: UNSUPPORTED without rawpy, NO_PREVIEW where LibRaw does not know the file, TOO_LARGE, or DAMAGED.
    """
    with _opened(stream, path) as raw:
        size = raw.sizes
        if size.width * size.height > megapixels * 1e6:
            facts: dict[str, str | int | float] = {"megapixels": size.width * size.height / 1e6, "limit": megapixels}
            raise PhotoError(path, Problem.TOO_LARGE, facts)
        orientation, is_landscape = _ORIENTATION_BY_FLIP.get(size.flip, 1), size.width >= size.height
        jpeg = _largest_jpeg(raw)
        if jpeg and _longest_px(jpeg, path) >= min(_LEAST_PREVIEW_PX, max(size.width, size.height)):
            return RawPreview(jpeg, None, orientation, is_landscape)
        try:
            pixels = raw.postprocess(use_camera_wb=True, half_size=True, output_bps=8)
        except Exception as error:  # LibRaw has many ways to say that the data is bad
            if jpeg:
                return RawPreview(jpeg, None, orientation, is_landscape)
            raise PhotoError(path, Problem.DAMAGED, {"detail": str(error)}) from error
        return RawPreview(b"", np.ascontiguousarray(pixels, dtype=np.uint8), orientation, is_landscape)


def is_known(stream: BinaryIO) -> bool:
    """Whether a file is for LibRaw to read: it knows it, or is not here to be asked."""
    stream.seek(0)
    try:
        with _opened(stream, Path()):
            return True
    except PhotoError as error:
        return error.problem is not Problem.NO_PREVIEW


def read_exif(stream: BinaryIO) -> Image.Exif:
    """The EXIF of a RAW file built like a TIFF, as most are; an empty one of any other."""
    stream.seek(0)
    exif = Image.Exif()
    try:
        exif.load_from_fp(stream)
    except Exception:  # noqa: BLE001 - the parser fails in any way on rubbish, which only means: nothing is known
        return Image.Exif()
    return exif


@contextlib.contextmanager
def _opened(stream: BinaryIO, path: Path) -> Iterator[Any]:
    try:
        import rawpy
    except ImportError as error:
        raise PhotoError(path, Problem.UNSUPPORTED, {"format": "RAW", "extra": "raw"}) from error
    try:
        raw = rawpy.imread(stream)
    except rawpy.LibRawIOError as error:
        raise PhotoError(path, Problem.TRUNCATED) from error
    except Exception as error:
        raise PhotoError(path, Problem.NO_PREVIEW, {"detail": str(error)}) from error
    with raw:
        yield raw


def _largest_jpeg(raw: Any) -> bytes:
    import rawpy

    try:
        preview = raw.extract_thumb()
    except rawpy.LibRawError:
        return b""
    return bytes(preview.data) if preview.format == rawpy.ThumbFormat.JPEG else b""


def _longest_px(jpeg: bytes, path: Path) -> int:
    from visearch_desktop.photos.jpeg import read_header

    try:
        header = read_header(jpeg, path)
    except PhotoError:
        return 0
    return max(header.width, header.height)

"""The one place that opens image files: upright, sRGB, 8-bit RGB pixels, at the size asked for.

What a file is, is told by its content. JPEG goes through libjpeg-turbo, scaled in the DCT; RAW through LibRaw, which
gives its preview; everything else through Pillow. The number of pixels is read from the header and checked before any
decoder makes room for them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Exif, Image

from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.photos import formats, jpeg, pictures, raw
from visearch_desktop.photos.colour import pixels_to_srgb
from visearch_desktop.photos.formats import Format
from visearch_desktop.photos.metadata import ORIENTATION_TAG, Metadata, load_exif, metadata_of, orientation_of
from visearch_desktop.photos.opening import open_photo
from visearch_desktop.photos.thumbnails import resize_to, size_within
from visearch_desktop.photos.walk import RAW_SUFFIXES

_NAMELESS = Path("the picture")
_BYTES_PER_PIXEL = 8
"""More than any JPEG needs for one: reading stops there, so that a mislabelled disk image does not fill the memory."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one photo may cost.

    Attributes:
        megapixels: larger photos are refused unread.
        seconds: for the worker pool, which ends a decoder that does not come back.
    """

    megapixels: float = 250.0
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo.

    Attributes:
        pixels: (h, w, 3) uint8 RGB, upright, sRGB.
        width, height: of the upright photo at full size, px; of a RAW file's preview, where that is what was read.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    metadata: Metadata

    @property
    def scale(self) -> float:
        """Pixels of this copy per full-size pixel, at most 1."""
        return float(max(self.pixels.shape[:2]) / max(self.width, self.height))


def decode(source: Path | bytes, longest_px: int | None, limits: Limits | None = None) -> Photo:
    """Read a photo.

    Args:
        source: a file, or the content of one.
        longest_px: the longer side wanted; None is full size. A smaller photo is not enlarged.
        limits: default: ``Limits()``.
    Returns:
        The photo; the longer side of its pixels is min(longest_px, the photo's own) exactly.
    Raises:
        PhotoError: it cannot be read; says why.
    """
    limits = limits or Limits()
    with _opened(source) as (stream, path):
        format_ = _recognise(stream, path)
        if format_ is Format.JPEG:
            return _decode_jpeg(_read_jpeg(stream, limits), longest_px, limits, path)
        if format_ is Format.RAW:
            return _decode_raw(stream, longest_px, limits, path)
        with _picture(stream, format_, limits, path) as image:
            if image is not None:
                return _decode_picture(image, stream, longest_px, limits, path)
        return _decode_raw(stream, longest_px, limits, path)


def read_metadata(source: Path | bytes) -> Metadata:
    """Read size and EXIF, and of the pixels no more than the format demands.

    Raises:
        PhotoError: as for :func:`decode`, as far as the header shows it.
    """
    limits = Limits()
    with _opened(source) as (stream, path):
        format_ = _recognise(stream, path)
        if format_ is Format.JPEG:
            header = jpeg.read_header(_read_jpeg(stream, limits), path)
            return _metadata(load_exif(header.exif), header.width, header.height)
        if format_ is Format.RAW:
            return _decode_raw(stream, 1, limits, path).metadata
        with _picture(stream, format_, limits, path) as image:
            if image is not None:
                read = metadata_of if pictures.turns_itself(image) else _metadata
                return read(pictures.read_exif(image), *image.size)
        return _decode_raw(stream, 1, limits, path).metadata


@contextmanager
def _opened(source: Path | bytes) -> Iterator[tuple[BinaryIO, Path]]:
    """The file and a name for it; Pillow's warnings about odd metadata are of no use to anyone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(source, bytes):
            yield io.BytesIO(source), _NAMELESS
        else:
            with open_photo(source) as file:
                yield file, source


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(formats.HEAD_BYTES)


def _recognise(stream: BinaryIO, path: Path) -> Format:
    """The format by the first bytes.

    Raises:
        PhotoError: EMPTY, TRUNCATED, UNSUPPORTED, or NOT_AN_IMAGE.
    """
    head = _head(stream)
    format_ = formats.recognise(head)
    if format_ is not None:
        return format_
    if not head:
        raise PhotoError(path, Problem.EMPTY)
    if formats.is_beginning_of_a_format(head):
        raise PhotoError(path, Problem.TRUNCATED, {"have_bytes": len(head)})
    if name := formats.unsupported_format(head):
        raise PhotoError(path, Problem.UNSUPPORTED, {"format": name})
    kind = formats.looks_like(head)
    raise PhotoError(path, Problem.NOT_AN_IMAGE, {"looks_like": kind} if kind else None)


def _check_size(width: int, height: int, limits: Limits, path: Path) -> None:
    if width < 1 or height < 1:
        raise PhotoError(path, Problem.DAMAGED, {"detail": f"{width} × {height} px"})
    if width * height > limits.megapixels * 1e6:
        facts: dict[str, str | int | float] = {"megapixels": width * height / 1e6, "limit": limits.megapixels}
        raise PhotoError(path, Problem.TOO_LARGE, facts)


@contextmanager
def _picture(stream: BinaryIO, format_: Format, limits: Limits, path: Path) -> Iterator[Image | None]:
    """The picture with its header read, for Pillow to decode; None for a RAW file in the clothes of a TIFF.

    Such a file is known by its tags, or, for cameras that write none of these, by LibRaw's word where the name is that
    of a RAW file.
    """
    if format_ is Format.WEBP:
        _check_size(*pictures.webp_size(_head(stream)), limits, path)
    if format_ is Format.TIFF and path.suffix.lower() in RAW_SUFFIXES and raw.is_known(stream):
        yield None
        return
    with pictures.open_picture(stream, format_, path) as image:
        yield None if pictures.is_raw(image) else image


def _read_jpeg(stream: BinaryIO, limits: Limits) -> bytes:
    stream.seek(0)
    return stream.read(int(limits.megapixels * 1e6) * _BYTES_PER_PIXEL)


def _decode_jpeg(data: bytes, longest_px: int | None, limits: Limits, path: Path) -> Photo:
    header = jpeg.read_header(data, path)
    pixels = _jpeg_pixels(data, header, longest_px, limits, path)
    return _turned(pixels, load_exif(header.exif), header.width, header.height)


def _jpeg_pixels(
    data: bytes, header: jpeg.JpegHeader, longest_px: int | None, limits: Limits, path: Path
) -> NDArray[np.uint8]:
    """As stored, not turned."""
    _check_size(header.width, header.height, limits, path)
    size = size_within(header.width, header.height, longest_px)
    if header.components == 4:
        with pictures.open_picture(io.BytesIO(data), Format.JPEG, path) as image:
            return pictures.read_pixels(image, size, io.BytesIO(data), path)
    return pixels_to_srgb(resize_to(jpeg.decode_rgb(data, header, size, path), size), header.icc)


def _decode_picture(image: Image, stream: BinaryIO, longest_px: int | None, limits: Limits, path: Path) -> Photo:
    _check_size(*image.size, limits, path)
    width, height = image.size
    size = size_within(width, height, longest_px)
    if pictures.turns_itself(image):
        metadata = metadata_of(pictures.read_exif(image), width, height)
        return _photo(pictures.read_pixels(image, size, stream, path), metadata)
    pixels = pictures.read_pixels(image, size, stream, path)
    return _turned(pixels, pictures.read_exif(image), width, height)


def _decode_raw(stream: BinaryIO, longest_px: int | None, limits: Limits, path: Path) -> Photo:
    stream.seek(0)
    preview = raw.read_preview(stream, path, limits.megapixels)
    exif = raw.read_exif(stream)
    if preview.pixels is not None:
        height, width = preview.pixels.shape[:2]
        pixels = resize_to(preview.pixels, size_within(width, height, longest_px))
        exif[ORIENTATION_TAG] = 1  # LibRaw has turned them
        return _turned(pixels, exif, width, height)
    try:
        header = jpeg.read_header(preview.jpeg, path)
        pixels = _jpeg_pixels(preview.jpeg, header, longest_px, limits, path)
    except PhotoError as error:
        # The facts are about the preview, which is not what the person sees in the folder.
        raise PhotoError(path, error.problem, None if error.problem is Problem.TRUNCATED else error.facts) from error
    own = load_exif(header.exif)
    is_turned = preview.orientation > 4 and preview.is_landscape != (header.width >= header.height)
    orientation = 1 if is_turned else own.get(ORIENTATION_TAG, preview.orientation)
    exif = exif if len(exif) > len(own) else own
    exif[ORIENTATION_TAG] = orientation
    return _turned(pixels, exif, header.width, header.height)


def _turned(pixels: NDArray[np.uint8], exif: Exif, width: int, height: int) -> Photo:
    """The photo of pixels as stored; width and height are as stored, too."""
    metadata = _metadata(exif, width, height)
    return _photo(_upright(pixels, metadata.orientation), metadata)


def _upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Apply an EXIF orientation: turn and mirror as the camera was held."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def _photo(pixels: NDArray[np.uint8], metadata: Metadata) -> Photo:
    return Photo(pixels, metadata.width, metadata.height, metadata)


def _metadata(exif: Exif, width: int, height: int) -> Metadata:
    """From the size as stored."""
    return metadata_of(exif, *((height, width) if orientation_of(exif) > 4 else (width, height)))

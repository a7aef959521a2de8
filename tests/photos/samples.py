"""Files as cameras and programs write them, made by the tests: EXIF, colour profiles, RAW."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from tests.scenes import Pixels, scene

Entries = dict[int, tuple[int, Any]]  # tag -> (TIFF type, values)
_BYTE, _ASCII, _SHORT, _LONG, _RATIONAL, _SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10


def encoded(pixels: Pixels, format_: str, **options: object) -> bytes:
    """The picture as a file of one of Pillow's formats."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format_, **options)
    return buffer.getvalue()


def stored_for(pixels: Pixels, orientation: int) -> Pixels:
    """How a camera stores an upright picture under an EXIF orientation: the inverse of what makes it upright."""
    turns = {
        1: lambda p: p,
        2: lambda p: p[:, ::-1],
        3: lambda p: p[::-1, ::-1],
        4: lambda p: p[::-1],
        5: lambda p: p.swapaxes(0, 1),
        6: lambda p: np.rot90(p, 1),
        7: lambda p: p[::-1, ::-1].swapaxes(0, 1),
        8: lambda p: np.rot90(p, -1),
    }
    return np.ascontiguousarray(turns[orientation](pixels))


def exif(orientation: int = 1) -> Image.Exif:
    """An EXIF block with no more than an orientation."""
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = orientation
    return block


def full_exif() -> Image.Exif:
    """What a good camera writes."""
    block = exif()
    block[ExifTags.Base.Make] = "NIKON CORPORATION"
    block[ExifTags.Base.Model] = "NIKON Z 6"
    block[ExifTags.Base.DateTime] = "2024:05:06 10:00:00"
    details = block.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2023:12:31 23:59:58"
    details[ExifTags.Base.OffsetTimeOriginal] = "-03:30"
    details[ExifTags.Base.LensModel] = "NIKKOR Z 50mm f/1.8 S\0\0"
    details[ExifTags.Base.ExposureTime] = IFDRational(1, 1250)
    details[ExifTags.Base.FNumber] = IFDRational(19, 10)
    details[ExifTags.Base.ISOSpeedRatings] = 51
    place = block.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "S"
    place[ExifTags.GPS.GPSLatitude] = (IFDRational(33), IFDRational(51), IFDRational(246, 10))
    place[ExifTags.GPS.GPSLongitudeRef] = "E"
    place[ExifTags.GPS.GPSLongitude] = (IFDRational(151), IFDRational(12), IFDRational(54))
    place[ExifTags.GPS.GPSAltitudeRef] = b"\x01"
    place[ExifTags.GPS.GPSAltitude] = IFDRational(25, 10)
    return block


def srgb_profile() -> bytes:
    """The profile that most programs embed."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """A valid RGB profile under which stored red is shown as green, green as blue, blue as red."""
    profile = bytearray(srgb_profile())
    count = struct.unpack_from(">I", profile, 128)[0]
    places = {bytes(profile[132 + 12 * i : 136 + 12 * i]): 136 + 12 * i for i in range(count)}
    at = [places[name] for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    colours = [bytes(profile[place : place + 8]) for place in at]
    for place, colour in zip(at, (*colours[1:], colours[0]), strict=True):
        profile[place : place + 8] = colour
    return bytes(profile)


def dng(path: Path, *, orientation: int = 1, preview: bytes = b"", width: int = 160, height: int = 120) -> Path:
    """A RAW file: a red sensor picture, and an encoded JPEG as its preview where one is given."""
    sensor = np.full((height, width), 3000, "<u2")
    sensor[0::2, 0::2] = 40000
    raw: Entries = {
        254: (_LONG, 0),
        256: (_LONG, width),
        257: (_LONG, height),
        258: (_SHORT, 16),
        259: (_SHORT, 1),
        262: (_SHORT, 32803),
        277: (_SHORT, 1),
        278: (_LONG, height),
        279: (_LONG, sensor.nbytes),
        33421: (_SHORT, (2, 2)),
        33422: (_BYTE, (0, 1, 1, 2)),
        50717: (_LONG, 65535),
    }
    camera: Entries = {
        271: (_ASCII, b"Testcam\0"),
        272: (_ASCII, b"Testcam One\0"),
        274: (_SHORT, orientation),
        306: (_ASCII, b"2021:02:03 04:05:06\0"),
        50706: (_BYTE, (1, 4, 0, 0)),
        50708: (_ASCII, b"Testcam One\0"),
        50721: (_SIGNED_RATIONAL, (1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1)),
        50728: (_RATIONAL, (1, 1, 1, 1, 1, 1)),
        50778: (_SHORT, 21),
    }
    with path.open("wb") as file:
        file.write(b"II*\0\x08\0\0\0")
        if not preview:
            raw |= camera
            raw[273] = (_LONG, 8 + _length(raw | {273: (_LONG, 0)}))
            file.write(_directory(raw, 8))
        else:
            first: Entries = camera | {254: (_LONG, 1), 256: (_LONG, 1200), 257: (_LONG, 900), 258: (_SHORT, (8, 8, 8))}
            first |= {259: (_SHORT, 7), 262: (_SHORT, 6), 277: (_SHORT, 3), 278: (_LONG, 900)}
            first |= {273: (_LONG, 0), 279: (_LONG, len(preview)), 330: (_LONG, 0)}
            second_at = 8 + _length(first)
            preview_at = second_at + _length(raw | {273: (_LONG, 0)})
            first |= {273: (_LONG, preview_at), 330: (_LONG, second_at)}
            raw[273] = (_LONG, preview_at + len(preview))
            file.write(_directory(first, 8) + _directory(raw, second_at) + preview)
        file.write(sensor.tobytes())
    return path


def _packed(kind: int, values: Any) -> tuple[int, bytes]:
    if kind == _ASCII:
        return len(values), values
    numbers = values if isinstance(values, tuple) else (values,)
    code = {_BYTE: "B", _SHORT: "H", _LONG: "I", _RATIONAL: "I", _SIGNED_RATIONAL: "i"}[kind]
    data = struct.pack(f"<{len(numbers)}{code}", *numbers)
    return len(numbers) // (2 if kind in (_RATIONAL, _SIGNED_RATIONAL) else 1), data


def _length(entries: Entries) -> int:
    return len(_directory(entries, 0))


def _directory(entries: Entries, at: int) -> bytes:
    """A TIFF directory that begins at a byte of the file, with the values that do not fit into it behind it."""
    beyond = at + 2 + 12 * len(entries) + 4
    table, data = struct.pack("<H", len(entries)), b""
    for tag in sorted(entries):
        count, packed = _packed(*entries[tag])
        packed += b"\0" * (-len(packed) % 4)
        here = packed if len(packed) == 4 else struct.pack("<I", beyond + len(data))
        data += b"" if len(packed) == 4 else packed
        table += struct.pack("<HHI", tag, entries[tag][0], count) + here
    return table + b"\0\0\0\0" + data


def preview_jpeg() -> bytes:
    """A preview of 1200 × 900 px, as cameras put into RAW files."""
    return encoded(scene(7, 1200, 900), "JPEG", quality=90)

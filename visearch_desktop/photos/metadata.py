"""What a camera wrote about a photo (EXIF), cleaned: no blank dates, no place that is nowhere, no maker named twice."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

_Base, _Gps = ExifTags.Base, ExifTags.GPS

ORIENTATION_TAG = int(_Base.Orientation)

_DATES = (
    (_Base.DateTimeOriginal, _Base.OffsetTimeOriginal),
    (_Base.DateTimeDigitized, _Base.OffsetTimeDigitized),
    (_Base.DateTime, _Base.OffsetTime),
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts about a photo; "" and None where the file does not say.

    Attributes:
        width, height: of the upright photo at full size, px.
        orientation: EXIF orientation 1–8 as stored; decoded pixels have it applied already.
        taken: ISO 8601 to the second, with the offset from UTC where the camera knew it.
        camera: "Canon EOS 80D".
        exposure: "1/1250 s, f/1.9, ISO 51".
        latitude, longitude: degrees, north and east positive.
        altitude_m: above sea level.
    """

    width: int
    height: int
    orientation: int = 1
    taken: str = ""
    camera: str = ""
    lens: str = ""
    exposure: str = ""
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None


def load_exif(block: bytes) -> Image.Exif:
    """An EXIF block, with or without its "Exif" heading; rubbish reads as an empty one."""
    exif = Image.Exif()
    try:
        exif.load(block)
    except Exception:  # noqa: BLE001 - the parser fails in any way on rubbish, which only means: nothing is known
        return Image.Exif()
    return exif


def orientation_of(exif: Image.Exif) -> int:
    """EXIF orientation 1–8; 1 for anything else that a file may claim."""
    value = _value(exif, _Base.Orientation)
    return int(value) if isinstance(value, int) and 1 <= value <= 8 else 1


def metadata_of(exif: Image.Exif, width: int, height: int) -> Metadata:
    """Read what is of use from EXIF.

    Args:
        exif: of the photo.
        width: of the upright photo at full size, px.
        height: of the upright photo at full size, px.
    """
    details = _directory(exif, ExifTags.IFD.Exif)
    place = _directory(exif, ExifTags.IFD.GPSInfo)
    latitude = _degrees(place, _Gps.GPSLatitude, _Gps.GPSLatitudeRef, "S", 90)
    longitude = _degrees(place, _Gps.GPSLongitude, _Gps.GPSLongitudeRef, "W", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        latitude = longitude = None
    return Metadata(
        width,
        height,
        orientation_of(exif),
        _taken(exif, details),
        _camera(_text(exif, _Base.Make), _text(exif, _Base.Model)),
        _text(details, _Base.LensModel),
        _exposure(details),
        latitude,
        longitude,
        _altitude(place),
    )


def _value(directory: Mapping[int, Any], tag: int) -> Any:
    """One entry; None where it is missing or cannot be read."""
    try:
        return directory.get(tag)
    except Exception:  # noqa: BLE001 - entries are parsed when they are asked for
        return None


def _directory(exif: Image.Exif, tag: int) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(tag)
    except Exception:  # noqa: BLE001 - a directory of rubbish is no directory
        return {}


def _text(directory: Mapping[int, Any], tag: int) -> str:
    value = _value(directory, tag)
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    with contextlib.suppress(UnicodeError):  # EXIF text is ASCII by its letter, UTF-8 in practice
        value = value.encode("latin-1").decode("utf-8")
    printable = "".join(c if c.isprintable() else " " for c in value.split("\0", 1)[0])
    return " ".join(printable.split())


def _number(value: Any) -> float | None:
    """A finite number from an EXIF rational or integer."""
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _taken(exif: Image.Exif, details: Mapping[int, Any]) -> str:
    for date_tag, offset_tag in _DATES:
        date = _text(details, date_tag) or _text(exif, date_tag)
        match = re.match(r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?", date)
        if match is None:
            continue
        try:
            moment = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
        except ValueError:
            continue
        offset = _text(details, offset_tag) or _text(exif, offset_tag)
        return moment.isoformat() + (offset if re.fullmatch(r"[+-][01]\d:[0-5]\d", offset) else "")
    return ""


def _camera(make: str, model: str) -> str:
    """Maker and model; the maker only where the model does not begin with it, as in "Canon" + "Canon EOS 80D"."""
    first = make.split(" ", maxsplit=1)[0].casefold()
    return model if model.casefold().startswith(first) and model else f"{make} {model}".strip()


def _exposure(details: Mapping[int, Any]) -> str:
    seconds = _number(_value(details, _Base.ExposureTime))
    aperture = _number(_value(details, _Base.FNumber))
    iso = _number(_value(details, _Base.ISOSpeedRatings))
    parts = []
    if seconds and seconds > 0:
        parts.append(f"1/{round(1 / seconds)} s" if seconds <= 0.3 else f"{seconds:.4g} s")
    if aperture and aperture > 0:
        parts.append(f"f/{aperture:.2g}" if aperture < 10 else f"f/{aperture:.3g}")
    if iso and iso > 0:
        parts.append(f"ISO {iso:.0f}")
    return ", ".join(parts)


def _degrees(place: Mapping[int, Any], tag: int, reference_tag: int, negative: str, most: float) -> float | None:
    """Degrees, minutes and seconds as signed degrees; None where any is missing, or the sum is not on the globe."""
    value = _value(place, tag)
    if not isinstance(value, tuple) or not value:
        return None
    parts = [_number(part) for part in value[:3]]
    if any(part is None for part in parts):
        return None
    degrees = sum((part or 0.0) / 60**i for i, part in enumerate(parts))
    if _text(place, reference_tag).upper().startswith(negative):
        degrees = -degrees
    return degrees if abs(degrees) <= most else None


def _altitude(place: Mapping[int, Any]) -> float | None:
    altitude = _number(_value(place, _Gps.GPSAltitude))
    below_sea = _value(place, _Gps.GPSAltitudeRef) in (1, b"\x01")
    return -altitude if altitude is not None and below_sea else altitude

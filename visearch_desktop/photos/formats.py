"""What a file holds, told by its first bytes and never by its name."""

from __future__ import annotations

from enum import StrEnum

HEAD_BYTES = 4096
"""How much of a file :func:`recognise` wants to see."""


class Format(StrEnum):
    """Formats the program reads; values are the names that Pillow gives them, but for RAW."""

    JPEG = "JPEG"
    PNG = "PNG"
    GIF = "GIF"
    WEBP = "WEBP"
    TIFF = "TIFF"
    BMP = "BMP"
    HEIF = "HEIF"
    AVIF = "AVIF"
    RAW = "RAW"


_MAGIC = (
    (b"\xff\xd8", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"GIF87a", Format.GIF),
    (b"GIF89a", Format.GIF),
    (b"FUJIFILMCCD-RAW", Format.RAW),
    (b"IIRO", Format.RAW),  # Olympus
    (b"IIRS", Format.RAW),
    (b"MMOR", Format.RAW),
    (b"IIU\0", Format.RAW),  # Panasonic, Leica
    (b"FOVb", Format.RAW),  # Sigma
    (b"\0MRM", Format.RAW),  # Minolta
    (b"II*\0", Format.TIFF),
    (b"MM\0*", Format.TIFF),
    (b"II+\0", Format.TIFF),  # BigTIFF
    (b"MM\0+", Format.TIFF),
)

_HEIF_BRANDS = frozenset(b"heic heix hevc hevx heim heis hevm hevs mif1 msf1 mif2".split())
_AVIF_BRANDS = frozenset((b"avif", b"avis"))

_PICTURES_WE_DO_NOT_READ = (
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"8BPS", "Photoshop document"),
    (b"gimp xcf", "GIMP document"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"\0\0\1\0", "Windows icon"),
    (b"DDS ", "DDS texture"),
    (b"qoif", "QOI"),
)

_OTHER_THINGS = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x1f\x8b", "a compressed file"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"\0\0\1\xba", "a video"),
    (b"ID3", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"OggS", "a sound file"),
)


def recognise(head: bytes) -> Format | None:
    """The format of a file; None where it is none that the program reads.

    Args:
        head: its first ``HEAD_BYTES`` bytes, or all of it.
    """
    if (head[:4] == b"II*\0" and head[8:10] == b"CR") or head[6:14] == b"HEAPCCDR":
        return Format.RAW  # Canon's, the first in the clothes of a TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[:2] == b"BM" and head[14:18] in _BITMAP_HEADER_SIZES:
        return Format.BMP
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    return next((format_ for magic, format_ in _MAGIC if head.startswith(magic)), None)


_BITMAP_HEADER_SIZES = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))


def _by_brand(head: bytes) -> Format | None:
    """Of the formats that share the container of ISO/IEC 14496-12, by major brand, then by the compatible ones."""
    length = min(max(int.from_bytes(head[:4], "big"), 16), 256)
    major, others = head[8:12], {head[at : at + 4] for at in range(16, length, 4)}
    if major == b"crx ":
        return Format.RAW
    if major in _AVIF_BRANDS or (major in (b"mif1", b"msf1") and others & _AVIF_BRANDS):
        return Format.AVIF
    return Format.HEIF if major in _HEIF_BRANDS else None


def is_beginning_of_a_format(head: bytes) -> bool:
    """Whether a file of very few bytes is the beginning of a format the program reads."""
    return len(head) < 16 and any(magic.startswith(head) for magic, _ in (*_MAGIC, (b"RIFF", Format.WEBP)))


def unsupported_format(head: bytes) -> str:
    """The name of a picture format that the program does not read; "" for anything else."""
    if b"<svg" in head[:1024].lower():
        return "SVG"
    return next((name for magic, name in _PICTURES_WE_DO_NOT_READ if head.startswith(magic)), "")


def looks_like(head: bytes) -> str:
    """What a file that is no picture is, with its article: "a web page", "text"; "" where that is not known."""
    if not head.strip(b"\0"):
        return "nothing but zeros"
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        return "a video"
    known = next((name for magic, name in _OTHER_THINGS if head.startswith(magic)), "")
    if known or not _is_text(head):
        return known
    start = head[:1024].lower()
    return "a web page" if b"<html" in start or b"<!doctype html" in start or b"<head" in start else "text"


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\t\r\n\f" for c in text)

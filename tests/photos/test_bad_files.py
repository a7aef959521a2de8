"""Files that break programs: each is a typed error with a sentence, and costs no more than its header."""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.photos.test_decode import FORMATS, PIXELS, made
from tests.scenes import scene
from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.core.sentences import BUG, sentence
from visearch_desktop.photos.decode import Limits, decode, read_metadata

CONTENTS = {format_: made(format_) for format_ in FORMATS} | {
    "progressive JPEG": made("JPEG", progressive=True),
}


def refused(source: Path | bytes, limits: Limits | None = None, longest_px: int | None = 64) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        decode(source, longest_px, limits)
    assert sentence(caught.value) != BUG
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.path, again.problem, again.facts) == (caught.value.path, caught.value.problem, caught.value.facts)
    return caught.value


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width: int, height: int, data: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    content = CONTENTS["JPEG"]
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def webp_claiming(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + canvas + b"ANIM" + struct.pack("<I", 6) + b"\0" * 6
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bmp_claiming(width: int, height: int) -> bytes:
    content = CONTENTS["BMP"]
    return content[:18] + struct.pack("<ii", width, height) + content[26:]


def gif_claiming(width: int, height: int) -> bytes:
    content = CONTENTS["GIF"]
    return content[:6] + struct.pack("<HH", width, height) + content[10:]


@pytest.mark.parametrize(
    ("content", "problem", "words"),
    [
        (b"", Problem.EMPTY, "empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", Problem.NOT_AN_IMAGE, "not an image: it is a web page"),
        (b"Dear diary,\ntoday I lost a photo.\n" * 40, Problem.NOT_AN_IMAGE, "not an image: it is text"),
        ("Liebes Tagebuch – schön".encode("utf-16"), Problem.NOT_AN_IMAGE, "text"),
        (b"%PDF-1.7\n%\xe2\xe3", Problem.NOT_AN_IMAGE, "a PDF document"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 50, Problem.NOT_AN_IMAGE, "a video"),
        (b"\0" * 5000, Problem.NOT_AN_IMAGE, "nothing but zeros"),
        (bytes(range(128, 256)) * 20, Problem.NOT_AN_IMAGE, "not an image."),
        (b'<?xml version="1.0"?><svg xmlns="x"/>', Problem.UNSUPPORTED, "SVG"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Problem.UNSUPPORTED, "JPEG XL"),
        (b"8BPS\0\1", Problem.UNSUPPORTED, "Photoshop"),
        (b"\xff", Problem.TRUNCATED, "truncated"),
        (b"\x89PN", Problem.TRUNCATED, "truncated"),
        (b"\xff\xd8\xff\xe0\0\x10JF", Problem.TRUNCATED, "truncated"),
        (b"\xff\xd8\xff\xd9", Problem.DAMAGED, "damaged"),
    ],
)
def test_what_is_no_photo_is_said_to_be_what_it_is(
    tmp_path: Path, content: bytes, problem: Problem, words: str
) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    for source in (path, content):
        error = refused(source)
        assert error.problem is problem
        assert words in sentence(error)
        with pytest.raises(PhotoError) as caught:
            read_metadata(source)
        assert caught.value.problem is problem


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_that_misses_half_of_its_data_is_truncated(format_: str) -> None:
    content = CONTENTS[format_]
    error = refused(content[: len(content) // 2])
    assert error.problem is Problem.TRUNCATED
    assert error.facts["have_bytes"] == len(content) // 2
    if format_ in ("WEBP", "BMP", "AVIF", "HEIF"):
        assert error.facts["want_bytes"] == len(content)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_cut_anywhere_in_its_head_is_refused(format_: str) -> None:
    for length in range(1, 64):
        error = refused(CONTENTS[format_][:length])
        assert error.problem in (Problem.TRUNCATED, Problem.DAMAGED, Problem.NOT_AN_IMAGE), length


def test_a_progressive_jpeg_that_misses_its_last_scans_is_truncated() -> None:
    content = CONTENTS["progressive JPEG"]
    for part in (0.4, 0.8):
        assert refused(content[: int(part * len(content))]).problem is Problem.TRUNCATED


def test_a_jpeg_that_lacks_only_its_end_marker_is_whole() -> None:
    content = CONTENTS["JPEG"]
    assert content.endswith(b"\xff\xd9")
    assert np.array_equal(decode(content[:-2], None).pixels, decode(content, None).pixels)


def test_what_follows_a_jpeg_is_passed_over() -> None:
    assert np.array_equal(
        decode(CONTENTS["JPEG"] + os.urandom(20_000), None).pixels, decode(CONTENTS["JPEG"], None).pixels
    )


def test_a_few_damaged_bytes_in_a_jpeg_leave_a_picture() -> None:
    content = bytearray(made("JPEG", scene(4, 640, 480)))
    for at in range(len(content) // 3, len(content) - 100, 997):
        content[at] = 0x55
    photo = decode(bytes(content), None)
    assert photo.pixels.shape == (480, 640, 3)


def test_a_png_with_damaged_data_is_damaged() -> None:
    content = bytearray(CONTENTS["PNG"])
    at = content.index(b"IDAT") + 100
    content[at : at + 40] = b"\xaa" * 40
    assert refused(bytes(content)).problem is Problem.DAMAGED


BOMBS = {
    "PNG": png_claiming(60_000, 60_000),
    "JPEG": jpeg_claiming(65_500, 65_500),
    "WEBP": webp_claiming(16_000, 16_000),
    "WEBP, lossless": b"RIFF\x40\0\0\0WEBPVP8L\x20\0\0\0\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + b"\0" * 40,
    "BMP": bmp_claiming(60_000, 60_000),
    "GIF": gif_claiming(65_000, 65_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_claims_too_many_pixels_is_refused_by_its_header(name: str) -> None:
    error = refused(BOMBS[name])
    assert error.problem is Problem.TOO_LARGE
    assert error.facts["limit"] == 250.0
    assert float(error.facts["megapixels"]) > 250


@pytest.mark.parametrize("format_", FORMATS)
def test_the_limit_is_the_callers(format_: str) -> None:
    pixels = PIXELS.shape[0] * PIXELS.shape[1] / 1e6
    assert decode(CONTENTS[format_], 64, Limits(megapixels=pixels)).width == 240
    error = refused(CONTENTS[format_], Limits(megapixels=pixels * 0.99))
    assert error.problem is Problem.TOO_LARGE
    assert error.facts["megapixels"] == pytest.approx(pixels)


def peak_growth_mb(folder: Path) -> float:
    """By how much decoding every file of a folder raises the peak memory of a fresh process."""
    pytest.importorskip("resource", reason="this system does not tell the peak of a process")
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from visearch_desktop.core.errors import PhotoError\n"
        "from visearch_desktop.photos.decode import decode\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for path in Path(sys.argv[1]).iterdir():\n"
        "    try:\n"
        "        decode(path, 300)\n"
        "    except PhotoError:\n"
        "        pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    return int(result.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def test_bombs_cost_no_memory(tmp_path: Path) -> None:
    for name, content in BOMBS.items():
        (tmp_path / name.replace(", ", "_")).write_bytes(content)
    assert peak_growth_mb(tmp_path) < 64


def test_a_large_picture_within_the_limit_is_decoded_without_a_copy_at_full_size(tmp_path: Path) -> None:
    for name, mode, colour in (("grey.png", "L", 77), ("colour.jpg", "RGB", (1, 2, 3))):
        Image.new(mode, (6000, 6000), colour).save(tmp_path / name)
    assert peak_growth_mb(tmp_path) < 90  # a copy in colour takes 108 MB, as Pillow keeps it 144 MB


@pytest.mark.parametrize("name", ["gone.jpg", "link.jpg", "folder.jpg"])
def test_what_is_no_file_is_a_typed_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "link.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "folder.jpg").mkdir()
    wanted = {"gone.jpg": Problem.VANISHED, "link.jpg": Problem.BROKEN_LINK, "folder.jpg": Problem.NOT_A_FILE}
    assert refused(tmp_path / name).problem is wanted[name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this system")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refused(tmp_path / "pipe.jpg").problem is Problem.NOT_A_FILE


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device on this system")
def test_a_device_is_refused_without_reading_it() -> None:
    assert refused(Path("/dev/zero")).problem is Problem.NOT_A_FILE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "locked.jpg"
    path.write_bytes(CONTENTS["JPEG"])
    path.chmod(0)
    assert refused(path).problem is Problem.NO_PERMISSION


def _survives(content: bytes) -> None:
    """Only pixels or a typed error may come of it."""
    for read in (lambda: decode(content, 64, Limits(megapixels=4)), lambda: read_metadata(content)):
        error: PhotoError | None = None
        try:
            read()
        except PhotoError as caught:
            error = caught
        assert error is None or (error.problem is not Problem.READ_FAILED and sentence(error) != BUG)


@settings(max_examples=60, deadline=None)
@given(format_=st.sampled_from(list(FORMATS)), keep=st.floats(0, 1))
def test_a_file_cut_anywhere_gives_pixels_or_a_typed_error(format_: str, keep: float) -> None:
    _survives(CONTENTS[format_][: int(keep * len(CONTENTS[format_]))])


@settings(max_examples=150, deadline=None)
@given(
    format_=st.sampled_from(list(FORMATS)),
    changes=st.lists(st.tuples(st.floats(0, 0.9999), st.binary(min_size=1, max_size=6)), min_size=1, max_size=5),
    near=st.booleans(),
)
def test_a_file_with_damaged_bytes_gives_pixels_or_a_typed_error(
    format_: str, changes: list[tuple[float, bytes]], near: bool
) -> None:
    content = bytearray(CONTENTS[format_])
    for place, change in changes:
        at = int(place * (min(200, len(content)) if near else len(content)))
        content[at : at + len(change)] = change
    _survives(bytes(content))


@settings(max_examples=60, deadline=None)
@given(rubbish=st.binary(max_size=300), format_=st.sampled_from(list(FORMATS)), keep=st.integers(0, 40))
def test_rubbish_after_a_good_beginning_gives_a_typed_error(rubbish: bytes, format_: str, keep: int) -> None:
    _survives(CONTENTS[format_][:keep] + rubbish)

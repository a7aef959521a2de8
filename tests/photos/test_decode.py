"""Upright, sRGB, 8-bit RGB pixels of the size asked for, whatever the file is."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.photos.samples import encoded, exif, srgb_profile, stored_for, swapped_profile
from tests.scenes import Pixels, save, scene
from visearch_desktop.photos.decode import Limits, Photo, decode, read_metadata

PIXELS = scene(3, 240, 160)
LOSSY = 12.0  # mean absolute difference, levels of 255: what compression does to a picture full of detail
FORMATS = {
    "JPEG": {"quality": 95},
    "PNG": {},
    "GIF": {},
    "WEBP": {"quality": 95},
    "TIFF": {"compression": "tiff_lzw"},
    "BMP": {},
    "AVIF": {"quality": 90},
    "HEIF": {"quality": 90},
}


def difference(a: Pixels, b: Pixels) -> float:
    """Mean absolute difference."""
    assert a.shape == b.shape
    return float(np.abs(a.astype(int) - b.astype(int)).mean())


def made(format_: str, pixels: Pixels = PIXELS, **options: object) -> bytes:
    if format_ == "HEIF":
        import pillow_heif

        heif = pillow_heif.from_pillow(Image.fromarray(pixels))
        buffer = io.BytesIO()
        heif.save(buffer, **FORMATS["HEIF"], **options)
        return buffer.getvalue()
    return encoded(pixels, format_, **{**FORMATS[format_], **options})


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_shows_the_same_picture(format_: str) -> None:
    photo = decode(made(format_), None)
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.flags.c_contiguous
    assert (photo.width, photo.height, photo.scale) == (240, 160, 1.0)
    assert difference(photo.pixels, PIXELS) < LOSSY


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_scaled_to_the_size_asked_for_and_never_enlarged(format_: str) -> None:
    content = made(format_)
    small = decode(content, 90)
    assert small.pixels.shape == (60, 90, 3)
    assert (small.width, small.height, small.scale) == (240, 160, 90 / 240)
    assert difference(small.pixels, np.asarray(Image.fromarray(PIXELS).resize((90, 60), Image.Resampling.BOX))) < LOSSY
    assert decode(content, 5000).pixels.shape == (160, 240, 3)


def test_what_a_file_is_is_told_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    for format_ in FORMATS:
        path = tmp_path / "wrong.name.nef"
        path.write_bytes(made(format_))
        assert difference(decode(path, None).pixels, PIXELS) < LOSSY


def test_a_file_and_its_bytes_give_the_same_and_photos_cross_a_process_border(tmp_path: Path) -> None:
    path = save(PIXELS, tmp_path / "a.jpg")
    from_file, from_bytes = decode(path, 100), decode(path.read_bytes(), 100)
    copy: Photo = pickle.loads(pickle.dumps(from_file))
    assert np.array_equal(from_file.pixels, from_bytes.pixels)
    assert np.array_equal(copy.pixels, from_file.pixels)
    assert copy.metadata == from_bytes.metadata == read_metadata(path)
    assert pickle.loads(pickle.dumps(Limits(1.0, 2.0))) == Limits(1.0, 2.0)


@settings(max_examples=60, deadline=None)
@given(width=st.integers(1, 700), height=st.integers(1, 700), longest=st.integers(1, 720))
def test_the_longer_side_of_a_jpeg_is_exact_for_any_size(width: int, height: int, longest: int) -> None:
    photo = decode(encoded(np.full((height, width, 3), 90, np.uint8), "JPEG"), longest)
    assert max(photo.pixels.shape[:2]) == min(longest, max(width, height))
    assert min(photo.pixels.shape[:2]) >= 1
    assert abs(photo.pixels.shape[1] - width * photo.scale) <= 1
    assert np.abs(photo.pixels.astype(int) - 90).max() <= 3


@pytest.mark.parametrize("longest", [400, 512, 640, 999, 1024, 1500])
def test_a_jpeg_scaled_in_the_dct_looks_like_one_scaled_by_area(longest: int) -> None:
    pixels = scene(5, 2001, 1503)
    photo = decode(encoded(pixels, "JPEG", quality=95), longest)
    expected = Image.fromarray(pixels).resize(photo.pixels.shape[1::-1], Image.Resampling.BOX)
    assert difference(photo.pixels, np.asarray(expected)) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_orientation_comes_out_upright(format_: str, orientation: int) -> None:
    content = made(format_, stored_for(PIXELS, orientation), exif=exif(orientation).tobytes())
    for longest in (None, 120):
        photo = decode(content, longest)
        assert (photo.width, photo.height) == (240, 160)
        expected = np.asarray(Image.fromarray(PIXELS).resize(photo.pixels.shape[1::-1], Image.Resampling.BOX))
        assert difference(photo.pixels, expected) < LOSSY
        assert photo.metadata == read_metadata(content)


def test_an_embedded_profile_is_applied() -> None:
    shown = PIXELS[..., [2, 0, 1]]  # stored red is green, green blue, blue red
    for format_ in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        photo = decode(made(format_, icc_profile=swapped_profile()), None)
        assert difference(photo.pixels, shown) < LOSSY
        assert difference(photo.pixels, PIXELS) > 2 * LOSSY


@pytest.mark.parametrize("profile", [b"rubbish", b"\0" * 200, srgb_profile(), srgb_profile()[:300]])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_a_profile_of_srgb_or_of_rubbish_changes_nothing(format_: str, profile: bytes) -> None:
    with_profile = decode(made(format_, icc_profile=profile), None)
    assert np.array_equal(with_profile.pixels, decode(made(format_), None).pixels)


def test_a_large_profile_in_several_parts_is_put_together() -> None:
    profile = swapped_profile()
    padded = (200_000).to_bytes(4, "big") + profile[4:] + b"\0" * (200_000 - len(profile))
    photo = decode(made("JPEG", icc_profile=padded), None)
    assert difference(photo.pixels, PIXELS[..., [2, 0, 1]]) < LOSSY


def test_grey_pictures_are_grey() -> None:
    grey = np.asarray(Image.fromarray(PIXELS).convert("L"))
    for content in (encoded(grey, "JPEG", quality=95), encoded(grey, "PNG"), encoded(grey, "TIFF")):
        pixels = decode(content, None).pixels
        assert difference(pixels, np.repeat(grey[..., None], 3, axis=2)) < LOSSY


@pytest.mark.parametrize("format_", ["PNG", "TIFF"])
def test_16_bit_grey_keeps_its_full_range(format_: str) -> None:
    deep = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (20, 1))
    pixels = decode(encoded(deep, format_), None).pixels
    assert np.array_equal(pixels[0, :, 0], np.arange(256))


@pytest.mark.parametrize(
    "values", [np.linspace(0, 1, 256), np.linspace(-5, 900, 256), np.linspace(0, 1 << 20, 256).astype(np.int32)]
)
def test_deeper_greys_are_neither_black_nor_white(values: np.ndarray) -> None:
    deep = np.tile(values if values.dtype == np.int32 else values.astype(np.float32), (20, 1))
    pixels = decode(encoded(deep, "TIFF"), None).pixels
    assert np.abs(pixels[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_floats_that_are_no_numbers_do_no_harm() -> None:
    deep = np.tile(np.linspace(0, 1, 256).astype(np.float32), (20, 1))
    deep[3, 4:7] = np.nan, np.inf, -np.inf
    assert decode(encoded(deep, "TIFF"), None).pixels[0, 255].tolist() == [255, 255, 255]


def test_cmyk_does_not_look_like_a_negative() -> None:
    cmyk = Image.fromarray(PIXELS).convert("CMYK")
    buffers = {name: io.BytesIO() for name in ("JPEG", "TIFF")}
    for name, buffer in buffers.items():
        cmyk.save(buffer, name, **({"quality": 95} if name == "JPEG" else {}))
        for longest in (None, 96):
            photo = decode(buffer.getvalue(), longest)
            expected = np.asarray(Image.fromarray(PIXELS).resize(photo.pixels.shape[1::-1], Image.Resampling.BOX))
            assert difference(photo.pixels, expected) < LOSSY


def test_see_through_parts_are_white() -> None:
    rgba = np.dstack([PIXELS, np.full(PIXELS.shape[:2], 255, np.uint8)])
    rgba[:, :120, 3] = 0
    rgba[:80, :120, :3] = 0  # what no one is meant to see
    for longest in (None, 60):
        for format_ in ("PNG", "WEBP", "TIFF"):
            left = decode(encoded(rgba, format_, **({"lossless": True} if format_ == "WEBP" else {})), longest).pixels
            assert left[:, : left.shape[1] // 2 - 1].min() == 255
    half = np.dstack([np.zeros((8, 8, 3), np.uint8), np.full((8, 8), 128, np.uint8)])
    assert abs(int(decode(encoded(half, "PNG"), None).pixels[4, 4, 0]) - 127) <= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("longest", [None, 50])
def test_every_mode_of_png_is_read(mode: str, longest: int | None) -> None:
    image = Image.fromarray(PIXELS)
    image = image.convert("L").convert("I;16") if mode == "I;16" else image.convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert max(decode(buffer.getvalue(), longest).pixels.shape) == (longest or 240)


def test_a_palette_with_a_see_through_colour_is_put_on_white() -> None:
    image = Image.new("P", (20, 10), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(1, (10, 0, 20, 10))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", transparency=0)
    pixels = decode(buffer.getvalue(), None).pixels
    assert (pixels[5, 2].tolist(), pixels[5, 15].tolist()) == ([255, 255, 255], [200, 100, 50])


def test_of_moving_pictures_and_many_pages_the_first_is_shown() -> None:
    frames = [Image.fromarray(scene(seed, 120, 80)) for seed in (1, 2, 3)]
    for format_, options in (("GIF", {}), ("WEBP", {"quality": 90}), ("TIFF", {}), ("MPO", {}), ("AVIF", {})):
        buffer = io.BytesIO()
        frames[0].save(buffer, format_, save_all=True, append_images=frames[1:], **options)
        assert difference(decode(buffer.getvalue(), None).pixels, np.asarray(frames[0])) < 1.5 * LOSSY


def test_progressive_jpeg_and_other_colour_subsamplings_are_read() -> None:
    for options in ({"progressive": True}, {"subsampling": 0}, {"subsampling": 2}, {"restart_marker_blocks": 4}):
        content = encoded(PIXELS, "JPEG", quality=90, **options)
        assert difference(decode(content, None).pixels, PIXELS) < LOSSY


def test_rgb_in_a_jpeg_is_not_taken_for_luminance_and_colour() -> None:
    assert difference(decode(encoded(PIXELS, "JPEG", quality=95, keep_rgb=True), None).pixels, PIXELS) < LOSSY


def test_the_photo_is_not_touched(tmp_path: Path) -> None:
    path = save(PIXELS, tmp_path / "a.jpg")
    path.chmod(0o444)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    decode(path, 64)
    read_metadata(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.jpg"]


def test_importing_the_decoder_leaves_heavy_libraries_alone() -> None:
    code = (
        "import sys, visearch_desktop.photos.decode, visearch_desktop.photos.walk, visearch_desktop.photos.thumbnails;"
        "print([m for m in ('cv2', 'pillow_heif', 'rawpy', 'torch', 'PySide6', 'onnxruntime') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

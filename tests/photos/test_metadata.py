from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from tests.photos.samples import encoded, exif, full_exif
from tests.scenes import scene
from visearch_desktop.photos.decode import decode, read_metadata
from visearch_desktop.photos.metadata import Metadata, metadata_of

PIXELS = scene(1, 96, 64)


def jpeg_with(block: Image.Exif) -> Metadata:
    return read_metadata(encoded(PIXELS, "JPEG", exif=block))


def test_everything_a_good_camera_writes_is_read() -> None:
    metadata = jpeg_with(full_exif())
    assert metadata.latitude == pytest.approx(-33.8568, abs=1e-4)
    assert metadata.longitude == pytest.approx(151.215, abs=1e-4)
    assert replace(metadata, latitude=None, longitude=None) == Metadata(
        width=96,
        height=64,
        orientation=1,
        taken="2023-12-31T23:59:58-03:30",
        camera="NIKON Z 6",
        lens="NIKKOR Z 50mm f/1.8 S",
        exposure="1/1250 s, f/1.9, ISO 51",
        altitude_m=-2.5,
    )
    assert pickle.loads(pickle.dumps(metadata)) == metadata


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_format_that_holds_exif_gives_the_same(format_: str) -> None:
    content = encoded(PIXELS, format_, exif=full_exif().tobytes())
    assert read_metadata(content) == jpeg_with(full_exif()) == decode(content, 32).metadata


def test_no_exif_is_nothing_known() -> None:
    assert read_metadata(encoded(PIXELS, "JPEG")) == Metadata(96, 64)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 80D", "Canon EOS 80D"),
        ("NIKON CORPORATION", "NIKON D750", "NIKON D750"),
        ("SONY", "ILCE-7M3", "SONY ILCE-7M3"),
        ("Apple", "iPhone 13 Pro", "Apple iPhone 13 Pro"),
        ("  Canon\0junk", "", "Canon"),
        ("", "Pixel 6", "Pixel 6"),
        ("", "", ""),
    ],
)
def test_the_maker_is_named_once(make: str, model: str, camera: str) -> None:
    block = Image.Exif()
    block[ExifTags.Base.Make], block[ExifTags.Base.Model] = make, model
    assert metadata_of(block, 1, 1).camera == camera


@pytest.mark.parametrize(
    ("date", "taken"),
    [
        ("2019:07:14 16:42:10", "2019-07-14T16:42:10"),
        ("2019-07-14 16:42:10", "2019-07-14T16:42:10"),
        ("2019:07:14 16:42", "2019-07-14T16:42:00"),
        ("0000:00:00 00:00:00", ""),
        ("    :  :     :  :  ", ""),
        ("2019:13:45 16:42:10", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_dates_are_iso_and_blank_ones_are_no_dates(date: str, taken: str) -> None:
    block = Image.Exif()
    block[ExifTags.Base.DateTime] = date
    assert metadata_of(block, 1, 1).taken == taken


def test_a_blank_first_date_leaves_room_for_the_next() -> None:
    block = Image.Exif()
    block.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    block[ExifTags.Base.DateTime] = "2020:01:02 03:04:05"
    block[ExifTags.Base.OffsetTime] = "nonsense"
    assert metadata_of(block, 1, 1).taken == "2020-01-02T03:04:05"


@pytest.mark.parametrize(
    ("seconds", "aperture", "iso", "exposure"),
    [
        (IFDRational(1, 60), IFDRational(28, 10), 400, "1/60 s, f/2.8, ISO 400"),
        (IFDRational(25, 10), IFDRational(11, 1), 100, "2.5 s, f/11, ISO 100"),
        (IFDRational(30, 1), IFDRational(0, 0), 0, "30 s"),
        (IFDRational(0, 0), IFDRational(8, 1), None, "f/8"),
    ],
)
def test_exposure_reads_as_photographers_say_it(seconds: object, aperture: object, iso: object, exposure: str) -> None:
    block = Image.Exif()
    details = block.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.ExposureTime], details[ExifTags.Base.FNumber] = seconds, aperture
    if iso is not None:
        details[ExifTags.Base.ISOSpeedRatings] = iso
    assert metadata_of(block, 1, 1).exposure == exposure


@pytest.mark.parametrize(
    "latitude", [(IFDRational(0, 0),) * 3, (IFDRational(95), IFDRational(0), IFDRational(0)), (), "north", None]
)
def test_a_place_that_is_nowhere_is_no_place(latitude: object) -> None:
    block = full_exif()
    place = block.get_ifd(ExifTags.IFD.GPSInfo)
    if latitude is None:
        del place[ExifTags.GPS.GPSLatitude]
    else:
        place[ExifTags.GPS.GPSLatitude] = latitude
    metadata = metadata_of(block, 1, 1)
    assert (metadata.latitude, metadata.longitude) == (None, None)


def test_the_place_where_nothing_was_set_is_no_place() -> None:
    block = full_exif()
    place = block.get_ifd(ExifTags.IFD.GPSInfo)
    zero = (IFDRational(0), IFDRational(0), IFDRational(0))
    place[ExifTags.GPS.GPSLatitude] = place[ExifTags.GPS.GPSLongitude] = zero
    assert metadata_of(block, 1, 1).latitude is None


@pytest.mark.parametrize("orientation", [0, 9, 255, 65535])
def test_an_orientation_out_of_range_counts_as_upright(orientation: int) -> None:
    metadata = jpeg_with(exif(orientation))
    assert (metadata.orientation, metadata.width, metadata.height) == (1, 96, 64)


def test_text_in_utf8_and_in_latin_1_is_read() -> None:
    block = Image.Exif()
    block[ExifTags.Base.Model] = "Câméra".encode().decode("latin-1")
    assert metadata_of(block, 1, 1).camera == "Câméra"
    block[ExifTags.Base.Model] = "Câméra"
    assert metadata_of(block, 1, 1).camera == "Câméra"


@given(block=st.binary(max_size=200), at=st.integers(0, 400), change=st.binary(min_size=1, max_size=8))
def test_rubbish_in_exif_never_raises(block: bytes, at: int, change: bytes) -> None:
    good = full_exif().tobytes()[6:]
    damaged = good[: at % len(good)] + change + good[at % len(good) + len(change) :]
    for content in (block, b"II*\0\x08\0\0\0" + block, damaged):
        metadata = read_metadata(encoded(PIXELS, "JPEG", exif=b"Exif\0\0" + content))
        assert {metadata.width, metadata.height} == {96, 64}

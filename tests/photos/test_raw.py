from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.photos.samples import dng, encoded, full_exif, preview_jpeg
from tests.scenes import scene
from visearch_desktop.core.errors import PhotoError, Problem
from visearch_desktop.core.sentences import sentence
from visearch_desktop.photos.decode import Limits, decode, read_metadata


@pytest.fixture(scope="module")
def preview() -> bytes:
    pytest.importorskip("rawpy", reason="needs the optional part raw")
    return preview_jpeg()


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (1200, 900)), (3, (1200, 900)), (6, (900, 1200)), (8, (900, 1200))]
)
def test_the_preview_of_a_raw_file_is_shown_upright(
    tmp_path: Path, preview: bytes, orientation: int, size: tuple[int, int]
) -> None:
    path = dng(tmp_path / "photo.dng", orientation=orientation, preview=preview)
    photo = decode(path, 300)
    turned = {1: 0, 3: 2, 6: -1, 8: 1}[orientation]
    expected = Image.fromarray(np.rot90(scene(7, 1200, 900), turned).copy()).resize(photo.pixels.shape[1::-1])
    assert (photo.width, photo.height) == size
    assert np.abs(photo.pixels.astype(int) - np.asarray(expected)).mean() < 10
    assert (photo.metadata.camera, photo.metadata.taken) == ("Testcam One", "2021-02-03T04:05:06")
    assert read_metadata(path) == photo.metadata


def test_a_raw_file_under_another_name_is_known_by_its_content(tmp_path: Path, preview: bytes) -> None:
    assert decode(dng(tmp_path / "photo.jpg", preview=preview), 300).width == 1200


def test_without_a_preview_the_sensor_is_developed(tmp_path: Path, preview: bytes) -> None:
    photo = decode(dng(tmp_path / "photo.dng", orientation=6), None)
    assert (photo.width, photo.height) == (60, 80)
    red, green, _ = photo.pixels.reshape(-1, 3).mean(axis=0)
    assert red > 200 > 50 > green


def test_a_preview_that_says_itself_how_it_was_held_is_believed(tmp_path: Path, preview: bytes) -> None:
    block = full_exif()
    block[0x0112] = 8
    own = encoded(scene(7, 1200, 900), "JPEG", exif=block.tobytes())
    own = own[:2] + own[20:]  # without the JFIF heading, as cameras write it
    assert decode(dng(tmp_path / "photo.dng", orientation=1, preview=own), 300).metadata.orientation == 8


def test_a_preview_that_is_upright_already_is_not_turned_again(tmp_path: Path, preview: bytes) -> None:
    upright = encoded(scene(8, 900, 1200), "JPEG")
    photo = decode(dng(tmp_path / "photo.dng", orientation=6, preview=upright), 300)
    assert (photo.width, photo.height, photo.metadata.orientation) == (900, 1200, 1)


def test_a_raw_file_that_ends_early_is_a_typed_error(tmp_path: Path, preview: bytes) -> None:
    content = dng(tmp_path / "photo.dng", preview=preview).read_bytes()
    for part in (0.001, 0.003, 0.01, 0.3, 0.6):
        path = tmp_path / "cut.dng"
        path.write_bytes(content[: int(part * len(content))])
        with pytest.raises(PhotoError) as caught:
            decode(path, 300)
        assert caught.value.problem in (Problem.TRUNCATED, Problem.NO_PREVIEW, Problem.DAMAGED)


def test_a_sensor_over_the_limit_is_refused(tmp_path: Path, preview: bytes) -> None:
    with pytest.raises(PhotoError) as caught:
        decode(dng(tmp_path / "photo.dng", preview=preview), 300, Limits(megapixels=0.01))
    assert caught.value.problem is Problem.TOO_LARGE


def test_a_plain_tiff_with_the_name_of_a_raw_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "photo.nef"
    path.write_bytes(encoded(scene(1, 64, 48), "TIFF"))
    assert decode(path, None).pixels.shape == (48, 64, 3)


def test_without_the_optional_part_a_sentence_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = dng(tmp_path / "photo.dng")
    monkeypatch.setitem(sys.modules, "rawpy", None)
    with pytest.raises(PhotoError) as caught:
        decode(path, 300)
    assert caught.value.problem is Problem.UNSUPPORTED
    assert "“raw”" in sentence(caught.value)

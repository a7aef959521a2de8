from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.scenes import scene
from visearch_desktop.photos.decode import decode
from visearch_desktop.photos.thumbnails import THUMBNAIL_PX, encode_jpeg, encode_thumbnail, resize, size_within


@pytest.mark.parametrize(
    ("size", "longest", "wanted"),
    [
        ((400, 300), 200, (200, 150)),
        ((300, 400), 200, (150, 200)),
        ((400, 300), 400, (400, 300)),
        ((400, 300), 900, (400, 300)),
        ((400, 300), None, (400, 300)),
        ((5000, 1), 512, (512, 1)),
        ((1001, 333), 1000, (1000, 333)),
    ],
)
def test_a_size_is_kept_within_the_longer_side(
    size: tuple[int, int], longest: int | None, wanted: tuple[int, int]
) -> None:
    assert size_within(*size, longest) == wanted


def test_a_shrunk_pixel_is_the_mean_of_what_it_covers() -> None:
    board = np.indices((400, 400)).sum(axis=0) % 2 * 254
    pixels = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    assert np.abs(resize(pixels, 100).astype(int) - 127).max() <= 1
    big = scene(2, 800, 600)
    for longest in (790, 700, 640, 401, 400, 77):
        small = resize(big, longest)
        expected = np.asarray(Image.fromarray(big).resize(small.shape[1::-1], Image.Resampling.BOX))
        assert small.shape[1] == longest
        assert np.abs(small.astype(int) - expected).mean() < 4


def test_nothing_is_enlarged_or_copied_without_need() -> None:
    pixels = scene(2, 80, 60)
    assert resize(pixels, 80) is pixels
    assert resize(pixels, 500) is pixels


def test_a_thumbnail_is_a_small_jpeg_of_the_picture() -> None:
    pixels = scene(2, 1200, 900)
    thumbnail = encode_thumbnail(pixels)
    assert thumbnail.startswith(b"\xff\xd8")
    assert len(thumbnail) < 60_000
    shown = decode(thumbnail, None).pixels
    assert shown.shape == (288, THUMBNAIL_PX, 3)
    assert np.abs(shown.astype(int) - resize(pixels, THUMBNAIL_PX)).mean() < 8


def test_pixels_that_do_not_lie_in_order_are_encoded_as_they_look() -> None:
    pixels = scene(2, 90, 60)
    turned = pixels[::-1, ::-1]
    assert encode_jpeg(turned, 90) == encode_jpeg(turned.copy(), 90)
    assert decode(encode_jpeg(pixels.swapaxes(0, 1), 90), None).pixels.shape == (90, 60, 3)

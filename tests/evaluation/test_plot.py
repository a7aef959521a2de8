"""The plot as a picture: its size, its colours, and where names stand."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from visearch_desktop.evaluation.plot import PlotColours, draw
from visearch_desktop.evaluation.rows import Asked, Figures, Row

DARK = PlotColours("#101214", "#e8eaec", "#33373a", "#ff0000")


def row(name: str, quality: float, size_bytes: float | None, ms: float | None = 5.0) -> Row:
    return Row(Asked(name), Figures(quality, None, ms_per_photo=ms, bytes_per_photo=size_bytes), f"{name}@1/x")


def drawn(rows: list[Row], ratio: float = 1.0, size: tuple[int, int] = (400, 300)) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(draw(rows, size, DARK, ratio))).convert("RGB")).astype(int)


def red(pixels: np.ndarray) -> int:
    """Pixels of the accent below the legend."""
    return int(np.count_nonzero((pixels[60:, :, 0] > 150) & (pixels[60:, :, 1] < 60)))


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_it_is_as_large_as_it_is_shown_in_device_pixels(ratio: float) -> None:
    pixels = drawn([row("gist", 0.5, 1000)], ratio)
    assert pixels.shape[:2] == (round(300 * ratio), round(400 * ratio))
    assert tuple(pixels[0, 0]) == (0x10, 0x12, 0x14)


def test_every_row_with_figures_and_a_size_is_a_point() -> None:
    one = red(drawn([row("one", 0.5, 100)]))
    two = red(drawn([row("one", 0.5, 100), row("two", 0.3, 10_000)]))
    assert one > 0
    assert two == pytest.approx(2 * one, rel=0.3)
    without = [row("one", 0.5, 100), row("two", 0.3, None), Row(Asked("three"), unavailable="It cannot be.")]
    assert red(drawn(without)) == pytest.approx(one, rel=0.3)


def test_what_takes_longer_is_larger() -> None:
    assert red(drawn([row("slow", 0.5, 100, 500.0)])) > 2 * red(drawn([row("fast", 0.5, 100, 1.0)]))


def test_names_of_points_in_one_place_do_not_cover_each_other() -> None:
    def letters(rows: list[Row]) -> int:
        pixels = drawn(rows, 2.0, size=(700, 500))[120:860, 120:]
        return int(np.count_nonzero(pixels.min(axis=2) > 110))

    names = ["colour_rgb_chi2", "colour_hsv_chi2", "colour_lab_chi2", "colour_rgb_emd"]
    alone = [letters([row(name, 0.5, 576)]) for name in names]
    together = letters([row(name, 0.5 + 0.001 * place, 576) for place, name in enumerate(names)])
    assert together > 0.9 * sum(alone) > 100


def test_nothing_measured_and_strange_figures_draw_all_the_same() -> None:
    assert red(drawn([])) == 0
    assert drawn([row("worst", 0.0, 1, None), row("best", 1.0, 10**9, 10**5)], size=(1, 1)).shape == (180, 240, 3)

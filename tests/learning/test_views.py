"""Views are of one size and type, the same for the same seed, and know where their pixels lie in the photo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.learning.made import averaged_colour
from tests.scenes import scene
from visearch_desktop.core.geometry import project
from visearch_desktop.learning import changes
from visearch_desktop.learning.views import (
    View,
    Window,
    cells_in_photo,
    far_window,
    first_window,
    second_window,
    take,
    two_views,
)

ALL = [change for _, change in changes.CHANGES]


@pytest.mark.parametrize("change", ALL, ids=lambda change: change.__name__)
@pytest.mark.parametrize("shape", [(64, 48), (33, 90)])
def test_a_change_keeps_size_and_type_and_leaves_its_input_alone(
    change: changes.Change, shape: tuple[int, int]
) -> None:
    pixels = scene(1, shape[1], shape[0])
    before = pixels.copy()
    for seed in range(6):
        changed = change(pixels, np.random.default_rng(seed))
        assert changed.shape == pixels.shape
        assert changed.dtype == np.uint8
    assert np.array_equal(pixels, before)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), width=st.sampled_from([48, 80]), photo=st.sampled_from([(50, 200), (120, 90)]))
def test_two_views_have_the_size_asked_for_and_are_the_same_for_the_same_seed(
    seed: int, width: int, photo: tuple[int, int]
) -> None:
    pixels = scene(2, *photo)
    once = two_views(pixels, (width, 64), np.random.default_rng(seed))
    again = two_views(pixels, (width, 64), np.random.default_rng(seed))
    for one, other in zip(once, again, strict=True):
        assert one.pixels.shape == (64, width, 3)
        assert one.pixels.dtype == np.uint8
        assert np.array_equal(one.pixels, other.pixels)
        assert np.array_equal(one.to_photo, other.to_photo)
        assert np.isfinite(one.to_photo).all()


def test_a_window_over_the_whole_photo_shows_it_as_it_is() -> None:
    pixels = scene(3, 80, 60)
    view = take(pixels, Window(40, 30, 80), (80, 60), (), np.random.default_rng(0))
    assert np.array_equal(view.pixels, pixels)
    assert view.to_photo == pytest.approx(np.eye(3), abs=1e-6)


def test_a_quarter_turn_is_a_turned_photo() -> None:
    pixels = scene(4, 64, 64)
    view = take(pixels, Window(32, 32, 64, np.pi / 2), (64, 64), (), np.random.default_rng(0))
    turned = [np.abs(np.rot90(pixels, k).astype(int) - view.pixels).mean() for k in range(4)]
    assert min(turned) < 2
    assert np.argmin(turned) in (1, 3)


def test_a_mirrored_window_is_the_photo_in_a_mirror() -> None:
    pixels = scene(5, 64, 48)
    view = take(pixels, Window(32, 24, 64, is_mirrored=True), (64, 48), (), np.random.default_rng(0))
    assert np.abs(pixels[:, ::-1].astype(int) - view.pixels).mean() < 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), shape=st.sampled_from([(300, 200), (200, 300), (90, 400)]))
def test_the_first_window_lies_in_the_photo(seed: int, shape: tuple[int, int]) -> None:
    window = first_window(shape, (160, 128), np.random.default_rng(seed))
    assert 0 < window.x < shape[1]
    assert 0 < window.y < shape[0]
    assert window.width <= 1.05 * shape[1]


def test_a_small_window_is_found_where_its_homography_says() -> None:
    pixels = np.zeros((100, 120, 3), np.uint8)
    pixels[40:60, 70:90] = 255
    for seed in range(8):
        rng = np.random.default_rng(seed)
        window = second_window(Window(80, 50, 60), (64, 64), (100, 120), rng)
        view = take(pixels, window, (64, 64), (), rng)
        ys, xs = np.nonzero(view.pixels.min(axis=-1) > 200)
        if len(ys) < 20:
            continue
        places = project(view.to_photo, np.column_stack([xs + 0.5, ys + 0.5]))
        inside = (places > [68, 38]).all(axis=1) & (places < [92, 62]).all(axis=1)
        in_photo = ((places > 0) & (places < [120, 100])).all(axis=1)
        assert inside[in_photo].mean() > 0.97


def test_the_cells_of_a_whole_view_lie_in_a_regular_grid() -> None:
    view = View(np.zeros((64, 96, 3), np.uint8), np.diag([2.0, 2.0, 1.0]))
    places = cells_in_photo(view, (2, 3), (128, 192))
    assert places == pytest.approx(
        np.array([[1 / 6, 0.25], [0.5, 0.25], [5 / 6, 0.25], [1 / 6, 0.75], [0.5, 0.75], [5 / 6, 0.75]])
    )


def test_the_second_view_of_a_pair_is_of_the_other_photo() -> None:
    red, blue = (np.full((90, 120, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200)))
    shifted = np.array([[1.0, 0, 5], [0, 1, 0], [0, 0, 1]])
    seen = []
    for seed in range(10):
        first, second = two_views(red, (48, 48), np.random.default_rng(seed), blue, shifted)
        assert np.argmax(averaged_colour(first.pixels[12:36, 12:36])) == 0
        seen.append(averaged_colour(second.pixels).argmax())
    assert seen.count(2) >= 5, "hue and light change, but most stay blue"


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), shape=st.sampled_from([(90, 120), (120, 90)]))
def test_a_far_window_sees_all_of_a_photo_unless_it_is_turned(seed: int, shape: tuple[int, int]) -> None:
    window = far_window(shape, (96, 96), np.random.default_rng(seed))
    upright = Window(window.x, window.y, window.width)
    corners = np.array([[0, 0], [shape[1], 0], [shape[1], shape[0]], [0, shape[0]]], dtype=np.float64)
    seen = project(np.linalg.inv(upright.to_photo((96, 96))), corners)
    assert (seen > -1e-3).all()
    assert (seen < 96 + 1e-3).all()


def test_what_lies_behind_is_seen_around_a_photo_and_nowhere_else() -> None:
    red, blue, green = (np.full((90, 120, 3), colour, np.uint8) for colour in ((200, 0, 0), (0, 0, 200), (0, 200, 0)))
    window = Window(60, 45, 240)
    view = take(red, window, (80, 80), (), np.random.default_rng(0), blue)
    assert averaged_colour(view.pixels[36:44, 36:44]).argmax() == 0
    assert averaged_colour(view.pixels[:10]).argmax() == 2
    places = cells_in_photo(view, (5, 5), (90, 120)).reshape(5, 5, 2)
    inside = ((places > 0) & (places < 1)).all(axis=-1)
    assert inside[2, 2]
    assert not inside[0].any(), "the teacher of the photo says nothing about what lies behind it"
    first, second = two_views(red, (64, 64), np.random.default_rng(1), behind=(blue, green))
    assert not np.array_equal(first.pixels, second.pixels)

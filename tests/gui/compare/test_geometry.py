"""Which lines are drawn, and where the two pictures lie."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from visearch_desktop.gui.compare.pane import Pane, perspective, place_side_by_side
from visearch_desktop.gui.compare.spread import spread


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), max_size=60), st.integers(1, 20))
def test_the_chosen_lines_are_few_and_different(points: list[tuple[float, float]], most: int) -> None:
    chosen = spread(points, most)
    assert len(chosen) == len(set(chosen)) <= most
    if len(points) <= most:
        assert chosen == list(range(len(points)))


def test_the_chosen_lines_reach_every_corner() -> None:
    points = [(float(x), float(y)) for x in range(10) for y in range(10)]
    chosen = {points[i] for i in spread(points, 4)}
    assert {(0.0, 0.0), (9.0, 9.0)} <= chosen
    assert all(x in (0, 9) or y in (0, 9) for x, y in chosen)


def test_a_homography_maps_points_the_same_way_in_qt() -> None:
    numbers = (1.1, 0.2, 30.0, -0.1, 0.9, 12.0, 0.0003, -0.0002, 1.0)
    a, b, c, d, e, f, g, h, i = numbers
    x, y = 123.0, 77.0
    w = g * x + h * y + i
    mapped = perspective(numbers).map(QPointF(x, y))
    assert (mapped.x(), mapped.y()) == pytest.approx(((a * x + b * y + c) / w, (d * x + e * y + f) / w))


@pytest.mark.usefixtures("qapp")
@given(st.floats(0.3, 3), st.floats(0.3, 3), st.integers(400, 3000), st.integers(200, 1500))
def test_two_pictures_of_any_shape_get_one_height_and_never_touch(
    first: float, second: float, width: int, height: int
) -> None:
    left, right = Pane(full=QSizeF(600 * first, 600)), Pane(full=QSizeF(800 * second, 800))
    place_side_by_side(left, right, QRectF(0, 0, width, height), 48, 120)
    assert left.frame.height() == pytest.approx(right.frame.height())
    assert left.frame.right() < right.frame.left()
    assert QRectF(0, 0, width, height).contains(left.frame.united(right.frame))

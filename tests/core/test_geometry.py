"""Regions are clipped or refused, and homographies move outlines where they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.core.errors import RegionError
from visearch_desktop.core.geometry import is_convex, project, project_region, quad_area
from visearch_desktop.core.region import Region

sizes = st.floats(8, 500)
places = st.floats(-300, 900)


@given(places, places, st.floats(0, 2000), st.floats(0, 2000))
def test_a_clipped_region_lies_inside_and_is_never_too_small(x: float, y: float, width: float, height: float) -> None:
    try:
        clipped = Region(x, y, width, height).clipped(640, 480)
    except RegionError:
        return
    assert clipped.x >= 0
    assert clipped.y >= 0
    assert clipped.right <= 640 + 1e-9
    assert clipped.bottom <= 480 + 1e-9
    assert min(clipped.width, clipped.height) >= 8


@pytest.mark.parametrize(
    "region",
    [
        Region(700, 10, 50, 50),
        Region(-60, 0, 50, 50),
        Region(10, 10, 7, 50),
        Region(float("nan"), 0, 50, 50),
        Region(0, 0, float("inf"), 50),
    ],
)
def test_a_region_outside_or_too_small_is_refused(region: Region) -> None:
    with pytest.raises(RegionError):
        region.clipped(640, 480)


def test_a_region_contains_its_top_left_edge_and_not_its_bottom_right_one() -> None:
    points = np.array([[10, 10], [19.99, 19.99], [20, 15], [15, 20], [9.99, 15]])
    assert Region(10, 10, 10, 10).contains(points).tolist() == [True, True, False, False, False]


@given(st.floats(0.1, 8), st.floats(-180, 180), places, places, sizes, sizes)
def test_a_similarity_scales_the_area_by_its_square_and_keeps_the_outline_sane(
    scale: float, turned_deg: float, x: float, y: float, width: float, height: float
) -> None:
    angle = np.deg2rad(turned_deg)
    homography = np.array(
        [
            [scale * np.cos(angle), -scale * np.sin(angle), x],
            [scale * np.sin(angle), scale * np.cos(angle), y],
            [0, 0, 1],
        ]
    )
    region = Region(5, 7, width, height)
    quad = project_region(homography, region)
    assert quad_area(quad) == pytest.approx(scale**2 * region.area, rel=1e-6)
    assert is_convex(quad)


def test_a_mirrored_outline_has_negative_area() -> None:
    quad = project_region(np.diag([-1.0, 1.0, 1.0]), Region(0, 0, 10, 20))
    assert quad_area(quad) == pytest.approx(-200)


def test_an_outline_that_crosses_itself_is_not_convex() -> None:
    assert not is_convex(((0, 0), (10, 10), (10, 0), (0, 10)))


def test_a_point_on_the_horizon_lands_at_infinity_without_a_warning() -> None:
    homography = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, -1]])
    assert np.isinf(project(homography, np.array([[1.0, 2.0]]))).any()

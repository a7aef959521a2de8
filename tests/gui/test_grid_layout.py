from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.gui.grid.layout import NO_CELL, GridLayout, GridMetrics

RESULTS = GridMetrics(smallest_width=148, gap=16, caption_height=40)
LIBRARY = GridMetrics(smallest_width=164, gap=12, after_heading=8)

layouts = st.builds(
    GridLayout,
    counts=st.lists(st.integers(0, 40), max_size=6),
    metrics=st.sampled_from([RESULTS, LIBRARY, GridMetrics(96, 8, halo=4), GridMetrics(240, 16, 58, heading_height=0)]),
    width=st.integers(120, 1600),
)


def test_the_mock_ups_measures_come_out():
    results, library = GridLayout([4, 2, 37], RESULTS, 896), GridLayout([6, 6, 12], LIBRARY, 1172)
    assert (results.columns, results.picture_width, results.picture_height) == (5, 160, 120)
    assert (library.columns, library.picture_width, library.picture_height) == (6, 180, 135)
    assert library.picture(0).y == 48
    assert library.picture(6).y - library.picture(0).y == 135 + 16 + 32 + 8


@given(layouts)
def test_every_cell_is_found_again_at_its_middle(layout: GridLayout):
    for index in range(layout.count):
        box = layout.picture(index)
        assert layout.index_at(box.x + box.width // 2, box.y + box.height // 2) == index


@given(layouts)
def test_the_right_edge_always_aligns_and_nothing_overlaps(layout: GridLayout):
    room = max(layout.metrics.smallest_width, layout.width - 32)
    if layout.count >= layout.columns > 1 and layout.counts[layout.section_of(0)] >= layout.columns:
        first = layout.start_of(layout.section_of(0))
        last = layout.picture(first + layout.columns - 1)
        assert last.x + last.width == 16 + room
    for index in range(1, layout.count):
        before, box = layout.picture(index - 1), layout.picture(index)
        assert box.y > before.y or (box.y == before.y and box.x >= before.x + before.width + layout.metrics.gap)


@given(layouts, st.integers(-50, 5000), st.integers(1, 900))
def test_a_band_holds_exactly_the_cells_that_touch_it(layout: GridLayout, top: int, height: int):
    touching = [
        index
        for index in range(layout.count)
        if layout.cell(index).bottom > top and layout.cell(index).y < top + height
    ]
    assert list(layout.indexes_between(top, top + height)) == touching


@given(layouts)
def test_headings_stand_above_their_photos_and_below_the_section_before(layout: GridLayout):
    previous = 0
    for section in layout.sections_between(0, layout.height):
        heading = layout.heading(section)
        assert heading.y >= previous
        assert layout.picture(layout.start_of(section)).y >= heading.bottom
        previous = layout.section_bottom(section)
    assert layout.height >= previous


def test_arrows_walk_across_headings_and_keep_to_the_lines_that_exist():
    layout = GridLayout([7, 0, 2, 5], RESULTS, 896)
    assert layout.below(1) == 6
    assert layout.below(4) == 6  # the second line is shorter
    assert layout.below(6) == 8
    assert layout.below(8) == 10
    assert layout.above(9) == 7
    assert layout.above(0) == 0
    assert layout.below(13) == 13
    assert layout.below(0, lines=3) == 9


def test_between_the_cells_nothing_is_hit():
    layout = GridLayout([10], RESULTS, 896)
    assert layout.index_at(3, 100) == NO_CELL
    assert layout.index_at(100, 12) == NO_CELL
    assert layout.index_at(100, 10_000) == NO_CELL
    assert GridLayout([], RESULTS, 896).index_at(10, 10) == NO_CELL
    assert GridLayout([0], RESULTS, 896).height == 0


@pytest.mark.parametrize("width", [100, 180, 0, -5])
def test_a_window_too_narrow_for_one_photo_still_has_one_column(width: int):
    layout = GridLayout([3], RESULTS, width)
    assert layout.columns == 1
    assert layout.picture(2).y > layout.picture(1).y

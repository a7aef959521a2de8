"""Rows as a picture: how well a method finds, against what it stores of a photo and how long describing one takes."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from visearch_desktop.evaluation.rows import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

DOTS_PER_INCH = 100
LEAST_PX = (240, 180)
"""Smaller, axes and words do not fit."""

LEAST_POINTS, POINTS_PER_TENFOLD = 14.0, 42.0
"""Areas of markers in square points: of a millisecond a photo, and how much is added with each ten-fold."""
LEGEND_MS = (1, 10, 100)
DISTANCES = (9, 18, 30, 44)
DIRECTIONS = 12


@dataclass(frozen=True, slots=True)
class PlotColours:
    """Colours as ``#rrggbb``: behind everything, of words, of rules, of the points."""

    background: str
    text: str
    line: str
    accent: str


ON_PAPER = PlotColours("#ffffff", "#1a1c1e", "#dcdfe2", "#0b65a3")


def draw(rows: Sequence[Row], size_px: tuple[int, int], colours: PlotColours = ON_PAPER, ratio: float = 1.0) -> bytes:
    """Every row that has figures as a point: bytes a photo (logarithmic) to the right, mAP upwards.

    A line of steps joins those than which nothing smaller is as good.

    Args:
        rows: any; those without figures, or without a size, are left out.
        size_px: (width, height) as it is shown; at least 240 × 180 is drawn.
        colours: of the theme it is shown in.
        ratio: device pixels for one of these.
    Returns:
        A PNG of ``size_px`` times ``ratio``.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    size = [max(wanted, least) / DOTS_PER_INCH for wanted, least in zip(size_px, LEAST_PX, strict=True)]
    figure = Figure(
        figsize=(size[0], size[1]), dpi=DOTS_PER_INCH * ratio, facecolor=colours.background, layout="constrained"
    )
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _dress(axes, colours, rows)
    shown = [row for row in rows if row.figures is not None and row.figures.bytes_per_photo]
    if shown:
        _points(axes, shown, colours)
        _step_line(axes, _frontier(shown), colours)
        figure.draw_without_rendering()  # settles the layout: labels are placed in the pixels that will be
        figure.set_layout_engine("none")
        _label(figure, axes, shown, colours)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi="figure", facecolor=colours.background)
    return stream.getvalue()


def _dress(axes: Axes, colours: PlotColours, rows: Sequence[Row]) -> None:
    has_groups = any(row.figures is not None and row.figures.mean_ap_macro is not None for row in rows)
    axes.set_facecolor(colours.background)
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter(lambda _value, _place: "")
    axes.xaxis.set_major_formatter(lambda value, _place: _size(value))
    axes.set_xlabel("stored of each photo", color=colours.text, fontsize=9)
    axes.set_ylabel("mAP, mean over the groups" if has_groups else "mAP", color=colours.text, fontsize=9)
    axes.set_ylim(0, 1)
    axes.tick_params(which="both", colors=colours.text, labelcolor=colours.text, labelsize=8, length=0)
    axes.grid(which="major", color=colours.line, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _size(size_bytes: float) -> str:
    """A tick of the axis: 10000 -> "10 kB"."""
    if size_bytes >= 1_000_000:
        return f"{size_bytes / 1_000_000:g} MB"
    return f"{size_bytes / 1000:g} kB" if size_bytes >= 1000 else f"{size_bytes:g} B"


def _points(axes: Axes, rows: Sequence[Row], colours: PlotColours) -> None:
    places = [_place(row) for row in rows]
    sizes = [_area(row.figures.ms_per_photo) for row in rows if row.figures is not None]
    axes.scatter(
        [x for x, _ in places], [y for _, y in places], s=sizes, color=colours.accent, alpha=0.85, linewidths=0
    )
    least, most = (choose(x for x, _ in places) for choose in (min, max))
    axes.set_xlim(10 ** math.floor(math.log10(least) - 0.1), 10 ** math.ceil(math.log10(most) + 0.4))
    top = max(y for _, y in places)
    axes.set_ylim(0, min(1.0, math.ceil(top * 10 + 0.5) / 10))
    for ms in LEGEND_MS:
        name = f"{ms} ms a photo" if ms == LEGEND_MS[-1] else f"{ms}"
        axes.scatter([], [], s=_area(ms), color=colours.accent, linewidths=0, label=name)
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(LEGEND_MS), frameon=False, fontsize=8,
        labelcolor=colours.text, columnspacing=1.2, handletextpad=0.3, borderpad=0.2,
    )  # fmt: skip


def _frontier(rows: Sequence[Row]) -> list[Row]:
    """Those than which nothing smaller is as good, the smallest first."""
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: (_place(row)[0], -_place(row)[1])):
        if not kept or _place(row)[1] > _place(kept[-1])[1]:
            kept.append(row)
    return kept


def _step_line(axes: Axes, frontier: Sequence[Row], colours: PlotColours) -> None:
    """What can be had for so many bytes, at best."""
    x, y = zip(*map(_place, frontier), strict=True)
    end = axes.get_xlim()[1]
    axes.step([*x, end], [*y, y[-1]], where="post", color=colours.accent, alpha=0.45, linewidth=1)


def _place(row: Row) -> tuple[float, float]:
    assert row.figures is not None
    assert row.figures.bytes_per_photo is not None
    return row.figures.bytes_per_photo, row.figures.headline


def _area(ms: float | None) -> float:
    return LEAST_POINTS + POINTS_PER_TENFOLD * max(0.0, math.log10(max(ms or 1.0, 1.0)))


def _label(figure: Figure, axes: Axes, rows: Sequence[Row], colours: PlotColours) -> None:
    """A name beside each point, where it covers nothing; a name that is not next to its point has a thin line.

    Those of the frontier come first and always have one; of the others, the best first, as far as there is room.
    """
    renderer: Any = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    inside = axes.get_window_extent(renderer)
    taken = [_around(axes, row, figure.dpi) for row in rows]
    frontier = _frontier(rows)
    others = [row for row in rows if row not in frontier]
    for row in [*frontier[::-1], *sorted(others, key=lambda row: -_place(row)[1])]:
        name = axes.annotate(
            row.asked.title, _place(row), xytext=(0, 0), textcoords="offset points", color=colours.text, fontsize=8,
            arrowprops={"arrowstyle": "-", "color": colours.text, "alpha": 0.4, "lw": 0.7, "shrinkA": 0, "shrinkB": 3},
        )  # fmt: skip
        places = _places(DISTANCES if row in frontier else DISTANCES[:2])
        best = min(places, key=lambda place: _cost(name, place, renderer, taken, inside))
        if row not in frontier and _cost(name, best, renderer, taken, inside)[0] > 0:
            name.remove()
            continue
        _put(name, best)
        taken.append(name.get_window_extent(renderer))


def _places(distances: Sequence[int]) -> Iterator[tuple[float, float]]:
    """Where a name may stand, in points from its point, the nearest first and to the right before all others."""
    for distance in distances:
        for step in range(DIRECTIONS):
            angle = 2 * math.pi * ((step + 1) // 2 * (-1) ** step) / DIRECTIONS
            yield distance * math.cos(angle), distance * math.sin(angle)


def _put(name: Annotation, place: tuple[float, float]) -> None:
    x, y = place
    name.set_position(place)
    name.set_horizontalalignment("center" if abs(x) < 3 else "left" if x > 0 else "right")
    name.set_verticalalignment("center" if abs(y) < 3 else "bottom" if y > 0 else "top")
    if name.arrow_patch is not None:
        name.arrow_patch.set_visible(math.hypot(x, y) > DISTANCES[0] + 1)


def _cost(
    name: Annotation, place: tuple[float, float], renderer: Any, taken: Sequence[Bbox], inside: Bbox
) -> tuple[float, float]:
    """Covered area first, the part outside of the axes counted in, then the distance."""
    _put(name, place)
    box = _text_box(name, renderer)
    covered = sum(_common(box, other) for other in taken)
    outside = box.width * box.height - _common(box, inside)
    return round(covered + 4 * outside, 1), math.hypot(*place)


def _text_box(name: Annotation, renderer: Any) -> Bbox:
    from matplotlib.text import Text

    name.update_positions(renderer)
    return Text.get_window_extent(name, renderer)


def _common(one: Bbox, other: Bbox) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return float(max(0.0, width) * max(0.0, height))


def _around(axes: Axes, row: Row, dots_per_inch: float) -> Bbox:
    """The square around a marker, in device pixels."""
    from matplotlib.transforms import Bbox

    assert row.figures is not None
    x, y = axes.transData.transform(_place(row))
    half = math.sqrt(_area(row.figures.ms_per_photo) / math.pi) * dots_per_inch / 72
    return Bbox.from_extents(x - half, y - half, x + half, y + half)

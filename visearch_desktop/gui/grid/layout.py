"""Where every cell and heading of a grid lies: arithmetic from the number of photos per section, without Qt.

All positions are logical px, origin at the top left of the whole content, y down. Nothing here costs more than the
number of sections once, and a bisection per question after that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

NO_CELL = -1


@dataclass(frozen=True, slots=True)
class GridMetrics:
    """Sizes of a grid in logical px.

    Attributes:
        smallest_width: the least width of a picture box; boxes grow from it to fill the line.
        gap: between picture boxes, sideways; also between the caption and the next line's boxes.
        caption_height: below each picture box; 0 without captions.
        heading_height: of a section's heading; 0 for sections without one.
        after_heading: from a heading to its first picture boxes.
        section_gap: from the last caption of a section to the next heading.
        margin_left, margin_right, margin_top, margin_bottom: around everything.
        halo: how far a cell reaches around its picture box and caption, for hover and selection.
    """

    smallest_width: int
    gap: int
    caption_height: int = 0
    heading_height: int = 32
    after_heading: int = 10
    section_gap: int = 16
    margin_left: int = 16
    margin_right: int = 16
    margin_top: int = 8
    margin_bottom: int = 16
    halo: int = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in logical px."""

    x: int
    y: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """The y just below it."""
        return self.y + self.height


class GridLayout:
    """The places of all cells for one width of the viewport.

    Args:
        counts: photos per section, in order; empty sections take no room.
        metrics: the sizes.
        width: of the viewport.
    """

    def __init__(self, counts: Sequence[int], metrics: GridMetrics, width: int) -> None:
        self.counts = tuple(counts)
        self.metrics = metrics
        self.width = width
        room = max(metrics.smallest_width, width - metrics.margin_left - metrics.margin_right)
        self.columns = max(1, (room + metrics.gap) // (metrics.smallest_width + metrics.gap))
        widest = (room - (self.columns - 1) * metrics.gap) // self.columns
        self.picture_width = max(metrics.smallest_width, widest // 4 * 4)
        self.picture_height = self.picture_width * 3 // 4
        self._x = _columns(metrics.margin_left, room, self.columns, self.picture_width)
        self.line_pitch = self.picture_height + metrics.caption_height + metrics.gap
        self._starts = [0, *accumulate(self.counts)]
        self._tops, self.height = self._stack()

    @property
    def count(self) -> int:
        """Photos in all sections."""
        return self._starts[-1]

    def _stack(self) -> tuple[list[int], int]:
        """The y of each section's top (its heading), and the height of everything."""
        m = self.metrics
        tops, y = [], m.margin_top
        for count in self.counts:
            tops.append(y)
            if count:
                y += self._head() + self._lines(count) * self.line_pitch - m.gap + m.section_gap
        return tops, (y - m.section_gap + m.margin_bottom if self.count else 0)

    def _head(self) -> int:
        m = self.metrics
        return m.heading_height + m.after_heading if m.heading_height else 0

    def _lines(self, count: int) -> int:
        return -(-count // self.columns)

    # --- places -------------------------------------------------------------------------------------------------------

    def section_of(self, index: int) -> int:
        """The section a photo is in."""
        return bisect_right(self._starts, index) - 1

    def start_of(self, section: int) -> int:
        """The index of the section's first photo."""
        return self._starts[section]

    def picture(self, index: int) -> Box:
        """The picture box of a photo."""
        section = self.section_of(index)
        line, column = divmod(index - self._starts[section], self.columns)
        y = self._tops[section] + self._head() + line * self.line_pitch
        return Box(self._x[column], y, self.picture_width, self.picture_height)

    def cell(self, index: int) -> Box:
        """Picture box, caption and the halo around them: what is pressed, hovered and painted."""
        box, m = self.picture(index), self.metrics
        height = box.height + m.caption_height + 2 * m.halo
        return Box(box.x - m.halo, box.y - m.halo, box.width + 2 * m.halo, height)

    def heading(self, section: int) -> Box:
        """The heading of a section, over the whole width."""
        return Box(0, self._tops[section], self.width, self.metrics.heading_height)

    def section_bottom(self, section: int) -> int:
        """The y below a section's last caption."""
        lines = self._lines(self.counts[section])
        return self._tops[section] + self._head() + max(0, lines * self.line_pitch - self.metrics.gap)

    # --- questions ----------------------------------------------------------------------------------------------------

    def section_at(self, y: int) -> int:
        """The section that ``y`` lies in or below; the first one above all; -1 where there are no sections."""
        found = bisect_right(self._tops, y) - 1
        while found > 0 and not self.counts[found]:
            found -= 1
        return max(0, found) if self.counts else -1

    def index_at(self, x: int, y: int) -> int:
        """The photo whose cell holds the point, or ``NO_CELL``."""
        index = self.nearest(x, y)
        if index == NO_CELL:
            return NO_CELL
        box = self.cell(index)
        inside = box.x <= x < box.x + box.width and box.y <= y < box.bottom
        return index if inside else NO_CELL

    def nearest(self, x: int, y: int) -> int:
        """The photo whose line and column are nearest to the point, or ``NO_CELL`` in an empty grid."""
        if not self.count:
            return NO_CELL
        half, m = self.metrics.gap // 2, self.metrics
        section = self.section_at(y + (m.halo if m.heading_height else half))
        line = (y + half - self._tops[section] - self._head()) // self.line_pitch
        line = min(max(0, line), self._lines(self.counts[section]) - 1)
        column = min(range(self.columns), key=lambda c: abs(2 * self._x[c] + self.picture_width - 2 * x))
        inside = min(line * self.columns + column, self.counts[section] - 1)
        return self._starts[section] + inside

    def indexes_between(self, top: int, bottom: int) -> Iterator[int]:
        """The photos whose cells touch the band ``top <= y < bottom``, in order."""
        for section in self.sections_between(top, bottom):
            count, m = self.counts[section], self.metrics
            zero = self._tops[section] + self._head()
            first = max(0, (top - m.halo - zero - self.picture_height - m.caption_height) // self.line_pitch + 1)
            last = min(self._lines(count) - 1, (bottom - 1 + m.halo - zero) // self.line_pitch)
            start = self._starts[section]
            yield from range(start + first * self.columns, start + min(count, (last + 1) * self.columns))

    def sections_between(self, top: int, bottom: int) -> Iterator[int]:
        """The sections that touch the band ``top <= y < bottom``, in order."""
        if not self.count:
            return
        for section in range(self.section_at(top), len(self.counts)):
            if self._tops[section] >= bottom + self.metrics.halo:
                return
            if self.counts[section]:
                yield section

    # --- the keyboard -------------------------------------------------------------------------------------------------

    def above(self, index: int, lines: int = 1) -> int:
        """The photo so many lines higher in the same column, across headings; the first line stays where it is."""
        return self._walk(index, -1, lines)

    def below(self, index: int, lines: int = 1) -> int:
        """The photo so many lines lower in the same column, across headings; the last line stays where it is."""
        return self._walk(index, 1, lines)

    def _walk(self, index: int, step: int, lines: int) -> int:
        section = self.section_of(index)
        line, column = divmod(index - self._starts[section], self.columns)
        for _ in range(lines):
            line += step
            if not 0 <= line < self._lines(self.counts[section]):
                following = self._next_section(section, step)
                if following is None:
                    break
                section = following
                line = 0 if step > 0 else self._lines(self.counts[section]) - 1
            inside = min(line * self.columns + column, self.counts[section] - 1)
            index = self._starts[section] + inside
        return index

    def _next_section(self, section: int, step: int) -> int | None:
        section += step
        while 0 <= section < len(self.counts):
            if self.counts[section]:
                return section
            section += step
        return None


def _columns(left: int, room: int, columns: int, picture_width: int) -> list[int]:
    """The x of each column; what is left over goes between them, so that the right edge aligns."""
    if columns == 1:
        return [left]
    over = room - picture_width
    return [left + round(column * over / (columns - 1)) for column in range(columns)]

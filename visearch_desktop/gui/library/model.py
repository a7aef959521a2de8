"""The photos of a view of the library: sections by count, rows in pages, both from the library process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import accumulate

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal, Slot

from visearch_desktop.gui import dates
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.grid.byte_cache import ByteCache
from visearch_desktop.gui.grid.model import Heading, Index, PhotoListModel
from visearch_desktop.gui.groups.headings import group_heading
from visearch_desktop.library.rows import PhotoRow, PhotoView, Section
from visearch_desktop.service import protocol as p

PAGE = 128
MOST_PAGES = 96  # 12,288 rows are kept: more would slow the collection of garbage
PREPARED_PAGES = 24
AT_ONCE = 4

Page = tuple[PhotoRow, ...]


class LibraryModel(PhotoListModel):
    """Rows come when they are wanted; until then ``photo_at`` says None.

    When the library changes, sections and the pages that are looked at are asked for first, and the model is reset
    once, with those pages in place: nothing flickers, and photos that were in view are found again by their ids.

    Attributes:
        view: what is shown, or is on its way.
        followed: says which indexes to find again after a change.
        is_known: whether the library has answered once.
        is_another_view: whether the last reset was for another view.

    Signals:
        reset_coming: before the reset; the grid remembers where it is.
        reset_done: after it, with the pages around that place known.
    """

    reset_coming = Signal()
    reset_done = Signal()

    def __init__(self, client: LibraryClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.view = PhotoView()
        self.followed: Callable[[], Iterable[int]] = tuple
        self.is_known = False
        self.is_another_view = False
        self._sections: tuple[Section, ...] = ()
        self._headings: tuple[Heading, ...] = ()
        self._count = 0
        self._pages: ByteCache[int, Page] = ByteCache(MOST_PAGES, lambda _page: 1)
        self._stale: set[int] = set()
        self._asked: set[int] = set()
        self._wanted: tuple[int, int] = (0, -1)
        self._generation = 0
        self._next: _Preparation | None = None
        self._again = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask_wanted)

    # --- what the grid reads ------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 as Qt declares it
        return 0 if parent.isValid() else self._count

    def headings(self) -> tuple[Heading, ...]:
        return self._headings

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections shown, for the scrubber."""
        return self._sections

    def photo_at(self, index: int) -> PhotoRow | None:
        page = self._pages.get(index // PAGE)
        inside = index % PAGE
        return page[inside] if page is not None and inside < len(page) else None

    def index_of(self, photo_id: int) -> int | None:
        for number, page in self._pages.items():
            for inside, row in enumerate(page):
                if row.photo_id == photo_id:
                    return number * PAGE + inside
        return None

    def find_name(self, start: str, begin: int) -> int | None:
        start, found = start.casefold(), []
        for number, page in self._pages.items():
            found += [number * PAGE + i for i, row in enumerate(page) if row.name.casefold().startswith(start)]
        return min(found, key=lambda index: (index < begin, index), default=None)

    def want(self, first: int, last: int) -> None:
        self._wanted = (first, last)
        if not self._soon.isActive():
            self._soon.start()

    # --- pages --------------------------------------------------------------------------------------------------------

    @Slot()
    def _ask_wanted(self) -> None:
        first, last = self._wanted
        for number in range(max(0, first) // PAGE, min(last, self._count - 1) // PAGE + 1):
            if (number not in self._pages or number in self._stale) and number not in self._asked:
                if len(self._asked) >= AT_ONCE:
                    return
                self._asked.add(number)
                self._get(number, self._generation)

    def _get(self, number: int, generation: int) -> None:
        view = self.view

        def on_report(report: p.Report) -> None:
            if isinstance(report, p.PageReady) and generation == self._generation:
                self._take_page(number, report.rows)
            elif isinstance(report, p.Finished):
                self._asked.discard(number)
                self._soon.start()

        self._client.send(lambda job: p.GetPage(job, view, number * PAGE, PAGE), on_report)

    def _take_page(self, number: int, rows: Page) -> None:
        before = self._pages.get(number)
        self._stale.discard(number)
        if before == rows:
            return
        self._pages.put(number, rows)
        first, last = number * PAGE, min(number * PAGE + len(rows), self._count) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first), self.index(last))

    # --- another view, or the same one anew ---------------------------------------------------------------------------

    @property
    def is_another_view_coming(self) -> bool:
        """Whether the photos of another view are on their way."""
        return self._next is not None and not self._next.keep_place

    def show_view(self, view: PhotoView) -> None:
        """Show other photos, from the top."""
        self.view = view
        self._prepare(keep_place=False)

    def refresh(self) -> None:
        """The library has changed: show it as it is now, in the same place."""
        if self._next is not None:
            self._again = True
        else:
            self._prepare(keep_place=True)

    def _prepare(self, *, keep_place: bool) -> None:
        self._again = False
        preparation = self._next = _Preparation(self, keep_place)
        preparation.start(self._client)

    def took(self, preparation: _Preparation) -> None:
        """A preparation has everything it asked for; an outdated one is dropped."""
        if preparation is not self._next:
            return
        self._next = None
        if preparation.keep_place and preparation.sections == self._sections and self.is_known:
            self._stale = set(self._pages) - preparation.pages.keys()
            for number, rows in preparation.pages.items():
                self._take_page(number, rows)
            self._soon.start()
        else:
            self._reset(preparation)
        if self._again:
            self._prepare(keep_place=True)

    def failed(self, preparation: _Preparation) -> None:
        """The library could not answer; what is shown stays."""
        if preparation is self._next:
            self._next = None
            if self._again:
                self._prepare(keep_place=True)

    def _reset(self, preparation: _Preparation) -> None:
        self.is_another_view = not preparation.keep_place
        self.reset_coming.emit()
        self.beginResetModel()
        self._generation += 1
        self._sections = preparation.sections
        heading = group_heading if self.view.is_of_groups else _month
        self._headings = tuple(map(heading, preparation.sections))
        self._count = sum(section.count for section in preparation.sections)
        self._pages.clear()
        self._asked.clear()
        self._stale.clear()
        for number, rows in preparation.pages.items():
            self._pages.put(number, rows)
        self.is_known = True
        self.endResetModel()
        self.reset_done.emit()


def _month(section: Section) -> Heading:
    return Heading(dates.month(section.key), section.count)


class _Preparation:
    """Sections, then the pages that will be in view under them."""

    def __init__(self, model: LibraryModel, keep_place: bool) -> None:
        self._model, self.keep_place = model, keep_place
        self._view = model.view
        self._before = model.sections
        self.sections: tuple[Section, ...] = ()
        self.pages: dict[int, Page] = {}
        self._left: set[int] = set()
        self._is_answered = False

    def start(self, client: LibraryClient) -> None:
        """Ask; the model's ``took`` or ``failed`` is called at the end."""
        self._client = client
        client.send(lambda job: p.GetSections(job, self._view), self._on_sections)

    def _on_sections(self, report: p.Report) -> None:
        if isinstance(report, p.SectionsReady):
            self._is_answered = True
            self.sections = tuple(section for section in report.sections if section.count)
            self._left = self._pages_needed()
            for number in tuple(self._left):
                self._client.send(
                    lambda job, at=number: p.GetPage(job, self._view, at * PAGE, PAGE),
                    lambda answer, at=number: self._on_page(at, answer),
                )
            if not self._left:
                self._model.took(self)
        elif isinstance(report, p.Finished) and not self._is_answered:
            self._model.failed(self)

    def _on_page(self, number: int, report: p.Report) -> None:
        if isinstance(report, p.PageReady):
            self.pages[number] = report.rows
        elif isinstance(report, p.Finished):
            self._left.discard(number)
            if not self._left:
                self._model.took(self)

    def _pages_needed(self) -> set[int]:
        count = sum(section.count for section in self.sections)
        if not count:
            return set()
        needed = {0} if not self.keep_place else set()
        if self.keep_place:
            for index in self._model.followed():
                first, last = self._may_be_at(index)
                needed.update(range(max(0, first) // PAGE, min(last, count - 1) // PAGE + 1))
                if len(needed) >= PREPARED_PAGES:
                    break
        return needed

    def _may_be_at(self, index: int) -> tuple[int, int]:
        """The first and last index where the photo at ``index`` may be now: its month is known, and how it grew."""
        starts = [0, *accumulate(section.count for section in self._before)]
        old = next((n for n, start in enumerate(starts[1:]) if index < start), None)
        if old is None:
            return index, index
        at, key, was = index - starts[old], self._before[old].key, self._before[old].count
        start = 0
        for section in self.sections:
            if section.key == key:
                grown = abs(section.count - was)
                return start + at - grown, start + at + grown
            start += section.count
        return index, index

"""What the pages of one window share: the query, its answer, the selection, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from visearch_desktop.gui.groups.groups import Groups
from visearch_desktop.gui.theme.metrics import REST_MS
from visearch_desktop.gui.window import parts
from visearch_desktop.gui.window.places import STAY, Page, Place
from visearch_desktop.gui.window.session_state import SessionState
from visearch_desktop.library.rows import Overview, PhotoRow, PhotoView
from visearch_desktop.search.hits import Ranking, Stage
from visearch_desktop.search.query import Query, QueryPicture, Together
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.core.region import Region
    from visearch_desktop.gui.client import LibraryClient

REFRESH_MS = 3000
FIRST_LIMIT, LIMIT_GROWS = 300, 4


class Session(SessionState):
    """The state of one window. Pages read its properties, call its methods and listen to its signals.

    Attributes:
        groups: the photos that the person said to show the same.

    Signals:
        query_changed: the pictures, a region or the intent.
        ranking_changed: a new ranking (its ``Stage``), or None when there is none any more.
        search_failed: sentence and hint; the query could not be answered.
        verifying: done, total.
        selection_changed: the selected photo.
        view_changed: which photos the library page shows.
        page_changed: another page, or another photo on it; also after back and forward.
        overview_changed: the library in numbers.
        regions_settled: a region came to rest (for the screen reader and for counting its details).
    """

    query_changed = Signal()
    ranking_changed = Signal(object)
    search_failed = Signal(str, str)
    verifying = Signal(int, int)
    selection_changed = Signal()
    view_changed = Signal()
    page_changed = Signal()
    overview_changed = Signal()
    regions_settled = Signal()

    def __init__(self, client: LibraryClient, parent: QObject | None = None, *, intent: str = "same") -> None:
        super().__init__(parent, Place(intent=intent))
        self._client = client
        self.groups = Groups(client, self)
        self._generation = self._asked_generation = 0
        self._job: int | None = None
        self._is_quick = False
        self._is_behind = False
        self._limit = FIRST_LIMIT
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self._refresh = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._refresh.timeout.connect(self._on_refresh)
        client.report.connect(self._on_any_report)

    @property
    def is_searching(self) -> bool:
        """Whether a better answer may still come."""
        return self._job is not None or self._rest.isActive()

    # --- asking -------------------------------------------------------------------------------------------------------

    def ask(self, *pictures: QueryPicture, stay: bool = False) -> None:
        """Look for a picture, or for any of several, instead of what was looked for; shows the results.

        With ``stay`` the page stays: the last picture is the one on the photo page, now with a region.
        """
        self._ask(parts.added(replace(self.query, pictures=()), pictures), pictures[-1] if stay else None)

    def add(self, *pictures: QueryPicture, stay: bool = False) -> None:
        """Look for more, or for what is not to be there, beside what is looked for; else as :meth:`ask`."""
        self._ask(parts.added(self.query, pictures), pictures[-1] if stay else None)

    def _ask(self, query: Query, shown: QueryPicture | None) -> None:
        place = replace(self.place, query=query, selected=None, scroll=0.0)
        self._go(replace(place, page=Page.RESULTS) if shown is None else replace(place, shown=shown))
        self._search_now()

    def set_region(self, index: int, region: Region | None, dragging: bool = False) -> None:
        """Draw, move or take away the region of a picture of the query.

        Answers without verification come at once; the verified one when the region has rested for 150 ms.

        Args:
            index: which picture of the query.
            region: in its upright px; None is the whole picture.
            dragging: whether the pointer is still down.
        """
        before = self.query.pictures[index]
        picture = replace(before, region=region)
        if before.region == region:
            if not dragging:
                self.regions_settled.emit()
            return
        changed = replace(self.place, query=parts.changed(self.query, index, picture), generation=-1)
        if self.place.shown is not None and before.is_same_picture(self.place.shown):
            changed = replace(changed, shown=picture)
        if before.region is None:
            self._history.push(changed)
            self.page_changed.emit()
        else:
            self._history.replace(changed)
        self._rest.start()
        if self._job is not None and self._is_quick:
            self._is_behind = True
        else:
            self._search(verify=False)
        self.query_changed.emit()
        if not dragging:
            self.regions_settled.emit()

    def ask_for_more(self) -> None:
        """Ask for a longer ranking of the same query, if there may be more hits than it has."""
        ranking = self.ranking
        if ranking is None or self.is_searching or len(ranking.hits) >= ranking.searched:
            return
        if len(ranking.hits) >= self._limit:
            self._limit *= LIMIT_GROWS
            self._search(verify=True)

    def set_intent(self, intent: str) -> None:
        """Look for the same picture in another way."""
        if intent == self.intent:
            return
        self._go(replace(self.place, intent=intent, ranking=None, rows=(), scroll=0.0))
        if self.query.pictures:
            self._search_now()

    def set_turned(self, is_tried: bool) -> None:
        """Look for turned and mirrored copies, too, or no more; stays so for what is asked next."""
        query = replace(self.query, rotations=is_tried, mirrored=is_tried)
        if query == self.query:
            return
        self._go(replace(self.place, query=query, ranking=None, rows=(), scroll=0.0))
        if query.pictures:
            self._search_now()

    def set_together(self, together: Together) -> None:
        """Whether photos are to show all that is looked for, or any of it."""
        if together is not self.query.together:
            self._change(replace(self.query, together=together))

    def set_minus(self, index: int, minus: bool) -> None:
        """Look for photos that do not show a picture of the query, or for those that do again."""
        before = self.query.pictures[index]
        if before.minus is not minus:
            self._change(parts.changed(self.query, index, replace(before, minus=minus)))

    def remove_picture(self, index: int) -> None:
        """Take a picture out of the query; the last one clears it."""
        if len(self.query.pictures) > 1:
            self._change(parts.without(self.query, index))
        else:
            self.clear()

    def _change(self, query: Query) -> None:
        """Look for the parts of a query in another way, on the same page, which shows the same of them if left."""
        shown, before = self.place.shown, parts.index_of(self.query, self.place.shown)
        index = before if len(query.pictures) == len(self.query.pictures) else parts.index_of(query, shown)
        if index is not None:
            shown = query.pictures[index]
        elif before is not None and shown is not None:
            shown = replace(shown, region=None, minus=False)
        self._go(replace(self.place, query=query, shown=shown, ranking=None, rows=(), scroll=0.0))
        self._search_now()

    def clear(self) -> None:
        """Look for nothing: back to the library."""
        if self.query.pictures or self.page != Page.LIBRARY:
            nothing = replace(self.query, pictures=())
            self._go(Place(view=self.view, query=nothing, intent=self.intent, selected=self.selected, scroll=STAY))

    # --- going about --------------------------------------------------------------------------------------------------

    def select(self, photo_id: int | None) -> None:
        """Select a photo, or none."""
        if photo_id != self.selected:
            self._history.replace(replace(self.place, selected=photo_id))
            self.selection_changed.emit()

    def open_photo(self, photo_id: int) -> None:
        """Show one photo of the library large, with the region tool."""
        for picture in self.query.pictures:
            if picture.photo_id == photo_id:
                self.open_picture(picture)
                return
        self.open_picture(QueryPicture(photo_id=photo_id, name=self._name_of(photo_id)))

    def open_picture(self, picture: QueryPicture) -> None:
        """Show any picture large, with the region tool."""
        selected = picture.photo_id if picture.photo_id is not None else self.selected
        self._go(replace(self.place, page=Page.PHOTO, shown=picture, selected=selected))

    def compare(self, photo_id: int) -> None:
        """Show the query, of several pictures the one that its hit tells about, beside a photo."""
        if not self.query.pictures:
            return
        place = replace(self.place, page=Page.COMPARE, compared=photo_id, selected=photo_id)
        if self.page == Page.COMPARE:  # walking through the hits is one place
            self._history.replace(place)
            self._tell_all()
        else:
            self._go(place)

    def show_view(self, view: PhotoView) -> None:
        """Show photos of the library."""
        if view != self.view or self.page != Page.LIBRARY:
            scroll = STAY if view == self.view else 0.0
            nothing = replace(self.query, pictures=())
            place = replace(self.place, page=Page.LIBRARY, view=view, query=nothing, ranking=None, rows=())
            self._go(replace(place, scroll=scroll))

    def show_results(self) -> None:
        """Back to the answers of the open query."""
        if self.query.pictures and self.page != Page.RESULTS:
            self._go(replace(self.place, page=Page.RESULTS))

    def show_page(self, page: Page) -> None:
        """Show a page that is not about the query (problems, settings)."""
        if page != self.page:
            self._go(replace(self.place, page=page))

    def remember_scroll(self, scroll: float) -> None:
        """Called by a page when it was scrolled; ``place.scroll`` has it after back and forward."""
        self._history.replace(replace(self.place, scroll=scroll))

    def back(self) -> None:
        """To the place before."""
        self._step(-1)

    def forward(self) -> None:
        """To the place after."""
        self._step(1)

    def _step(self, by: int) -> None:
        here = self.place
        there = self._history.step(by)
        if there is here:
            return
        self._cancel()
        self._tell_all()
        is_old = there.ranking is None or there.generation != self._generation
        if there.query.pictures and is_old:
            self._search_now()

    def _go(self, place: Place) -> None:
        if place.query != self.query or place.intent != self.intent:
            self._cancel()
            self._limit = FIRST_LIMIT
            place = replace(place, ranking=None, rows=())
        self._history.push(place)
        self._tell_all()
        self._refresh_if_old()

    def _tell_all(self) -> None:
        self._failure = None
        self.query_changed.emit()
        self.view_changed.emit()
        self.page_changed.emit()
        self.selection_changed.emit()
        self.ranking_changed.emit(self.ranking.stage if self.ranking else None)

    def _name_of(self, photo_id: int) -> str:
        return next((row.name for row in self.rows if row.photo_id == photo_id), "")

    # --- the searches -------------------------------------------------------------------------------------------------

    def _search_now(self) -> None:
        self._rest.stop()
        self._search(verify=True)

    def _search(self, *, verify: bool) -> None:
        query, intent, limit = self.query, self.intent, self._limit
        self._is_quick, self._is_behind, self._failure = not verify, False, None
        self._asked_generation = self._generation
        self._refresh.stop()
        self._job = self._client.send(
            lambda job: protocol.Search(job, query, intent, limit, verify=verify), self._on_search_report
        )

    def _cancel(self) -> None:
        self._rest.stop()
        self._refresh.stop()
        if self._job is not None:
            other, self._job = self._job, None
            self._client.send(lambda job: protocol.Cancel(job, other))

    def _on_rest(self) -> None:
        self._search(verify=True)

    def _on_search_report(self, report: protocol.Report) -> None:
        if report.job != self._job:
            return
        match report:
            case protocol.RankingReady():
                if report.ranking.stage is not Stage.FIRST or not self._has_verified_answer():
                    self._take(report.ranking, report.rows)
            case protocol.Verifying():
                self.verifying.emit(report.done, report.total)
            case protocol.Failed():
                self._failure = (report.sentence, report.hint)
                self._history.replace(replace(self.place, generation=self._asked_generation))
                self.search_failed.emit(report.sentence, report.hint)
            case protocol.Finished():
                self._job = None
                if self._is_behind:
                    self._search(verify=False)
                else:
                    self._refresh_if_old()

    def _take(self, ranking: Ranking, rows: tuple[PhotoRow, ...]) -> None:
        self._failure = None
        self._history.replace(replace(self.place, ranking=ranking, rows=rows, generation=self._asked_generation))
        self.ranking_changed.emit(ranking.stage)

    def _has_verified_answer(self) -> bool:
        """Whether a first look would be a step back: the same query is asked again for the sake of what is new."""
        return self.ranking is not None and self.ranking.stage is Stage.VERIFIED and self.place.generation >= 0

    # --- the library --------------------------------------------------------------------------------------------------

    def _on_any_report(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.Ready | protocol.LibraryChanged | protocol.OverviewReady):
            before, self._overview = self._overview, report.overview
            if isinstance(report, protocol.Ready):
                self._root = report.root
            if before is None or _searchable(before) != _searchable(report.overview):
                self._generation += 1
                self._refresh_if_old()
            self.overview_changed.emit()

    def _refresh_if_old(self) -> None:
        """Ask again, by and by, where the answer shown was given by an older library."""
        if self._is_old() and not self._refresh.isActive():
            self._refresh.start()

    def _is_old(self) -> bool:
        is_shown = bool(self.query.pictures) and self.page in {Page.RESULTS, Page.PHOTO}
        return is_shown and not self.is_searching and self.place.generation != self._generation

    def _on_refresh(self) -> None:
        if self._is_old():
            self._search(verify=True)


def _searchable(overview: Overview) -> tuple[int, int, int]:
    return (overview.photos, overview.looked, overview.closer)

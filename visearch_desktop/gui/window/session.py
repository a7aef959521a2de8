"""What the pages of one window share: the query, its answer, the selection, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from visearch_desktop.gui.groups.groups import Groups
from visearch_desktop.gui.window import parts
from visearch_desktop.gui.window.places import STAY, Page, Place
from visearch_desktop.gui.window.session_searches import SessionSearches
from visearch_desktop.library.rows import PhotoView
from visearch_desktop.search.query import Query, QueryPicture, Together

if TYPE_CHECKING:
    from visearch_desktop.core.region import Region
    from visearch_desktop.gui.client import LibraryClient


class Session(SessionSearches):
    """The state of one window. Pages read its properties, call its methods and listen to its signals.

    What it says of searches and of the library is listed in ``SessionSearches``.

    Attributes:
        groups: the photos that the person said to show the same.

    Signals:
        query_changed: the pictures, a region or the intent.
        selection_changed: the selected photo.
        view_changed: which photos the library page shows.
        page_changed: another page, or another photo on it; also after back and forward.
        regions_settled: a region came to rest (for the screen reader and for counting its details).
    """

    query_changed = Signal()
    selection_changed = Signal()
    view_changed = Signal()
    page_changed = Signal()
    regions_settled = Signal()

    def __init__(self, client: LibraryClient, parent: QObject | None = None, *, intent: str = "same") -> None:
        super().__init__(client, parent, Place(intent=intent))
        self.groups = Groups(client, self)

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
        self._search_while_it_moves()
        self.query_changed.emit()
        if not dragging:
            self.regions_settled.emit()

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
            self._start_over()
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

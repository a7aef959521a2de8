"""What a window's session is at: the query, its answer, the selection, and what the library has said of itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from visearch_desktop.gui.window import parts
from visearch_desktop.gui.window.places import History, Page, Place
from visearch_desktop.library.rows import Overview, PhotoRow, PhotoView
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.query import Query, QueryPicture


class SessionState(QObject):
    """The part of ``Session`` that is read."""

    def __init__(self, parent: QObject | None, start: Place) -> None:
        super().__init__(parent)
        self._history = History(start)
        self._root: Path | None = None
        self._overview: Overview | None = None
        self._failure: tuple[str, str] | None = None

    @property
    def place(self) -> Place:
        """Where the window is."""
        return self._history.current

    @property
    def page(self) -> Page:
        """The page shown."""
        return self.place.page

    @property
    def query(self) -> Query:
        """What is looked for; no pictures where nothing is."""
        return self.place.query

    @property
    def intent(self) -> str:
        """The name of the intent."""
        return self.place.intent

    @property
    def ranking(self) -> Ranking | None:
        """The newest answer to the query."""
        return self.place.ranking

    @property
    def rows(self) -> tuple[PhotoRow, ...]:
        """The photos of the ranking's hits, one each."""
        return self.place.rows

    @property
    def selected(self) -> int | None:
        """The selected photo's id."""
        return self.place.selected

    @property
    def view(self) -> PhotoView:
        """Which photos the library page shows."""
        return self.place.view

    @property
    def shown(self) -> QueryPicture | None:
        """The picture on the photo page."""
        return self.place.shown

    @property
    def compared(self) -> int | None:
        """The photo beside the query on the compare page."""
        return self.place.compared

    def part_for(self, photo_id: int | None) -> QueryPicture | None:
        """The picture of the query that a photo is compared with: the one that its hit, if it is one, tells about."""
        hits = self.ranking.hits if self.ranking else ()
        part = next((hit.part for hit in hits if hit.photo_id == photo_id), 0)
        return parts.compared_part(self.query, part)

    @property
    def failure(self) -> tuple[str, str] | None:
        """Sentence and hint, where the query could not be answered."""
        return self._failure

    @property
    def overview(self) -> Overview | None:
        """The library in numbers; None before it is open."""
        return self._overview

    @property
    def root(self) -> Path | None:
        """The library's folder; None before it is open."""
        return self._root

    @property
    def can_go_back(self) -> bool:
        """Whether ``back`` leads somewhere."""
        return self._history.can_go_back

    @property
    def page_before(self) -> Page | None:
        """The page that ``back`` leads to."""
        before = self._history.before
        return None if before is None else before.page

    @property
    def can_go_forward(self) -> bool:
        """Whether ``forward`` leads somewhere."""
        return self._history.can_go_forward

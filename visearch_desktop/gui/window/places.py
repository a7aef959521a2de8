"""Where the window is, and where it has been."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from visearch_desktop.library.rows import PhotoRow, PhotoView
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.query import Query, QueryPicture

STAY = -1.0


class Page(StrEnum):
    """The pages of the window."""

    START = "start"
    LIBRARY = "library"
    DUPLICATES = "duplicates"  # how the library page shows the groups of near duplicates
    RESULTS = "results"
    PHOTO = "photo"
    COMPARE = "compare"
    PROBLEMS = "problems"
    SETTINGS = "settings"
    EVALUATION = "evaluation"


@dataclass(frozen=True, slots=True)
class Place:
    """Everything that back and forward restore.

    Attributes:
        view: which photos the library page shows.
        query, intent: what is looked for.
        shown: the picture on the photo page.
        compared: the photo on the compare page.
        selected: the selected photo.
        scroll: how far the page is scrolled, px; ``STAY``: as far as it is.
        ranking, rows: the answer as it stood; asked for again where the library changed since ``generation``.
    """

    page: Page = Page.LIBRARY
    view: PhotoView = field(default_factory=PhotoView)
    query: Query = field(default_factory=Query)
    intent: str = "same"
    shown: QueryPicture | None = None
    compared: int | None = None
    selected: int | None = None
    scroll: float = 0.0
    ranking: Ranking | None = None
    rows: tuple[PhotoRow, ...] = ()
    generation: int = 0


class History:
    """A line of places with one of them current; going somewhere new drops what lay ahead."""

    LONGEST = 100

    def __init__(self, start: Place) -> None:
        self._places = [start]
        self._at = 0

    @property
    def current(self) -> Place:
        """The place the window is at."""
        return self._places[self._at]

    @property
    def before(self) -> Place | None:
        """Where ``step(-1)`` leads; None at the beginning."""
        return self._places[self._at - 1] if self._at else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before this one."""
        return self._at > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a place after this one."""
        return self._at < len(self._places) - 1

    def push(self, place: Place) -> None:
        """Go somewhere new."""
        del self._places[self._at + 1 :]
        self._places.append(place)
        del self._places[: -self.LONGEST]
        self._at = len(self._places) - 1

    def replace(self, place: Place) -> None:
        """Change the current place without going anywhere."""
        self._places[self._at] = place

    def step(self, by: int) -> Place:
        """Go back (-1) or forward (1); stays where it is at either end."""
        self._at = min(max(self._at + by, 0), len(self._places) - 1)
        return self.current

"""The searches of one window: one at a time, quick ones while a box moves, asked again when the library has grown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from visearch_desktop.gui.theme.metrics import REST_MS
from visearch_desktop.gui.window.places import Page, Place
from visearch_desktop.gui.window.session_state import SessionState
from visearch_desktop.library.rows import Overview, PhotoRow
from visearch_desktop.search.hits import Ranking, Stage
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient

REFRESH_MS = 3000
FIRST_LIMIT, LIMIT_GROWS = 300, 4


class SessionSearches(SessionState):
    """The part of ``Session`` that asks the library and takes in what it answers.

    Signals:
        ranking_changed: a new ranking (its ``Stage``), or None when there is none any more.
        search_failed: sentence and hint; the query could not be answered.
        verifying: done, total.
        overview_changed: the library in numbers.
    """

    ranking_changed = Signal(object)
    search_failed = Signal(str, str)
    verifying = Signal(int, int)
    overview_changed = Signal()

    def __init__(self, client: LibraryClient, parent: QObject | None, start: Place) -> None:
        super().__init__(parent, start)
        self._client = client
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

    def ask_for_more(self) -> None:
        """Ask for a longer ranking of the same query, if there may be more hits than it has."""
        ranking = self.ranking
        if ranking is None or self.is_searching or len(ranking.hits) >= ranking.searched:
            return
        if len(ranking.hits) >= self._limit:
            self._limit *= LIMIT_GROWS
            self._search(verify=True)

    # --- the searches -------------------------------------------------------------------------------------------------

    def _search_now(self) -> None:
        self._rest.stop()
        self._search(verify=True)

    def _search_while_it_moves(self) -> None:
        """A first look now, or when the one under way has come; a verified answer when the box has rested."""
        self._rest.start()
        if self._job is not None and self._is_quick:
            self._is_behind = True
        else:
            self._search(verify=False)

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

    def _start_over(self) -> None:
        """Something else is looked for now."""
        self._cancel()
        self._limit = FIRST_LIMIT

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

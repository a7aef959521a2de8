"""The results page: what was found, grouped by how sure it is, following the query as it changes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from visearch_desktop.gui import dates
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.notice import Notice
from visearch_desktop.gui.grid.photo_actions import PhotoActions
from visearch_desktop.gui.grid.selection_link import SelectionLink
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.results.model import ResultsModel
from visearch_desktop.gui.theme.metrics import SPACE_16
from visearch_desktop.gui.theme.surfaces import button
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.hits import Confidence, Stage
from visearch_desktop.search.query import Together

PATIENCE_MS = 300  # so long the old answer stays before "Searching" is said


class ResultsPage(QWidget):
    """The hits of ``session.ranking``.

    Attributes:
        is_growing: whether photos are being looked at, so that more may be found.
        grid: the hits.
        actions_on_photos: what can be done with them.

    Signals:
        said: a sentence for the toast, or for the screen reader.
    """

    said = Signal(str)

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._thumbnails = Thumbnails(client, self)
        self.model = ResultsModel(self)
        self.grid = GridView(self._thumbnails, with_hits=True, parent=self)
        self.grid.setModel(self.model)
        self.grid.setAccessibleName(self.tr("Hits"))
        self.actions_on_photos = PhotoActions(session, self.grid)
        self.actions_on_photos.said.connect(self.said)
        self.notice = Notice("search", self)
        self.footer = self._make_footer()
        self._link = SelectionLink(session, self.grid, Page.RESULTS)
        self.is_growing = self._shows_everything = False
        self._shown_query: object = None
        self._scroll_to: float | None = None
        self._is_waiting_for_release = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._say_searching)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.notice)
        self.setFocusProxy(self.grid)
        self.grid.viewport().installEventFilter(self)
        self.grid.moved.connect(self._on_moved)
        session.ranking_changed.connect(self._on_ranking)
        session.page_changed.connect(self._on_page)
        session.search_failed.connect(self._on_failed)
        self._on_page()
        self._on_ranking(None)

    def _make_footer(self) -> QWidget:
        footer = QWidget()
        row = QHBoxLayout(footer)
        row.setContentsMargins(SPACE_16, 0, SPACE_16, SPACE_16)
        self._more = button(self.tr("Show what looks similar"), "images", parent=footer)
        self._more.clicked.connect(self.show_everything)
        row.addStretch()
        row.addWidget(self._more)
        row.addStretch()
        footer.hide()
        return footer

    # --- a new ranking ------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_ranking(self, _stage: Stage | None) -> None:
        """Show the session's ranking; not while a mouse button is down in the grid."""
        if self._session.ranking is None:
            if self._session.query.pictures and self._session.failure is None:
                self._patience.start()
            else:
                self._patience.stop()
                self.model.show_ranking(None, (), everything=False)
            return
        if self.grid.is_pressed and self.grid.isVisible() and self.model.rowCount():
            self._is_waiting_for_release = True
            return
        self._show_ranking()

    def _show_ranking(self) -> None:
        self._patience.stop()
        session, ranking = self._session, self._session.ranking
        parts = [(picture.photo_id or picture.name, picture.minus) for picture in session.query.pictures]
        what = (parts, session.query.together, session.intent)
        is_new_query = what != self._shown_query
        if is_new_query:
            self._shown_query, self._shows_everything = what, False
        place = self.grid.hold_place()
        with self._link.silent():
            new = self.model.show_ranking(ranking, session.rows, everything=self._shows_everything)
            if self._scroll_to is not None or is_new_query:
                self.grid.verticalScrollBar().setValue(round(self._scroll_to or 0))
            else:
                self.grid.restore_place(place)
        self._scroll_to = None
        self._link.follow_in_place()
        if new:
            self.grid.fade_in(new)
        self._show_footer()
        self._show_stack()
        if ranking is not None and ranking.stage is Stage.VERIFIED:
            self._announce()

    def _announce(self) -> None:
        """Tell the screen reader what was found, without moving its focus."""
        count, sure = dates.number(self.model.rowCount()), dates.number(self.model.count_of(Confidence.SURE))
        self.grid.setAccessibleDescription(self.tr("{} hits, {} sure").format(count, sure))

    # --- more ---------------------------------------------------------------------------------------------------------

    @Slot()
    def show_everything(self) -> None:
        """Show the rest of the ranking too: all of the library, best first, in steps."""
        self._shows_everything = True
        if self._session.ranking is not None:
            self._show_ranking()

    def _show_footer(self) -> None:
        ranking = self._session.ranking
        hidden = ranking.searched - self.model.rowCount() if ranking and not self._shows_everything else 0
        self.grid.set_footer(self.footer if hidden > 0 and self.model.rowCount() else None)

    @Slot()
    def _on_moved(self) -> None:
        """Get more hits when the end of those that are here comes near."""
        bar = self.grid.verticalScrollBar()
        is_near_the_end = bar.maximum() - bar.value() < 2 * self.grid.viewport().height()
        if self._shows_everything and is_near_the_end and self.model.rowCount() and self.isVisible():
            self._session.ask_for_more()

    # --- nothing found ------------------------------------------------------------------------------------------------

    def show_growing(self, is_growing: bool) -> None:
        """Photos are being looked at, or no more: "none shows this" is true only then."""
        if is_growing != self.is_growing:
            self.is_growing = is_growing
            if self._session.failure is None:
                self._show_stack()

    def _show_stack(self) -> None:
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.grid)
            return
        ranking, overview = self._session.ranking, self._session.overview
        if ranking is None:
            return
        choices = []
        if ranking.hits:
            choices.append((self.tr("Show what looks similar"), self.show_everything))
        query = self._session.query
        has_region = any(picture.region is not None for picture in query.wanted)
        wants_all = len(query.wanted) > 1 and query.together is Together.ALL
        if wants_all:
            choices.append((self.tr("Search for any of these"), self._search_for_any))
        elif has_region and len(query.pictures) == 1:
            choices.append((self.tr("Search for the whole picture"), self._search_for_whole))
        hint = ""
        if 0 <= ranking.query_details < 20 and has_region:
            few = self.tr("The region has too little to hold on to: {} details. Draw it larger.")
            hint = few.format(dates.number(ranking.query_details))
        if self.is_growing or (overview is not None and overview.looked < overview.photos):
            sentence = self.tr("Nothing yet in the {} photos done so far. This page fills by itself.")
        elif wants_all:
            sentence = self.tr("None of {} photos shows all of this.")
        else:
            sentence = self.tr("None of {} photos shows this.")
        self.notice.say(sentence.format(dates.number(ranking.searched)), hint, tuple(choices))
        self._stack.setCurrentWidget(self.notice)

    @Slot()
    def _search_for_whole(self) -> None:
        self._session.set_region(0, None)

    @Slot()
    def _search_for_any(self) -> None:
        self._session.set_together(Together.ANY)

    @Slot()
    def _say_searching(self) -> None:
        if self._session.ranking is None and self._session.query.pictures:
            self.model.show_ranking(None, (), everything=False)
            self.notice.say(self.tr("Searching…"))
            self._stack.setCurrentWidget(self.notice)

    @Slot(str, str)
    def _on_failed(self, sentence: str, hint: str) -> None:
        self._patience.stop()
        self.model.show_ranking(None, (), everything=False)
        self.notice.say(sentence, hint)
        self._stack.setCurrentWidget(self.notice)

    # --- going about --------------------------------------------------------------------------------------------------

    @Slot()
    def _on_page(self) -> None:
        if self._session.page == Page.RESULTS:
            self._scroll_to = self._session.place.scroll

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and self._is_waiting_for_release:
            self._is_waiting_for_release = False
            QTimer.singleShot(0, self, self._show_ranking)
        return super().eventFilter(watched, event)

    def stop(self) -> None:
        """End the threads of this page."""
        self._thumbnails.stop()

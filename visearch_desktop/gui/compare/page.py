"""The page that says why a photo is a hit: query and hit with what connects them, one sentence, and the other hits."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from visearch_desktop.gui.announce import announce
from visearch_desktop.gui.compare.asking import Asking
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.paint import heat_image
from visearch_desktop.gui.compare.panes import ComparePanes
from visearch_desktop.gui.compare.sentence_row import SentenceRow
from visearch_desktop.gui.compare.tool_row import STEP, ToolRow
from visearch_desktop.gui.compare.why_not import WhyNotPanel
from visearch_desktop.gui.grid.file_manager import show_in_file_manager
from visearch_desktop.gui.photo.answer_strip import AnswerStrip
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import Comparison, HeatMap, PhotoRow, Trace
from visearch_desktop.search.hits import Hit
from visearch_desktop.search.query import QueryPicture

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.window.session import Session

FILM_HEIGHT = 64
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class ComparePage(QWidget):
    """Shows ``session.query`` beside ``session.compared``."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._query: QueryPicture | None = None
        self._photo: int | None = None
        self._file: Path | None = None
        self._comparison: Comparison | None = None
        self.asking = Asking(client, self)
        self.tools = ToolRow(self)
        self.panes = ComparePanes(self)
        self.why_not = WhyNotPanel(self)
        self.why_not.hide()
        self.film = AnswerStrip(client, session, self, picture_height=FILM_HEIGHT, is_film=True)
        self.said = SentenceRow(self)
        self._build()
        self._connect()

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.tools, self.panes, self.said, self.why_not, self.film):
            layout.addWidget(part, 1 if part is self.panes else 0)
        self.setFocusProxy(self.panes)
        in_order = (
            self.panes, self.said.why_button, self.said.show_button, self.why_not.another, self.why_not.close_button,
            self.film,
        )  # fmt: skip
        for one, other in pairwise(in_order):
            self.setTabOrder(one, other)

    def _connect(self) -> None:
        tools = self.tools
        tools.back.clicked.connect(self._session.back)
        tools.mode_chosen.connect(self._on_mode)
        tools.shown_changed.connect(self._on_shown)
        tools.blink_chosen.connect(self.panes.blinker.set_every)
        tools.flips.toggled.connect(self.panes.set_flips)
        tools.together.toggled.connect(self.panes.set_zooms_together)
        tools.zoom_asked.connect(self.panes.zoom_by)
        self.panes.zoom_changed.connect(tools.show_zoom)
        self.panes.place_changed.connect(self._on_place)
        self.said.show_button.clicked.connect(self._on_show_in_folder)
        self.said.why_button.toggled.connect(self._on_why)
        self.why_not.closed.connect(self._on_why_closed)
        self.why_not.another_asked.connect(self.choose_missing)
        self.film.chosen.connect(self._on_film)
        self.asking.query_ready.connect(self._on_query_ready)
        self.asking.photo_ready.connect(self.panes.show_hit)
        self.asking.compared.connect(self._on_comparison)
        self.asking.heat_ready.connect(self._on_heat)
        self.asking.traced.connect(self._on_trace)
        self.asking.failed.connect(self._on_failed)
        self._session.page_changed.connect(self._on_page_changed)
        self._session.ranking_changed.connect(self._on_page_changed)
        self._on_page_changed()

    # --- what is compared -----------------------------------------------------------------------------------------

    def _on_page_changed(self) -> None:
        compared = self._session.compared
        picture = self._session.part_for(compared)
        if self._session.page is not Page.COMPARE or picture is None:
            return
        is_another_query = picture != self._query
        if is_another_query:
            self.asking.for_query(picture)
        if compared is not None and (compared != self._photo or is_another_query):
            self._compare(picture, compared)
        else:
            self._show_hit()
        self._query, self._photo = picture, compared
        self.film.selectionModel().clear()  # the photo may be none of the hits
        if compared is not None:
            self.film.show_current(compared)

    def _compare(self, picture: QueryPicture, photo_id: int) -> None:
        self._forget()
        self._file = None
        self._say(self.tr("Comparing…"))
        row, hit = self._row_and_hit(photo_id)
        self.said.show_names(picture.name, row, *self._place_among_hits(hit))
        self.asking.for_photo(QueryPicture(photo_id=photo_id))
        self.asking.for_comparison(picture, photo_id)
        if self.tools.mode is Mode.HEAT:
            self.asking.for_heat(picture, photo_id)
        if self.said.why_button.isChecked():
            self._follow(QueryPicture(photo_id=photo_id))

    def _forget(self) -> None:
        self._comparison = None
        self.panes.forget_comparison()

    def _on_film(self, photo_id: int) -> None:
        self._photo = None  # a file may be shown in its stead
        self._session.compare(photo_id)

    def _on_query_ready(self, image: object, width: int, height: int) -> None:
        self.panes.show_query(image, width, height, self._query.region if self._query else None)  # type: ignore[arg-type]

    def _on_comparison(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.panes.show_comparison(comparison)
        self.tools.show_mirrored(comparison.is_mirrored)
        self.tools.allow_perspective(comparison.homography is not None)
        self._show_hit()

    def _show_hit(self) -> None:
        """What the search says of the photo, which may still change, beside what the comparison says."""
        comparison, (row, hit) = self._comparison, self._row_and_hit(self._photo)
        if comparison is None:
            return
        rank, of = self._place_among_hits(hit)
        self.panes.show_found(hit.quad if hit else None, hit.estimated if hit else None)
        self.said.show_comparison(comparison, hit, bool(rank))
        self.panes.setAccessibleDescription(self.said.sentence.text())
        self.said.show_names(self._query.name if self._query else "", row, rank, of)
        self._show_place()

    def _on_heat(self, heat: HeatMap | None) -> None:
        if heat is None:
            self.panes.show_heat(None, self.tr("No heat map: photos are not described by a network (Settings)"))
        else:
            self.panes.show_heat(heat_image(heat, tokens(self)))

    def _on_failed(self, kind: str, sentence: str) -> None:
        if kind == "trace":
            self.why_not.say(sentence)
        elif kind == "heat":
            self.panes.show_heat(None, sentence)
        else:
            self._say(sentence)

    # --- words ----------------------------------------------------------------------------------------------------

    def _row_and_hit(self, photo_id: int | None) -> tuple[PhotoRow | None, Hit | None]:
        ranking = self._session.ranking
        pairs = zip(self._session.rows, ranking.hits if ranking else (), strict=False)
        return next(((row, hit) for row, hit in pairs if hit.photo_id == photo_id), (None, None))

    def _place_among_hits(self, hit: Hit | None) -> tuple[int, int]:
        """The hit's number and how many are shown; zeros for a photo that is none of them."""
        ranking = self._session.ranking
        if hit is None or ranking is None or hit.rank > ranking.standing_out:
            return 0, 0
        return hit.rank, min(ranking.standing_out, len(ranking.hits))

    def _on_place(self, _place: int) -> None:
        """Another place of the photo, or another comparison, is shown."""
        self._show_place()
        if len(self.panes.places) > 1:
            announce(self.panes, self.said.others.text())

    def _show_place(self) -> None:
        matches, found = self.panes.matches, self.panes.places
        self.tools.show_matches(matches)
        if len(found) > 1:
            self.said.show_place(self.panes.place, len(found))
        elif self.panes.is_mirrored and not self._session.query.mirrored:
            self.said.show_mirrored()
        else:
            self.said.show_ignored(matches.tentative_total, matches.agreeing_total)

    def _say(self, sentence: str) -> None:
        self.said.say("", sentence)
        self.panes.setAccessibleDescription(sentence)

    # --- why was it not found? ------------------------------------------------------------------------------------

    def choose_missing(self) -> None:
        """Open the system's dialog for a photo that was not found; does not wait for it."""
        overview = self._session.overview
        start = str(overview.folders[0].path) if overview is not None and overview.folders else ""
        self.asking.choose_file(start, self.ask_why_not)

    def ask_why_not(self, path: Path) -> None:
        """Follow a file through the search."""
        self.why_not.show()
        self.said.check_why(True)
        self._follow(QueryPicture(path=path, name=path.name))

    def _follow(self, asked: QueryPicture) -> None:
        self.why_not.say(self.tr("Following the photo through the search…"))
        self.asking.for_trace(self._session.query, asked, self._session.intent)

    def _on_why(self, is_wanted: bool) -> None:
        self.why_not.setVisible(is_wanted)
        if is_wanted and self._photo is not None:
            self._follow(QueryPicture(photo_id=self._photo))

    def _on_why_closed(self) -> None:
        self.said.why_button.setChecked(False)
        self.panes.setFocus()

    def _on_trace(self, trace: Trace, asked: QueryPicture) -> None:
        """Show the steps, and the photo beside the query, whether or not the library has it."""
        _, hit = self._row_and_hit(trace.photo_id)
        rank, of = self._place_among_hits(hit)
        if hit is not None and hit.estimated is not None:  # by the look of other hits, too, which one photo has not
            trace = replace(trace, has_alike_part=True)
        query, compared = self._session.query, self._comparison if trace.photo_id == self._photo else None
        self.why_not.show_trace(
            trace,
            rank,
            of,
            has_region=self._query is not None and self._query.region is not None,
            tries_turned=query.mirrored,
            is_mirrored=self.panes.is_mirrored and trace.photo_id == self._photo,
            agreeing=compared.inliers if compared is not None and compared.homography is not None else 0,
        )
        if trace.photo_id is not None and trace.photo_id != self._photo:
            self._session.compare(trace.photo_id)
        elif trace.photo_id is None:
            self._photo = self._session.compared  # not to be compared again now
            self._session.show_page(Page.COMPARE)
            self._forget()
            self.tools.allow_perspective(False)
            self._show_file(asked)

    def _show_file(self, asked: QueryPicture) -> None:
        """A file that is no photo of the library, beside the query."""
        self._file = asked.path
        self.asking.for_photo(asked)
        self.said.show_file(asked.name)
        self.panes.setAccessibleDescription(self.said.sentence.text())
        self.film.selectionModel().clear()

    # --- switches -------------------------------------------------------------------------------------------------

    def _on_mode(self, mode: Mode) -> None:
        self.panes.set_mode(mode)
        if mode is Mode.HEAT and self.panes.heat is None and self._query is not None and self._photo is not None:
            self.panes.show_heat(None, self.tr("Making the heat map…"))
            self.asking.for_heat(self._query, self._photo)

    def _on_shown(self) -> None:
        tools = self.tools
        self.panes.set_shown(
            agreeing=tools.agreeing.isChecked(),
            tentative=tools.tentative.isChecked(),
            lines=not tools.points.isChecked(),
        )
        tools.show_matches(self.panes.matches)

    def _on_show_in_folder(self) -> None:
        row, _ = self._row_and_hit(self._photo)
        path = self._file or (row.path if row is not None else None)
        if path is not None:
            show_in_file_manager(path)

    # --- keys -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down if shift:
                self.panes.step(*ARROWS[key])
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.film.walk(-1 if key == Qt.Key.Key_Left else 1)
            case Qt.Key.Key_B if not event.isAutoRepeat():
                self.panes.set_blinking(True)
            case Qt.Key.Key_Escape:
                self._session.back()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.panes.zoom_by(STEP)
            case Qt.Key.Key_Minus:
                self.panes.zoom_by(1 / STEP)
            case Qt.Key.Key_0:
                self.panes.zoom_by(0)
            case Qt.Key.Key_1 | Qt.Key.Key_2 | Qt.Key.Key_3 | Qt.Key.Key_4 | Qt.Key.Key_5:
                self.tools.choose(key - Qt.Key.Key_0)
            case Qt.Key.Key_P if self.tools.mode is Mode.LINES:
                self.tools.points.toggle()
            case Qt.Key.Key_M if self.tools.flips.isVisible():
                self.tools.flips.toggle()
            case Qt.Key.Key_N:
                self.panes.choose_place(self.panes.place + 1)
            case Qt.Key.Key_W:
                self.said.why_button.toggle()
            case _:
                super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self.panes.set_blinking(False)
        else:
            super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.panes.update()
        elif event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.panes.set_blinking(False)  # the key may be let go elsewhere
        super().changeEvent(event)

    def stop(self) -> None:
        """End what runs in the background."""
        self.film.stop()
        self.panes.blinker.let_run(False)

"""The page that says why a photo is a hit: query and hit with what connects them, one sentence, and the other hits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visearch_desktop.gui import dates, explain
from visearch_desktop.gui.compare.paint import MOST_AGREEING, MOST_TENTATIVE
from visearch_desktop.gui.compare.panes import ComparePanes, Mode
from visearch_desktop.gui.details.panel import Bars
from visearch_desktop.gui.grid.file_manager import show_in_file_manager
from visearch_desktop.gui.photo.answer_strip import AnswerStrip
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import RAIL_BELOW, SPACE_4, SPACE_8, SPACE_12, SPACE_16, TOOL_ROW_HEIGHT
from visearch_desktop.gui.theme.surfaces import QUIET, Surface, button, icon_button, label
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import Comparison, PhotoRow
from visearch_desktop.search.hits import Hit
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.window.session import Session

PREVIEW_PX = 1600
STEP = 1.5
FILM_HEIGHT = 64

MODE_ICONS = {Mode.LINES: "spline", Mode.BLINK: "layers", Mode.SWIPE: "columns-2", Mode.DIFFERENCE: "contrast"}


class ComparePage(QWidget):
    """Shows ``session.query`` beside ``session.compared``."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._query: QueryPicture | None = None
        self._photo: int | None = None
        self._query_job = self._photo_job = self._compare_job = 0
        self.panes = ComparePanes(self)
        self.film = AnswerStrip(client, session, self, picture_height=FILM_HEIGHT, is_film=True)
        self.bars = Bars(self)
        self.word = label("", Type.SECTION, parent=self)
        self.sentence = label("", wrap=True, parent=self)
        self.others = label("", Type.SMALL, QUIET, parent=self)
        self.names = label("", Type.SMALL, QUIET, parent=self)
        self._build()
        self._connect()

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tool_row())
        layout.addWidget(self.panes, 1)
        layout.addWidget(self._sentence_row())
        layout.addWidget(self.film)
        self.setFocusProxy(self.panes)

    def _tool_row(self) -> QWidget:
        self.back_button = button(self.tr("Results"), "chevron-left", parent=self)
        self.back_button.setFlat(True)
        self.back_button.setToolTip(self.tr("Back to the results (Esc)"))
        self.modes = QButtonGroup(self)
        titles = {
            Mode.LINES: (self.tr("Lines"), self.tr("Lines between the details that match")),
            Mode.BLINK: (self.tr("Blink"), self.tr("Hold B, or press on the photo, to lay the query over it")),
            Mode.SWIPE: (self.tr("Swipe"), self.tr("Drag across the photo to uncover it")),
            Mode.DIFFERENCE: (self.tr("Difference"), self.tr("Black where both are the same")),
        }
        self._titles = {mode: title for mode, (title, _) in titles.items()}
        self.mode_buttons: dict[Mode, QPushButton] = {}
        for mode, (title, tip) in titles.items():
            made = self.mode_buttons[mode] = button(title, MODE_ICONS[mode], parent=self)
            made.setCheckable(True)
            made.setToolTip(tip)
            made.setAccessibleName(title)
            self.modes.addButton(made)
        self.mode_buttons[Mode.LINES].setChecked(True)
        self.agreeing, self.tentative = QCheckBox(self, checked=True), QCheckBox(self, checked=True)
        self.showing = label("", Type.SMALL, QUIET, parent=self)
        self.smaller = icon_button("minus", self.tr("Zoom out"), "-")
        self.fit = button(self.tr("Fit"), parent=self)
        self.fit.setToolTip(self.tr("Fit (0)"))
        self.larger = icon_button("plus", self.tr("Zoom in"), "+")
        self.together = QCheckBox(self.tr("Zoom together"), self, checked=True)
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_8, 0, SPACE_16, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self.back_button)
        segment = QHBoxLayout()
        segment.setSpacing(SPACE_4)
        for one in self.mode_buttons.values():
            segment.addWidget(one)
        row.addLayout(segment)
        for widget in (self.agreeing, self.tentative, self.showing):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.smaller, self.fit, self.larger, self.together):
            row.addWidget(widget)
        return self._row(row, TOOL_ROW_HEIGHT, Qt.Edge.BottomEdge)

    def _sentence_row(self) -> QWidget:
        self.show_button = button(self.tr("Show in folder"), "folder-open", parent=self)
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_8)
        row.setSpacing(SPACE_12)
        row.addWidget(self.bars)
        row.addWidget(self.word)
        row.addWidget(self.sentence, 1)
        for widget in (self.others, self.names, self.show_button):
            row.addWidget(widget)
        return self._row(row, 56, Qt.Edge.TopEdge)

    def _row(self, layout: QHBoxLayout, height: int, rule: Qt.Edge) -> QWidget:
        row = Surface(rule, parent=self)
        row.setMinimumHeight(height)
        row.setLayout(layout)
        return row

    def _connect(self) -> None:
        self.back_button.clicked.connect(self._session.back)
        self.modes.buttonClicked.connect(self._on_mode)
        for box in (self.agreeing, self.tentative):
            box.toggled.connect(self._on_shown)
        self.together.toggled.connect(self.panes.set_zooms_together)
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.fit.clicked.connect(self._on_fit)
        self.panes.zoom_changed.connect(self._on_zoom)
        self.show_button.clicked.connect(self._on_show_in_folder)
        self.film.chosen.connect(self._session.compare)
        self._session.page_changed.connect(self._on_page_changed)
        self._session.ranking_changed.connect(self._on_page_changed)
        self._on_page_changed()

    # --- what is compared -----------------------------------------------------------------------------------------

    def _on_page_changed(self) -> None:
        compared, pictures = self._session.compared, self._session.query.pictures
        if self._session.page is not Page.COMPARE or compared is None or not pictures:
            return
        picture = pictures[0]
        if picture != self._query:
            self._ask_query(picture)
        if compared != self._photo or picture != self._query:
            self._ask_photo(picture, compared)
        self._query, self._photo = picture, compared
        self.film.show_current(compared)

    def _ask_query(self, picture: QueryPicture) -> None:
        whole = replace(picture, region=None)
        self._query_job = self._client.send(
            lambda job: protocol.GetPreview(job, whole, PREVIEW_PX), self._on_query_preview
        )

    def _ask_photo(self, picture: QueryPicture, photo_id: int) -> None:
        self.panes.forget_comparison()
        self._say("", self.tr("Comparing…"))
        self._photo_job = self._client.send(
            lambda job: protocol.GetPreview(job, QueryPicture(photo_id=photo_id), PREVIEW_PX), self._on_photo_preview
        )
        self._compare_job = self._client.send(lambda job: protocol.Compare(job, picture, photo_id), self._on_comparison)

    def _on_query_preview(self, report: protocol.Report) -> None:
        if report.job == self._query_job and isinstance(report, protocol.PreviewReady):
            region = self._query.region if self._query else None
            self.panes.show_query(QImage.fromData(report.encoded), report.width, report.height, region)
        self._on_failed(report, self._query_job)

    def _on_photo_preview(self, report: protocol.Report) -> None:
        if report.job == self._photo_job and isinstance(report, protocol.PreviewReady):
            self.panes.show_hit(QImage.fromData(report.encoded), report.width, report.height)
        self._on_failed(report, self._photo_job)

    def _on_comparison(self, report: protocol.Report) -> None:
        if report.job == self._compare_job and isinstance(report, protocol.ComparisonReady):
            self.panes.show_comparison(report.comparison)
            self._explain(report.comparison)
        self._on_failed(report, self._compare_job)

    def _on_failed(self, report: protocol.Report, job: int) -> None:
        if report.job == job and isinstance(report, protocol.Failed):
            self._say("", f"{report.sentence} {report.hint}".strip())

    # --- words ----------------------------------------------------------------------------------------------------

    def _row_and_hit(self) -> tuple[PhotoRow | None, Hit | None]:
        ranking = self._session.ranking
        pairs = zip(self._session.rows, ranking.hits if ranking else (), strict=False)
        return next(((row, hit) for row, hit in pairs if hit.photo_id == self._photo), (None, None))

    def _explain(self, comparison: Comparison) -> None:
        matches = self.panes.matches
        row, hit = self._row_and_hit()
        self._say(explain.word(hit.confidence) if hit else "", explain.why_compared(comparison))
        self.bars.setVisible(hit is not None)
        self.bars.show_bars(explain.BARS[hit.confidence] if hit else 0)
        left = matches.tentative_total
        self.others.setText(
            self.tr("%1 others point elsewhere and are ignored.").replace("%1", dates.number(left)) if left else ""
        )
        query = self._query.name if self._query else ""
        if row is not None:
            taken = dates.day(row.taken)
            self.names.setText(f"{query} → {row.name}" + (f", {taken}" if taken else ""))
        self.agreeing.setText(self.tr("%1 agreeing").replace("%1", dates.number(matches.agreeing_total)))
        self.tentative.setText(self.tr("%1 tentative").replace("%1", dates.number(left)))
        for mode in (Mode.BLINK, Mode.SWIPE, Mode.DIFFERENCE):
            self.mode_buttons[mode].setEnabled(comparison.homography is not None)
        if comparison.homography is None:
            self.mode_buttons[Mode.LINES].click()
        self._on_shown()

    def _say(self, word: str, sentence: str) -> None:
        self.word.setText(word)
        self.sentence.setText(sentence)
        self.others.clear()
        self.panes.setAccessibleDescription(sentence)

    # --- switches -------------------------------------------------------------------------------------------------

    def _on_mode(self, pressed: QPushButton) -> None:
        mode = next(mode for mode, one in self.mode_buttons.items() if one is pressed)
        self.panes.set_mode(mode)
        for box in (self.agreeing, self.tentative):
            box.setEnabled(mode is Mode.LINES)

    def _on_shown(self) -> None:
        self.panes.set_shown(agreeing=self.agreeing.isChecked(), tentative=self.tentative.isChecked())
        matches = self.panes.matches
        agreeing = min(MOST_AGREEING, len(matches.agreeing)) if self.agreeing.isChecked() else 0
        tentative = min(MOST_TENTATIVE, len(matches.tentative)) if self.tentative.isChecked() else 0
        text = self.tr("showing %1 and %2").replace("%1", str(agreeing)).replace("%2", str(tentative))
        self.showing.setText(text)

    def _on_smaller(self) -> None:
        self.panes.zoom_by(1 / STEP)

    def _on_larger(self) -> None:
        self.panes.zoom_by(STEP)

    def _on_fit(self) -> None:
        self.panes.zoom_by(0)

    def _on_zoom(self, zoom: float) -> None:
        self.fit.setText(self.tr("Fit") if zoom <= 1.001 else f"{zoom:.0%}")

    def _on_show_in_folder(self) -> None:
        row, _ = self._row_and_hit()
        if row is not None:
            show_in_file_manager(row.path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the switches are icons."""
        has_room = self.width() >= RAIL_BELOW
        for mode, one in self.mode_buttons.items():
            one.setText(self._titles[mode] if has_room else "")
        self.showing.setVisible(has_room)
        self.others.setVisible(has_room)
        super().resizeEvent(event)

    # --- keys -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self.film.walk(-1)
            case Qt.Key.Key_Right:
                self.film.walk(1)
            case Qt.Key.Key_B if not event.isAutoRepeat():
                self.panes.set_blinking(True)
            case Qt.Key.Key_Escape:
                self._session.back()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._on_larger()
            case Qt.Key.Key_Minus:
                self._on_smaller()
            case Qt.Key.Key_0:
                self._on_fit()
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
        super().changeEvent(event)

    def stop(self) -> None:
        """End what runs in the background."""
        self.film.stop()

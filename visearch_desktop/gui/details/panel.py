"""The details of the selected photo: a panel at the side, or a strip below in a small window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from visearch_desktop.gui import dates, explain
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.details.facts import Facts, facts_of_file, facts_of_hit
from visearch_desktop.gui.details.preview import Preview
from visearch_desktop.gui.details.selected import SelectedPhoto
from visearch_desktop.gui.grid.confidence_bars import WIDTH as BARS_WIDTH
from visearch_desktop.gui.grid.confidence_bars import paint_bars
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import DETAILS_WIDTH, SPACE_8, SPACE_12, SPACE_16, STRIP_HEIGHT
from visearch_desktop.gui.theme.surfaces import QUIET, Icon, Surface, button, icon_button, label
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.query import QueryPicture

PREVIEW = QSize(DETAILS_WIDTH - 2 * SPACE_16, (DETAILS_WIDTH - 2 * SPACE_16) * 3 // 4)


class Bars(QWidget):
    """The confidence bars as a widget; the word beside them says the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = 0
        self.setFixedSize(int(BARS_WIDTH) + 1, 12)

    def show_bars(self, bars: int) -> None:
        """Show one, two or three bars."""
        self._bars = bars
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bars(painter, 0, 11, 10, self._bars, tokens(self).accent)


class Sentence(QFrame):
    """A sentence with a bar of the accent beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = label("", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_16, 0, 0, 0)
        row.addWidget(self.text)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 0, 3, self.height(), tokens(self).accent)


class DetailsPanel(Surface):
    """The panel at the side, 336 px wide."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.LeftEdge, parent=parent)
        self._session = session
        self.selected = SelectedPhoto(client, session, self)
        self.selected.image_px = round(PREVIEW.width() * max(1.0, self.devicePixelRatioF()))
        self.setFixedWidth(DETAILS_WIDTH)
        self.setAccessibleName(self.tr("Details"))
        self.preview = Preview(PREVIEW, is_large=True)
        self.preview.pressed.connect(self._on_open)
        self.why = Sentence()
        self.facts_of_hit, self.facts_of_file = Facts(), Facts()
        self.facts_of_file.link_pressed.connect(self._on_folder)
        self._bars, self._word = Bars(), label("", Type.SECTION)
        self._name = label("", Type.STRONG)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._empty = label(self.tr("Select a photo to see its details."), Type.BASE, QUIET, wrap=True)
        self._lay_out()
        self.selected.changed.connect(self._show)
        session.query_changed.connect(self._show)
        self._show()

    # --- what it is made of -------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._offline = self._make_offline()
        self._verdict = self._make_verdict()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_16)
        column.setSpacing(SPACE_12)
        rule = Surface(Qt.Edge.TopEdge)
        rule.setFixedHeight(1)
        self._rule = rule
        self._buttons = self._make_buttons()
        parts = (self.preview, self._buttons, self._verdict, rule, self._name, self._offline, self.facts_of_file)
        for part in (self._empty, *parts):
            column.addWidget(part)
        column.addStretch()
        self._parts = parts
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(1, 0, 0, 0)
        around.addWidget(scroll)

    def _make_buttons(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        self.compare = button(self.tr("Compare"), "columns-2")
        self.compare.setToolTip(self.tr("Compare (C)"))
        self.compare.clicked.connect(self._on_compare)
        self.more_like_this = button(self.tr("More like this"), "scan-search")
        self.more_like_this.setToolTip(self.tr("More like this (S)"))
        self.more_like_this.clicked.connect(self._on_more)
        self.region = icon_button("square-dashed", self.tr("Draw a region"), "R", side=32)
        self.region.setAutoRaise(False)
        self.region.clicked.connect(self._on_open)
        row.addWidget(self.compare)
        row.addWidget(self.more_like_this)
        row.addStretch()
        row.addWidget(self.region)
        return made

    def _make_verdict(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_12)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self._bars)
        row.addWidget(self._word, 1)
        column.addLayout(row)
        column.addWidget(self.why)
        column.addWidget(self.facts_of_hit)
        return made

    def _make_offline(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        self.offline_note = label("", Type.SMALL, wrap=True)
        row.addWidget(Icon("hard-drive"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.offline_note, 1)
        return made

    # --- what it shows ------------------------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        selected, row, hit = self.selected, self.selected.row, self.selected.hit
        self._empty.setVisible(row is None)
        for part in self._parts:
            part.setVisible(row is not None)
        if row is None:
            return
        self._verdict.setVisible(hit is not None)
        self._rule.setVisible(hit is not None)
        self._offline.setVisible(row.is_offline)
        self.offline_note.setText(offline_sentence(selected))
        self.preview.show_photo(row, selected.image, hit)
        self.preview.setAccessibleName(explain.spoken(row, hit))
        self.compare.setEnabled(bool(self._session.query.pictures))
        self._name.setText(row.name)
        if hit is not None:
            self._bars.show_bars(explain.BARS[hit.confidence])
            self._word.setText(explain.word(hit.confidence))
            self.why.text.setText(selected.why())
        self.facts_of_hit.show_facts(facts_of_hit(selected, self.tr))
        folder = self.tr("Folder") if selected.folder() else ""
        self.facts_of_file.show_facts(facts_of_file(selected, self.tr), folder)

    # --- what it does -------------------------------------------------------------------------------------------------

    @Slot()
    def _on_compare(self) -> None:
        if self.selected.photo_id is not None:
            self._session.compare(self.selected.photo_id)

    @Slot()
    def _on_more(self) -> None:
        if self.selected.photo_id is not None:
            self._session.ask(QueryPicture(photo_id=self.selected.photo_id, name=self.selected.name))

    @Slot()
    def _on_open(self) -> None:
        if self.selected.photo_id is not None:
            self._session.open_photo(self.selected.photo_id)

    @Slot()
    def _on_folder(self) -> None:
        folder = self.selected.folder()
        if folder is not None:
            self._session.show_view(folder[1])

    def stop(self) -> None:
        """End the decoding thread."""
        self.selected.stop()


class DetailsStrip(Surface):
    """The same in one line of 64 px, for a small window.

    Signals:
        details_asked: the person wants the whole panel.
    """

    details_asked = Signal()

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.TopEdge, parent=parent)
        self._session = session
        self.selected = SelectedPhoto(client, session, self)
        self.selected.image_px = round(64 * max(1.0, self.devicePixelRatioF()))
        self.setFixedHeight(STRIP_HEIGHT)
        self.setAccessibleName(self.tr("Details"))
        self.preview = Preview(QSize(64, 48), is_large=False)
        self.preview.pressed.connect(self._on_open)
        self._name, self._about, self.why = label("", Type.STRONG), label("", Type.SMALL, QUIET), label("", Type.SMALL)
        self.compare = button(self.tr("Compare"), "columns-2")
        self.compare.clicked.connect(self._on_compare)
        self.info = icon_button("info", self.tr("All details"))
        self.info.clicked.connect(self.details_asked)
        self._lay_out()
        self.selected.changed.connect(self._show)
        session.query_changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        for text in (self._about, self.why):
            text.setMinimumWidth(40)
        first = QHBoxLayout()
        first.setSpacing(0)
        first.addWidget(self._name)
        first.addWidget(self._about, 1)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addStretch()
        lines.addLayout(first)
        lines.addWidget(self.why)
        lines.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_16, 0, SPACE_16, 0)
        row.setSpacing(SPACE_12)
        row.addWidget(self.preview)
        row.addLayout(lines, 1)
        row.addWidget(self.compare)
        row.addWidget(self.info)

    @Slot()
    def _show(self) -> None:
        selected, row, hit = self.selected, self.selected.row, self.selected.hit
        for part in (self.preview, self.compare, self.info):
            part.setVisible(row is not None)
        self.preview.show_photo(row, selected.image, hit)
        self._name.setText(row.name if row else "")
        if row is None:
            self._about.setText(self.tr("Select a photo to see its details."))
            self.why.setText("")
            return
        self.preview.setAccessibleName(explain.spoken(row, hit))
        folder = selected.folder()
        about = [part for part in (dates.day(row.taken), folder[0] if folder else "") if part]
        self._about.setText("".join(f" · {part}" for part in about))
        self.why.setText(selected.why() or offline_sentence(selected))
        self.why.setVisible(bool(self.why.text()))
        self.compare.setEnabled(bool(self._session.query.pictures))

    @Slot()
    def _on_compare(self) -> None:
        if self.selected.photo_id is not None:
            self._session.compare(self.selected.photo_id)

    @Slot()
    def _on_open(self) -> None:
        if self.selected.photo_id is not None:
            self._session.open_photo(self.selected.photo_id)

    def stop(self) -> None:
        """End the decoding thread."""
        self.selected.stop()


def offline_sentence(selected: SelectedPhoto) -> str:
    """Why the photo itself cannot be opened; "" where it can."""
    if selected.row is None or not selected.row.is_offline:
        return ""
    folder = selected.folder()
    name = (
        folder[0].split(" › ", maxsplit=1)[0] if folder else (selected.details.folder_name if selected.details else "")
    )
    return explain.offline(name)

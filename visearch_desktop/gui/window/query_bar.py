"""The bar on top: the way back, what is looked for, and in which way."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from visearch_desktop.gui import dates
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import IconRole, icon, paint_icon
from visearch_desktop.gui.theme.surfaces import Surface, icon_button
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.gui.window.query_card import QueryCard
from visearch_desktop.gui.window.session import Session
from visearch_desktop.search.intents import intent_title
from visearch_desktop.search.query import Together

_NARROW = 1000
LEAST_FIELD = 80
LEAST_CARD_WITH_TEXT = 160
GAPS = 96  # beside and between what is not a card


class QueryField(QLineEdit):
    """Takes pictures: pasted, or named by the path of their file and Enter.

    Signals:
        pasted: what the clipboard holds, where that is more than text.
        path_entered: a path was typed or pasted.
    """

    pasted = Signal(QMimeData)
    path_entered = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(metrics.FIELD_HEIGHT)
        self.setMinimumWidth(LEAST_FIELD)
        self.setAcceptDrops(False)  # the window takes drops everywhere
        self.setTextMargins(6, 0, 4, 0)
        go = self.addAction(icon("search", IconRole.TEXT2), QLineEdit.ActionPosition.LeadingPosition)
        go.setText(self.tr("Search for the picture at this path"))
        go.triggered.connect(self._on_return)
        self.setAccessibleName(self.tr("Picture to search for"))
        self.setAccessibleDescription(self.tr("Paste a picture, or type the path of one and press Enter"))
        self.returnPressed.connect(self._on_return)

    def _on_return(self) -> None:
        typed = self.text().strip().strip('"')
        if typed:
            self.path_entered.emit(Path(typed).expanduser())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = QApplication.clipboard().mimeData()
        if event.matches(QKeySequence.StandardKey.Paste) and (held.hasImage() or held.hasUrls()):
            self.pasted.emit(held)
            return
        super().keyPressEvent(event)


class LookingForButton(QPushButton):
    """Says what is looked for; short of room only the intent itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._is_narrow = False
        self.setFixedHeight(metrics.FIELD_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_intent(self, name: str) -> None:
        """Show which intent is chosen."""
        self._title = intent_title(name)
        self.setAccessibleName(self.tr("Looking for: {title}").format(title=self._title))
        self.setToolTip(self.accessibleName())
        self.updateGeometry()
        self.update()

    def set_narrow(self, is_narrow: bool) -> None:
        """Leave out "Looking for:"."""
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.updateGeometry()
            self.update()

    def _before(self) -> str:
        return "" if self._is_narrow else self.tr("Looking for:")

    def sizeHint(self) -> QSize:
        quiet = QFontMetrics(font()).horizontalAdvance(self._before()) + 8 if self._before() else 0
        bold = QFontMetrics(font(Type.NAME)).horizontalAdvance(self._title)
        return QSize(14 + quiet + bold + 10 + 16 + 14, metrics.FIELD_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelButtonCommand, option, painter, self)
        of = tokens(self)
        left, middle = 14, Qt.AlignmentFlag.AlignVCenter
        for text, kind, colour in ((self._before(), Type.BASE, of.text2), (self._title, Type.NAME, of.text)):
            if text:
                painter.setFont(font(kind))
                painter.setPen(colour)
                painter.drawText(QRect(left, 0, self.width() - left - 28, self.height()), middle, text)
                left += painter.fontMetrics().horizontalAdvance(text) + 8
        paint_icon(painter, "chevron-down", of.text, QRect(self.width() - 30, (self.height() - 16) // 2, 16, 16))


class QueryBar(Surface):
    """Back, forward, query cards, field, looking for, clear; 72 px high, always."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Edge.BottomEdge, parent=parent)
        self._client, self._session = client, session
        self.setFixedHeight(metrics.QUERY_BAR_HEIGHT)
        self.setAccessibleName(self.tr("Search"))
        self.back = icon_button("chevron-left", self.tr("Back"), "Alt+←", side=32)
        self.forward = icon_button("chevron-right", self.tr("Forward"), "Alt+→", side=32)
        self.field = QueryField()
        self.looking_for = LookingForButton()
        self.clear = icon_button("x", self.tr("Clear the search"), side=32)
        self.cards: list[QueryCard] = []
        self.more = QPushButton(self)
        self.more.setFixedSize(48, metrics.FIELD_HEIGHT)
        self.more.clicked.connect(self._on_more)
        self.together = self._make_together()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 16, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self.back)
        self._row.addWidget(self.forward)
        self._row.addSpacing(4)
        self._row.addWidget(self.more)
        self._row.addWidget(self.together)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self.looking_for)
        self._row.addWidget(self.clear)
        self.back.clicked.connect(session.back)
        self.forward.clicked.connect(session.forward)
        self.clear.clicked.connect(session.clear)
        session.query_changed.connect(self._on_query_changed)
        session.page_changed.connect(self._on_page_changed)
        session.overview_changed.connect(self._on_page_changed)
        self._on_query_changed()
        self._on_page_changed()

    def _make_together(self) -> QComboBox:
        chosen = QComboBox(self)
        texts = {Together.ALL: self.tr("All of these"), Together.ANY: self.tr("Any of these")}
        chosen.addItems([texts[together] for together in Together])
        chosen.setFixedHeight(metrics.FIELD_HEIGHT)
        chosen.setAccessibleName(self.tr("How much of this photos must show"))
        chosen.setToolTip(chosen.accessibleName())
        chosen.activated.connect(self._on_together)
        return chosen

    def _on_together(self, number: int) -> None:
        self._session.set_together(list(Together)[number])

    def _on_query_changed(self) -> None:
        query, pictures = self._session.query, self._session.query.pictures
        while len(self.cards) > len(pictures):
            gone = self.cards.pop()
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for index, picture in enumerate(pictures):
            if index < len(self.cards):
                self.cards[index].show_picture(picture)
            else:
                self._add_card(index)
        self.together.setCurrentIndex(list(Together).index(query.together))
        self.together.setVisible(len(query.wanted) > 1)
        self._fit_cards()
        self.clear.setVisible(bool(pictures))
        self.looking_for.show_intent(self._session.intent)
        self._show_placeholder()

    def _add_card(self, index: int) -> None:
        card = QueryCard(self._client, self._session.query.pictures[index])
        card.opened.connect(self._on_card_opened)
        card.removed.connect(self._on_card_removed)
        card.region_cleared.connect(self._on_region_cleared)
        card.inverted.connect(self._on_card_inverted)
        before = self.cards[-1] if self.cards else self.forward
        self.cards.append(card)
        self._row.insertWidget(self._row.indexOf(self.more), card)
        for one, next_one in pairwise((before, card, self.more, self.together, self.field)):
            QWidget.setTabOrder(one, next_one)

    def _fit_cards(self) -> None:
        """Where there is little room, cards shrink to thumbnails, and those that have none are behind "+ 2"."""
        others = (self.back, self.forward, self.looking_for, self.clear)
        taken = sum(widget.sizeHint().width() for widget in others) + LEAST_FIELD + GAPS
        if len(self._session.query.wanted) > 1:
            taken += self.together.sizeHint().width()
        fit = max(1, (self.width() - taken) // (metrics.QUERY_CARD_HEIGHT + 8))
        fit -= len(self.cards) > fit > 1  # for the button
        share = (self.width() - taken) // max(1, min(fit, len(self.cards))) - 8
        widest = share if share >= LEAST_CARD_WITH_TEXT else metrics.QUERY_CARD_HEIGHT  # all alike: none takes it all
        for number, card in enumerate(self.cards):
            card.setMaximumWidth(widest)
            card.setVisible(number < fit)
        hidden = self.cards[fit:]
        self.more.setVisible(bool(hidden))
        self.more.setText(f"+\N{NO-BREAK SPACE}{dates.number(len(hidden))}")
        self.more.setToolTip("\n".join(card.first_line for card in hidden))
        self.more.setAccessibleName(self.tr("{} more").format(dates.number(len(hidden))))

    def more_menu(self) -> QMenu:
        """What can be done with each card that has no room."""
        menu = QMenu(self)
        for card in self.cards:
            if card.isHidden():
                what = card.menu()
                what.setTitle(card.first_line.replace("&", "&&"))
                menu.addMenu(what)
        return menu

    def _on_more(self) -> None:
        menu = self.more_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _on_card_opened(self, card: QueryCard) -> None:
        self._session.open_picture(card.picture)

    def _on_card_removed(self, card: QueryCard) -> None:
        self._session.remove_picture(self.cards.index(card))

    def _on_card_inverted(self, card: QueryCard) -> None:
        index = self.cards.index(card)
        self._session.set_minus(index, not self._session.query.pictures[index].minus)

    def _on_region_cleared(self, card: QueryCard) -> None:
        self._session.set_region(self.cards.index(card), None)

    def _on_page_changed(self) -> None:
        self.back.setEnabled(self._session.can_go_back)
        self.forward.setEnabled(self._session.can_go_forward)
        self._show_placeholder()

    def _show_placeholder(self) -> None:
        overview = self._session.overview
        if self._session.query.pictures:
            text = self.tr("Drop or paste one more picture here")
        elif overview is not None and not overview.folders:
            text = self.tr("Drop or paste a picture here once your photos are in")
        else:
            text = self.tr("Drop or paste a picture here")
        self.field.setPlaceholderText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.looking_for.set_narrow(self.width() < _NARROW)
        self._fit_cards()

"""The library page: all photos of a view by month, a scrubber of years, and the order they are in."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedLayout, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.grid.grid_view import GridView
from visearch_desktop.gui.grid.held_place import HeldPlace
from visearch_desktop.gui.grid.notice import Notice
from visearch_desktop.gui.grid.photo_actions import PhotoActions
from visearch_desktop.gui.grid.scrubber import Scrubber
from visearch_desktop.gui.grid.selection_link import SelectionLink
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.groups.group_actions import GroupActions
from visearch_desktop.gui.library.model import LibraryModel
from visearch_desktop.gui.theme.fonts import MEDIUM, Type, font
from visearch_desktop.gui.theme.metrics import SPACE_8, SPACE_12, TARGET
from visearch_desktop.gui.window.places import STAY, Page
from visearch_desktop.gui.window.session import Session
from visearch_desktop.library.rows import Order
from visearch_desktop.service import protocol as p


class LibraryPage(QWidget):
    """The photos of ``session.view``.

    Attributes:
        grid: the photos.
        actions_on_photos: what can be done with them.
        group_actions: what can be done with the visual group of the current photo.

    Signals:
        said: a sentence for the toast.
    """

    said = Signal(str)

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._thumbnails = Thumbnails(client, self)
        self.model = LibraryModel(client, self)
        self.grid = GridView(self._thumbnails, with_hits=False, parent=self)
        self.grid.setModel(self.model)
        self.grid.setAccessibleName(self.tr("Photos"))
        self.actions_on_photos = PhotoActions(session, self.grid)
        self.actions_on_photos.said.connect(self.said)
        self.group_actions = GroupActions(client, session, self.grid, self.model)
        self.actions_on_photos.add_to_menu = self.group_actions.add_to
        self.scrubber = Scrubber(self)
        self.notice = Notice("images", self)
        self._link = SelectionLink(session, self.grid, Page.LIBRARY)
        self._held: HeldPlace | None = None
        self._is_stale = False
        self._order = self._make_order_button()
        self._lay_out()
        self._connect(client)
        self.model.show_view(session.view)

    def _lay_out(self) -> None:
        photos = QWidget(self)
        row = QHBoxLayout(photos)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.grid, 1)
        row.addWidget(self.scrubber)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(photos)
        self._stack.addWidget(self.notice)
        self.setFocusProxy(self.grid)
        self.grid.viewport().installEventFilter(self)

    def _connect(self, client: LibraryClient) -> None:
        self.model.followed = self._followed
        self.model.reset_coming.connect(self._on_reset_coming)
        self.model.reset_done.connect(self._on_reset_done)
        self.grid.moved.connect(self._on_moved)
        self.scrubber.scrubbed.connect(self._on_scrubbed)
        self._session.view_changed.connect(self._on_view_changed)
        self._session.page_changed.connect(self._on_page_changed)
        self._session.groups.changed.connect(self._on_named)
        client.report.connect(self._on_report)

    # --- the order ----------------------------------------------------------------------------------------------------

    def _make_order_button(self) -> QPushButton:
        made = QPushButton(self.grid)
        made.setFont(font(Type.SMALL, MEDIUM))
        made.setFixedHeight(TARGET)
        made.setAccessibleName(self.tr("Order"))
        menu, group = QMenu(made), QActionGroup(made)
        titles = {
            Order.NEWEST: self.tr("Newest first"),
            Order.OLDEST: self.tr("Oldest first"),
            Order.NAME: self.tr("Name"),
            Order.ADDED: self.tr("Recently added"),
        }
        for order, title in titles.items():
            action = QAction(title, group, checkable=True)
            action.setData(order.value)
            menu.addAction(action)
        group.triggered.connect(self._on_order)
        self._orders = group
        made.setMenu(menu)
        return made

    @Slot(QAction)
    def _on_order(self, action: QAction) -> None:
        self._session.show_view(replace(self._session.view, order=Order(action.data())))

    def _show_order(self) -> None:
        for action in self._orders.actions():
            if action.data() == self._session.view.order.value:
                action.setChecked(True)
                self._order.setText(action.text())
        self._order.setVisible(not self._session.view.is_of_groups)
        self._place_order()

    def _place_order(self) -> None:
        self._order.adjustSize()
        right = self.grid.viewport().geometry().right() - SPACE_12
        self._order.move(right - self._order.width(), SPACE_8)
        self._order.raise_()

    # --- the view -----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_view_changed(self) -> None:
        view = self._session.view
        if self._session.page == Page.LIBRARY and view != self.model.view and not view.is_of_duplicates:
            self.model.show_view(view)

    @Slot()
    def _on_page_changed(self) -> None:
        """Back where it was, when the way led elsewhere in between; another view is shown by ``_on_view_changed``."""
        if self._session.page != Page.LIBRARY or self.model.is_another_view_coming:
            return
        if self._session.place.scroll == STAY:
            self._session.remember_scroll(float(self.grid.verticalOffset()))
        with self._link.silent():
            self.grid.verticalScrollBar().setValue(round(self._session.place.scroll))
        self._link.follow_in_place()

    @Slot(object)
    def _on_report(self, report: p.Report) -> None:
        if isinstance(report, p.Ready | p.LibraryChanged):
            if self.isVisible():
                self.model.refresh()
            else:
                self._is_stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._is_stale = False
            self.model.refresh()

    @Slot()
    def _on_named(self) -> None:
        """The headings of visual groups have names that the person gives."""
        if self._session.view.groups is not None:
            self.model.refresh()

    def _followed(self) -> list[int]:
        """The photos to find again after a change: those in view, the current one, the selected ones."""
        in_view = list(self.grid.visible())
        current = self.grid.currentIndex()
        return [*in_view[:1], *in_view[-1:], *([current.row()] if current.isValid() else []), *self._link.selected()]

    @Slot()
    def _on_reset_coming(self) -> None:
        self._held = self.grid.hold_place()

    @Slot()
    def _on_reset_done(self) -> None:
        with self._link.silent():
            if self.model.is_another_view:
                self.grid.verticalScrollBar().setValue(max(0, round(self._session.place.scroll)))
            elif self._held is not None:
                self.grid.restore_place(self._held)
        self._link.follow_in_place()
        self._show_order()
        self._show_months()
        self._say_if_empty()

    def _show_months(self) -> None:
        sections = self.model.sections
        has_months = bool(sections) and not self.model.view.is_of_groups and all(one.key for one in sections)
        self.scrubber.setVisible(has_months)
        off, on = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        self.grid.setVerticalScrollBarPolicy(off if has_months else on)
        self._show_marks()

    def _show_marks(self) -> None:
        layout = self.grid.layout_of_cells
        height, sections = max(1, layout.height), self.model.sections
        is_same = len(sections) == len(layout.counts)
        marks = [(layout.heading(n).y / height, s.key) for n, s in enumerate(sections)] if is_same else []
        self.scrubber.set_marks(marks)
        self._on_moved()

    def _say_if_empty(self) -> None:
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        overview, view = self._session.overview, self._session.view
        if self.model.rowCount():
            return
        if view.is_of_groups:
            self.notice.say(self.tr("No groups yet."), self.tr("They appear here as photos are looked through."))
        elif overview is not None and overview.photos:
            sentence = self.tr("No photos here.")
            is_part = view.folder_id is not None or view.recent
            hint = self.tr("The other photos of the library are under All photos.") if is_part else ""
            self.notice.say(sentence, hint)
        else:
            self.notice.say(self.tr("No photos yet."), self.tr("They appear here as they are found."))

    # --- scrolling ----------------------------------------------------------------------------------------------------

    @Slot()
    def _on_moved(self) -> None:
        height = max(1, self.grid.layout_of_cells.height)
        self.scrubber.set_place(min(1.0, (self.grid.verticalOffset() + SPACE_8) / height))

    @Slot(float)
    def _on_scrubbed(self, at: float) -> None:
        self.grid.verticalScrollBar().setValue(round(at * self.grid.layout_of_cells.height) - SPACE_8)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid.viewport() and event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self._place_order()
            self._show_marks()
        return super().eventFilter(watched, event)

    def stop(self) -> None:
        """End the threads of this page."""
        self._thumbnails.stop()

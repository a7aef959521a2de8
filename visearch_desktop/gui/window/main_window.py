"""The one window: what is looked for on top, what was found below, the library on the left, details on the right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from visearch_desktop.gui.announce import announce
from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.counts import hits, number
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.icons import drop_icon_cache
from visearch_desktop.gui.theme.palette import Theme, apply_theme
from visearch_desktop.gui.theme.surfaces import Surface
from visearch_desktop.gui.window.actions import MENUS, build_menus
from visearch_desktop.gui.window.commands import Commands
from visearch_desktop.gui.window.details_place import DetailsPlace
from visearch_desktop.gui.window.drop_overlay import DropOverlay
from visearch_desktop.gui.window.drops import promises
from visearch_desktop.gui.window.intake import Intake
from visearch_desktop.gui.window.jobs import Jobs
from visearch_desktop.gui.window.page_stack import PageStack
from visearch_desktop.gui.window.panes import Panes
from visearch_desktop.gui.window.places import Page
from visearch_desktop.gui.window.query_bar import QueryBar
from visearch_desktop.gui.window.remembered import Remembered
from visearch_desktop.gui.window.session import Session
from visearch_desktop.gui.window.shell import FIRST_SIZE, LEAST_SIZE
from visearch_desktop.gui.window.sidebar import Sidebar
from visearch_desktop.gui.window.status_line import StatusLine
from visearch_desktop.gui.window.toast import Toast
from visearch_desktop.search.hits import Confidence, Stage
from visearch_desktop.service import protocol


class MainWindow(QMainWindow):
    """Holds the parts together; what they do is in their own files. Stands alone, or as the contents of a ``Shell``."""

    def __init__(self, client: LibraryClient, *, is_new_library: bool = False) -> None:
        super().__init__()
        self.client = client
        self.remembered = Remembered()
        self.session = Session(client, self, intent=self.remembered.intent)
        self.jobs = Jobs(client, self)
        self.intake = Intake(client, self.session, self)
        self._is_new_library = is_new_library
        self._was_focused = False
        self._refusal: tuple[str, str] | None = None
        self.setWindowTitle("Visearch Desktop")
        self.setMinimumSize(*LEAST_SIZE)
        self.resize(*FIRST_SIZE)
        self.setAcceptDrops(True)
        self._build()
        self.commands = Commands(self)
        self.menus = build_menus(self, self.commands)
        self._connect()
        self._restore()
        self._show_place()

    def _build(self) -> None:
        self.query_bar = QueryBar(self.client, self.session)
        self.sidebar_frame = Surface(Qt.Edge.RightEdge)
        self.sidebar = Sidebar(self.session)
        frame = QVBoxLayout(self.sidebar_frame)
        frame.setContentsMargins(0, 0, 1, 0)
        frame.addWidget(self.sidebar)
        self.centre = QWidget()
        self.pages = PageStack(self)
        self.details = DetailsPlace(self.client, self.session)
        middle = QVBoxLayout(self.centre)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self.details.strip)
        self.status = StatusLine(self.session)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.sidebar_frame)
        body.addWidget(self.centre, 1)
        body.addWidget(self.details)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.query_bar)
        column.addLayout(body, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self.panes = Panes(self)
        self.toast = Toast(self.centre)
        self.overlay = DropOverlay(self.centre)

    def _connect(self) -> None:
        session, client = self.session, self.client
        session.page_changed.connect(self._show_place)
        session.overview_changed.connect(self._show_place)
        session.query_changed.connect(self._show_possible)
        session.selection_changed.connect(self._show_possible)
        session.groups.changed.connect(self._show_possible)
        session.groups.said.connect(self.toast.say)
        session.ranking_changed.connect(self._on_ranking)
        client.report.connect(self._on_report)
        client.restarted.connect(self.toast.say)
        self.jobs.changed.connect(self._on_jobs)
        self.jobs.paused_changed.connect(self.status.show_paused)
        self.jobs.waiting_changed.connect(self.status.show_waiting)
        self.status.pause_toggled.connect(self.jobs.pause)
        self.status.jobs_asked.connect(self.show_jobs)
        self.status.shortcuts_asked.connect(self.show_shortcuts)
        self.intake.said.connect(self.toast.say)
        self.sidebar.folder_removed.connect(self.intake.remove_folder)
        self.sidebar.folder_shown.connect(self._on_folder_shown)
        self.sidebar.looked_again.connect(self.commands.do_look_again)
        self.query_bar.field.pasted.connect(self.intake.add_mime)
        self.query_bar.field.path_entered.connect(self.intake.add_path)
        self.query_bar.looking_for.clicked.connect(self._on_looking_for)

    def _restore(self) -> None:
        if not self.remembered.geometry.isEmpty():
            self.restoreGeometry(self.remembered.geometry)
        for action in self.menus.themes.actions():
            action.setChecked(action.data() == self.remembered.theme)

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def page(self) -> Page | None:
        """The page on the screen: an empty library shows the start; None before the library is open."""
        overview = self.session.overview
        if self._refusal is not None:
            return None
        if self.session.page in {Page.LIBRARY, Page.RESULTS} and (overview is None or not overview.folders):
            return Page.START if overview is not None or self._is_new_library else None
        if self.session.page == Page.LIBRARY and self.session.view.is_of_duplicates:
            return Page.DUPLICATES
        return self.session.page

    def _show_place(self) -> None:
        page = self.page
        if page is None:
            self.pages.show_message(*(self._refusal or ("", "")))
        else:
            self.pages.show_page(page)
        if page is not None and not self._was_focused:
            self._was_focused = page != Page.START
            self.panes.focus_page()
        self.sidebar_frame.setVisible(
            page not in {Page.START, Page.PHOTO, Page.COMPARE, None} or self._refusal is not None
        )
        self._show_panels()
        self._show_possible()

    def _show_panels(self) -> None:
        self.sidebar.set_rail(self.width() < metrics.RAIL_BELOW)
        is_wanted = self.page == Page.RESULTS or (self.page == Page.LIBRARY and self.remembered.shows_details)
        self.details.arrange(is_wanted, is_small=self.width() < metrics.STRIP_BELOW)

    def _show_possible(self) -> None:
        for entries in MENUS.values():
            for entry in entries:
                if entry.name:
                    self.menus.actions[entry.name].setEnabled(self.commands.is_possible(entry.when))
        self.menus.actions["back"].setEnabled(self.session.can_go_back)
        self.menus.actions["forward"].setEnabled(self.session.can_go_forward)
        for action in self.menus.intents.actions():
            action.setChecked(action.data() == self.session.intent)

    def _on_ranking(self, stage: Stage | None) -> None:
        ranking = self.session.ranking
        if stage is Stage.VERIFIED and ranking is not None:
            shown = ranking.hits[: ranking.standing_out]
            sure = sum(hit.confidence is Confidence.SURE for hit in shown)
            text = self.tr("{hits}, {n} sure").format(hits=hits(len(shown)), n=number(sure))
            announce(self, text)

    def _on_report(self, report: protocol.Report) -> None:
        match report:
            case protocol.Ready():
                self._refusal = None
                self._show_place()
            case protocol.Failed(job=0):
                if self.session.overview is None:
                    self._refusal = (report.sentence, report.hint)
                    self._show_place()
                else:
                    self.toast.say(f"{report.sentence} {report.hint}".strip())
            case protocol.Note():
                self.toast.say(report.text)

    def _on_jobs(self) -> None:
        self.status.show_progress(self.jobs.indexing)

    def toggle_details(self) -> None:
        """Open or close the details panel while browsing; remembered."""
        self.remembered.shows_details = not self.remembered.shows_details
        self._show_panels()

    def set_theme(self, theme: Theme) -> None:
        """Look like the system, light or dark; remembered."""
        self.remembered.theme = theme
        apply_theme(QApplication.instance(), theme)
        drop_icon_cache()
        for action in self.menus.themes.actions():
            action.setChecked(action.data() == theme)

    # --- over the page ------------------------------------------------------------------------------------------------

    def show_jobs(self) -> None:
        """Open the list of jobs."""
        from visearch_desktop.gui.pages.jobs_popover import JobsPopover

        popover = JobsPopover(self.jobs, self)
        popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popover.open_above(self.status)

    def show_shortcuts(self) -> None:
        """Show the sheet of all shortcuts."""
        from visearch_desktop.gui.pages.sheet import shortcuts_sheet

        shortcuts_sheet(self.centralWidget()).bring()

    def show_sheet(self, title: str, paragraphs: list[tuple[str, str]]) -> None:
        """Show a sheet of texts."""
        from visearch_desktop.gui.pages.sheet import text_sheet

        text_sheet(title, paragraphs, self.centralWidget()).bring()

    def show_in_file_manager(self, path: Path) -> None:
        """Show a file or folder in the system's file manager."""
        from visearch_desktop.gui.grid.file_manager import show_in_file_manager

        show_in_file_manager(path)

    def _on_folder_shown(self, folder: object) -> None:
        self.show_in_file_manager(folder.path)

    def _on_looking_for(self) -> None:
        from visearch_desktop.gui.looking_for.popover import LookingForPopover

        popover = LookingForPopover(self.client, self.session, self)
        popover.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popover.open_below(self.query_bar.looking_for)

    # --- drops --------------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and self.overlay.offer(promises(event.mimeData())):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show_offered(True)
        elif event.source() is not None:
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.source() is None or self._is_over_bar(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drag()

    def dropEvent(self, event: QDropEvent) -> None:
        self._end_drag()
        if event.source() is None or self._is_over_bar(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.intake.take_mime(event.mimeData(), adds=self._is_over_bar(event))

    def _is_over_bar(self, event: QDropEvent) -> bool:
        return self.query_bar.rect().contains(self.query_bar.mapFrom(self, event.position().toPoint()))

    def _end_drag(self) -> None:
        self.overlay.hide()
        self._show_offered(False)

    def _show_offered(self, is_offered: bool) -> None:
        if self.page == Page.START:
            self.pages.page(Page.START).show_offered(is_offered)

    # --- life ---------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_panels()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.remembered.geometry = self.window().saveGeometry()
        self.remembered.intent = self.session.intent
        self.remembered.save()
        self.window().hide()
        self.intake.wait()
        for page in self.pages.made():
            stop: Callable[[], None] | None = getattr(page, "stop", None)
            if stop is not None:
                stop()
        self.details.stop()
        self.client.stop()
        super().closeEvent(event)

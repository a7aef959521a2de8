"""The page of one photo: large, with the region tool, the region in numbers, and the answers below."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QImage, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from visearch_desktop.core.region import Region
from visearch_desktop.gui import dates
from visearch_desktop.gui.photo.answer_strip import AnswerStrip
from visearch_desktop.gui.photo.canvas import PhotoCanvas
from visearch_desktop.gui.photo.paint import Box
from visearch_desktop.gui.photo.region_panel import RegionPanel
from visearch_desktop.gui.theme.fonts import Type
from visearch_desktop.gui.theme.metrics import SPACE_8, SPACE_12, SPACE_16, STRIP_BELOW, TOOL_ROW_HEIGHT
from visearch_desktop.gui.theme.surfaces import QUIET, Surface, button, label
from visearch_desktop.gui.window import parts
from visearch_desktop.gui.window.places import Page
from visearch_desktop.library.rows import PhotoDetails
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.window.session import Session

PREVIEW_PX, SHARP_PX = 1600, 6000
ZOOMS = (0.5, 1.0, 2.0, 4.0)


class PhotoPage(QWidget):
    """Shows ``session.shown``; a box drawn on it becomes the query."""

    def __init__(self, client: LibraryClient, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client, self._session = client, session
        self._picture: QueryPicture | None = None
        self._preview_job = self._count_job = self._details_job = 0
        self._is_sharp = False
        self._beside: list[int] = []  # parts of the query that are other boxes on the photo
        self.canvas = PhotoCanvas(self)
        self.panel = RegionPanel(self)
        self.strip = AnswerStrip(client, session, self)
        self.message = label("", role=QUIET, wrap=True, parent=self)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build()
        self._connect()

    # --- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.back_button = button(self.tr("All photos"), "chevron-left", parent=self)
        self.back_button.setFlat(True)
        self.name = label("", Type.STRONG, parent=self)
        self.facts = label("", Type.SMALL, QUIET, parent=self)
        self.region_button = button(self.tr("Region"), "square-dashed", parent=self)
        self.region_button.setToolTip(self.tr("Draw a box; without it, dragging moves the photo"))
        self.region_button.setCheckable(True)
        self.region_button.setChecked(True)
        self.zoom_button = button(self.tr("Fit"), "maximize", parent=self)
        self.zoom_button.setToolTip(self.tr("Zoom (Ctrl+wheel)"))
        self.zoom_button.setMenu(self._zoom_menu())
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_8, 0, SPACE_16, 0)
        tools.setSpacing(SPACE_12)
        for widget in (self.back_button, self.name, self.facts):
            tools.addWidget(widget)
        tools.addStretch(1)
        tools.addWidget(self.region_button)
        tools.addWidget(self.zoom_button)
        row = Surface(Qt.Edge.BottomEdge, parent=self)
        row.setFixedHeight(TOOL_ROW_HEIGHT)
        row.setLayout(tools)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.canvas, 1)
        middle.addWidget(self.message, 1)
        middle.addWidget(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row)
        layout.addLayout(middle, 1)
        layout.addWidget(self.strip)
        self.message.hide()
        self.setFocusProxy(self.canvas)

    def _zoom_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(self.tr("Fit")).triggered.connect(self._on_fit)
        for zoom in ZOOMS:
            action = menu.addAction(f"{zoom:.0%}")
            action.setData(zoom)
            action.triggered.connect(self._on_zoom_chosen)
        return menu

    def _connect(self) -> None:
        self.back_button.clicked.connect(self._session.back)
        self.region_button.toggled.connect(self.canvas.set_draws_regions)
        self.canvas.region_changed.connect(self._on_region)
        self.canvas.region_added.connect(self._on_added)
        self.canvas.other_chosen.connect(self._on_other)
        self.canvas.zoom_changed.connect(self._on_zoom)
        self.panel.region_edited.connect(self._on_typed)
        self.panel.cleared.connect(self._on_cleared)
        self.panel.box_wanted.connect(self._on_box_wanted)
        self.panel.together_chosen.connect(self._session.set_together)
        self.panel.minus_chosen.connect(self._on_minus)
        self._session.page_changed.connect(self._on_page_changed)
        self._session.query_changed.connect(self._on_query_changed)
        self._session.regions_settled.connect(self._count_details)
        for key, slot in (("Ctrl+0", self._on_fit), ("Return", self._on_enter), ("Enter", self._on_enter)):
            shortcut = QShortcut(QKeySequence(key), self, slot)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._sharpen = QTimer(self, singleShot=True, interval=200)
        self._sharpen.timeout.connect(self._on_sharpen)
        self._on_page_changed()

    # --- which photo ----------------------------------------------------------------------------------------------

    def _on_page_changed(self) -> None:
        shown = self._session.shown
        if self._session.page is not Page.PHOTO or shown is None:
            return
        titles = {Page.LIBRARY: self.tr("All photos"), Page.RESULTS: self.tr("Results")}
        self.back_button.setText(titles.get(self._session.page_before, self.tr("Back")))
        if self._picture is None or not self._picture.is_same_picture(shown):
            self._show(shown)
        self._take_region(shown.region)

    def _show(self, picture: QueryPicture) -> None:
        self._picture, self._is_sharp = picture, False
        self.name.setText(picture.name)
        self.facts.clear()
        whole = replace(picture, region=None, minus=False)
        self._preview_job = self._client.send(lambda job: protocol.GetPreview(job, whole, PREVIEW_PX), self._on_preview)
        if picture.photo_id is not None:
            photo_id = picture.photo_id
            self._details_job = self._client.send(lambda job: protocol.GetDetails(job, photo_id), self._on_details)

    def _on_preview(self, report: protocol.Report) -> None:
        if report.job != self._preview_job:
            return
        match report:
            case protocol.PreviewReady():
                image = QImage.fromData(report.encoded)
                self._set_message("")
                if self._is_sharp:
                    self.canvas.sharpen(image)
                    return
                self.canvas.show_photo(image, report.width, report.height)
                self.panel.set_size(report.width, report.height)
                shown = self._session.shown
                self._take_region(shown.region if shown else None)
                self._count_details()
            case protocol.Failed():
                self._set_message(f"{report.sentence}\n{report.hint}".strip())

    def _set_message(self, text: str) -> None:
        self.message.setText(text)
        self.message.setVisible(bool(text))
        self.canvas.setVisible(not text)

    def _on_details(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.DetailsReady) and report.job == self._details_job:
            self.name.setText(report.details.row.name)
            self.facts.setText(_facts(report.details))

    # --- the region -----------------------------------------------------------------------------------------------

    def _take_region(self, region: Region | None) -> None:
        if region != self.canvas.region:
            self.canvas.set_region(region)
        self.panel.set_region(region)
        self._take_others()

    def _take_others(self) -> None:
        """Show the boxes beside the one that is edited, the next one of them first."""
        query, index = self._session.query, self._index_in_query()
        alike = [n for n, part in enumerate(query.pictures) if self._is_shown(part) and n != index]
        self._beside = [n for n in alike if index is not None and query.pictures[n].region is not None]
        self._beside.sort(key=lambda n: (n < (index or 0), n))
        boxes = [(query.pictures[n].region, query.pictures[n].minus) for n in self._beside]
        is_minus = index is not None and query.pictures[index].minus
        others = tuple(Box(region, minus) for region, minus in boxes if region is not None)
        self.canvas.set_others(others, is_minus=is_minus)
        self.panel.set_query(query, is_minus=is_minus if index is not None else None)

    def _is_shown(self, part: QueryPicture) -> bool:
        return self._session.shown is not None and part.is_same_picture(self._session.shown)

    def _on_region(self, region: Region | None, is_held: bool) -> None:
        """The person drew, moved or cleared the box: it is the query now."""
        self.panel.set_region(region)
        index = self._index_in_query()
        if region is None and self._beside:
            if index is not None and not is_held:
                self._session.remove_picture(index)
        elif index is not None:
            self._session.set_region(index, region, dragging=is_held)
        elif region is not None and self._session.shown is not None:
            self._session.ask(replace(self._session.shown, region=region), stay=True)
            if not is_held:
                self._count_details()

    def _on_added(self, region: Region, is_held: bool) -> None:
        """One more box: it is one more part of the query."""
        shown = self._session.shown
        if shown is not None:
            self._session.add(replace(shown, region=region, minus=False), stay=True)
            if not is_held:
                self._count_details()

    def _on_box_wanted(self) -> None:
        self.canvas.add_box()
        self.canvas.setFocus()

    def _on_other(self, number: int) -> None:
        """Another box is to be edited."""
        if number < len(self._beside):
            self._session.open_picture(self._session.query.pictures[self._beside[number]])
            self._count_details()

    def _on_minus(self, is_minus: bool) -> None:
        index = self._index_in_query()
        if index is not None:
            self._session.set_minus(index, is_minus)

    def _on_typed(self, region: Region) -> None:
        self.canvas.set_region(region)
        self._on_region(region, False)

    def _on_cleared(self) -> None:
        self.canvas.set_region(None)
        self._on_region(None, False)

    def _on_query_changed(self) -> None:
        index = self._index_in_query()
        if self.isVisible() and index is not None:
            self._take_region(self._session.query.pictures[index].region)

    def _index_in_query(self) -> int | None:
        return parts.index_of(self._session.query, self._session.shown)

    def _count_details(self) -> None:
        shown = self._session.shown
        if self._session.page is Page.PHOTO and shown is not None:
            asked = replace(shown, region=self.canvas.region, minus=False)
            self._count_job = self._client.send(lambda job: protocol.CountDetails(job, asked), self._on_counted)

    def _on_counted(self, report: protocol.Report) -> None:
        if isinstance(report, protocol.DetailsCounted) and report.job == self._count_job:
            self.panel.set_details(report.details, self.canvas.region)

    # --- zoom, keys, size -----------------------------------------------------------------------------------------

    def _on_fit(self) -> None:
        self.canvas.set_zoom(None)

    def _on_zoom_chosen(self) -> None:
        zoom = self.sender().data()
        self.canvas.set_zoom(zoom / self.devicePixelRatioF())

    def _on_zoom(self, scale: float, is_fitted: bool) -> None:
        share = scale * self.devicePixelRatioF()
        self.zoom_button.setText(self.tr("Fit") if is_fitted else f"{share:.0%}")
        if not is_fitted and not self._is_sharp:
            self._sharpen.start()

    def _on_sharpen(self) -> None:
        """Zoomed in: ask for the photo's own pixels."""
        if self._picture is None or self._is_sharp:
            return
        self._is_sharp = True
        whole = replace(self._picture, region=None, minus=False)
        self._preview_job = self._client.send(lambda job: protocol.GetPreview(job, whole, SHARP_PX), self._on_preview)

    def _on_enter(self) -> None:
        """All answers; without a region, the whole photo is looked for."""
        shown = self._session.shown
        if self._session.query.pictures:
            self._session.show_results()
        elif shown is not None:
            self._session.ask(shown)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.canvas.update()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.panel.setVisible(self.width() >= STRIP_BELOW - 300)
        super().resizeEvent(event)

    def stop(self) -> None:
        """End what runs in the background."""
        self._sharpen.stop()
        self.strip.stop()


def _facts(details: PhotoDetails) -> str:
    names = [details.folder_name]
    if details.row.path.parent.name != details.folder_name:
        names.append(details.row.path.parent.name)
    return " · ".join(part for part in (dates.moment(details.row.taken), " › ".join(names)) if part)

"""A row of hits of one height and their own widths: the answers below a photo, and the film below a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QListView, QStyleOptionViewItem, QWidget

from visearch_desktop.gui.grid.cell_delegate import CellDelegate, CellShape, caption_lines
from visearch_desktop.gui.grid.headings import heading_height, paint_heading
from visearch_desktop.gui.grid.model import Heading, Index, Role
from visearch_desktop.gui.grid.sizes import CAPTION_GAP, Caption
from visearch_desktop.gui.grid.thumbnails import Thumbnails
from visearch_desktop.gui.results.model import ResultsModel
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.metrics import SPACE_8, SPACE_12, SPACE_16
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.library.rows import PhotoRow

if TYPE_CHECKING:
    from visearch_desktop.gui.client import LibraryClient
    from visearch_desktop.gui.window.session import Session

PICTURE_HEIGHT = 136
HALO = 4
WIDEST, NARROWEST = 2.0, 0.55  # sides of a picture box, as a share of its height
SMALLEST_WIDTH = 148  # of a cell that has room for words in its badge
AHEAD = 8  # photos asked for beyond both edges


class _StripDelegate(CellDelegate):
    """Draws a cell of the photo's own width, below the band of headings."""

    def __init__(self, thumbnails: Thumbnails, height: int, band: int, caption: Caption, parent: QWidget) -> None:
        super().__init__(thumbnails, parent)
        self._height, self._band, self._caption = height, band, caption

    def picture_size(self, row: PhotoRow | None) -> QSize:
        """The picture box of a photo, in logical px."""
        share = row.width / max(1, row.height) if row is not None else 1.0
        return QSize(round(self._height * min(max(share, NARROWEST), WIDEST)), self._height)

    def _shape(self, row: PhotoRow | None) -> CellShape:
        smallest = SMALLEST_WIDTH if self._caption is not Caption.NONE else 0
        return CellShape(smallest, self.picture_size(row), HALO, self._caption, (caption_lines()[1], 0))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        shape = self._shape(index.data(Role.PHOTO))
        below = CAPTION_GAP + shape.line_heights[0] if self._caption is not Caption.NONE else 0
        return QSize(shape.picture.width() + 2 * HALO + SPACE_8, self._band + self._height + 2 * HALO + below)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.shape = self._shape(index.data(Role.PHOTO))
        option.rect = option.rect.adjusted(0, self._band, -SPACE_8, 0)
        super().paint(painter, option, index)


class AnswerStrip(QListView):
    """The ranking of the session as one line of photos.

    Signals:
        chosen: a photo id, by a click or by walking; the film shows it, the strip compares on a double click.
    """

    chosen = Signal(int)

    def __init__(
        self,
        client: LibraryClient,
        session: Session,
        parent: QWidget | None = None,
        *,
        picture_height: int = PICTURE_HEIGHT,
        is_film: bool = False,
    ) -> None:
        super().__init__(parent)
        self._session, self._is_film = session, is_film
        self._thumbnails = Thumbnails(client, self)
        self._model = ResultsModel(self)
        self._band = 0 if is_film else heading_height()
        caption = Caption.NONE if is_film else Caption.NAME_AND_DATE
        self._delegate = _StripDelegate(self._thumbnails, picture_height, self._band, caption, self)
        self._picture_height = picture_height
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self._thumbnails.arrived.connect(self._on_arrived)
        session.ranking_changed.connect(self._on_ranking)
        session.selection_changed.connect(self._on_selection)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)
        self.horizontalScrollBar().valueChanged.connect(self._want)
        self._on_ranking()

    def _set_up(self) -> None:
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(QPalette.ColorRole.Base)  # the margins around the viewport, too
        self.setAutoFillBackground(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAccessibleName(self.tr("Hits"))
        below = 0 if self._is_film else CAPTION_GAP + QFontMetrics(font(Type.SMALL)).height() + SPACE_8
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(self._band + self._picture_height + 2 * HALO + below + bar + SPACE_12)
        self.setViewportMargins(SPACE_16 - HALO, SPACE_8, SPACE_16, 0)

    @property
    def thumbnails(self) -> Thumbnails:
        """The pictures shown."""
        return self._thumbnails

    # --- what is shown --------------------------------------------------------------------------------------------

    def _on_ranking(self, _stage: Any = None) -> None:
        """A new ranking: the selected photo stays selected, and where it is on the screen if it can."""
        current = self.photo_id(self.currentIndex())
        place = self.visualRect(self.currentIndex()).x()
        self._model.show_ranking(self._session.ranking, self._session.rows, everything=False)
        if current is not None:
            self._make_current(current)
            moved = self.visualRect(self.currentIndex()).x() - place
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + moved)
        self._want()

    def photo_id(self, index: Index) -> int | None:
        """Which photo an index is."""
        row = index.data(Role.PHOTO) if index.isValid() else None
        return row.photo_id if row is not None else None

    def show_current(self, photo_id: int) -> None:
        """Make a photo the current one, and bring it into view."""
        self._make_current(photo_id)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QListView.ScrollHint.PositionAtCenter)

    def _make_current(self, photo_id: int) -> None:
        at = self._model.index_of(photo_id)
        if at is not None:
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._model.index(at), flag)

    def _on_selection(self) -> None:
        if self._session.selected is not None and self.photo_id(self.currentIndex()) != self._session.selected:
            self._make_current(self._session.selected)

    # --- choosing -------------------------------------------------------------------------------------------------

    def walk(self, by: int) -> None:
        """Choose the next hit (1) or the one before (-1)."""
        at = self.currentIndex().row() + by
        if 0 <= at < self._model.rowCount():
            self._choose(self._model.index(at))

    def _choose(self, index: QModelIndex) -> None:
        photo_id = self.photo_id(index)
        if photo_id is not None:
            self.show_current(photo_id)
            self._session.select(photo_id)
            self.chosen.emit(photo_id)

    def _on_clicked(self, index: QModelIndex) -> None:
        self._choose(index)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        photo_id = self.photo_id(index)
        if photo_id is not None and not self._is_film:
            self._session.compare(photo_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self.walk(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_C | Qt.Key.Key_Return | Qt.Key.Key_Enter if self.currentIndex().isValid():
                self._on_double_clicked(self.currentIndex())
            case Qt.Key.Key_Escape | Qt.Key.Key_B:
                event.ignore()
            case _ if self._is_film and event.text():  # keys of the comparison, not the beginning of a name
                event.ignore()
            case _:
                super().keyPressEvent(event)

    # --- pictures -------------------------------------------------------------------------------------------------

    def _want(self) -> None:
        """Ask for the thumbnails in view and a few beyond."""
        shown = [self._model.photo_at(i) for i in self._in_view()]
        box = QSize(round(self._picture_height * WIDEST), self._picture_height)
        self._thumbnails.want(
            [row.photo_id for row in shown if row is not None and row.has_thumbnail], box, self.devicePixelRatioF()
        )

    def _in_view(self) -> range:
        count = self._model.rowCount()
        if not count:
            return range(0)
        middle = self.viewport().height() // 2
        first = self.indexAt(self.viewport().rect().topLeft() + QPoint(0, middle)).row()
        last = self.indexAt(self.viewport().rect().topRight() + QPoint(0, middle)).row()
        first = max(0, first)
        last = last if last >= 0 else min(count - 1, first + 24)
        return range(max(0, first - AHEAD), min(count, last + 1 + AHEAD))

    def _on_arrived(self, _photo_ids: object) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._want()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - delta)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, colours, start = QPainter(self.viewport()), tokens(self), 0
        for heading in self._model.headings():
            box = self.visualRect(self._model.index(start))
            end = self.visualRect(self._model.index(start + heading.count - 1))
            if self._is_film and start:
                painter.setPen(QPen(colours.line, 1))
                painter.drawLine(box.x() - 3, box.y() + 8, box.x() - 3, box.bottom() - 8)
            elif not self._is_film:
                self._paint_heading(painter, heading, box, end)
            start += heading.count

    def _paint_heading(self, painter: QPainter, heading: Heading, first: QRect, last: QRect) -> None:
        """The heading stays in view as long as one of its photos does."""
        left = max(first.x() + HALO, HALO)
        right = last.right()
        if right > left:
            painter.save()
            painter.setClipRect(QRect(left, 0, right - left, self._band))
            paint_heading(
                painter, QRect(left - SPACE_16, 0, right - left + SPACE_16, self._band), heading, tokens(self)
            )
            painter.restore()

    def stop(self) -> None:
        """End the decoding threads."""
        self._thumbnails.stop()

"""One picture of the query: its thumbnail with the region in white, its name, and ways to invert it or take it out."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from visearch_desktop.gui.client import LibraryClient
from visearch_desktop.gui.dates import number
from visearch_desktop.gui.photo.paint import draw_not
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.fonts import Type, font
from visearch_desktop.gui.theme.icons import paint_icon
from visearch_desktop.gui.theme.style import panel
from visearch_desktop.gui.theme.surfaces import icon_button
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.search.query import QueryPicture
from visearch_desktop.service import protocol

THUMBNAIL = 48
LEAST_TEXT = 40  # with less room a card is its thumbnail
_TEXT_LEFT = 4 + THUMBNAIL + metrics.SPACE_8 + 2


class QueryCard(QWidget):
    """Shows a query picture; keyboard: Enter opens the region tool, N says "not this", Delete takes the picture out.

    Signals, each with the card itself:
        inverted: the person wants photos that do not show it, or those that do again.
        opened: the person wants the region tool.
        removed: the person wants the picture out of the query.
        region_cleared: the person wants the whole picture.
    """

    inverted = Signal(QWidget)
    opened = Signal(QWidget)
    removed = Signal(QWidget)
    region_cleared = Signal(QWidget)

    def __init__(self, client: LibraryClient, picture: QueryPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._picture = picture
        self._thumbnail = QPixmap()
        self._size = QSize()
        self._close = icon_button("x", self.tr("Remove from the search"))
        self._close.setParent(self)
        self._close.clicked.connect(self._on_close)
        self.setFixedHeight(metrics.QUERY_CARD_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(metrics.QUERY_CARD_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRing", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._ask_for_thumbnail()
        self._tell()

    @property
    def picture(self) -> QueryPicture:
        """The picture shown."""
        return self._picture

    @property
    def first_line(self) -> str:
        """Its name, and whether photos are not to show it."""
        return self.tr("not {name}").format(name=self._name()) if self._picture.minus else self._name()

    @property
    def second_line(self) -> str:
        """How much of the picture is looked for."""
        region = self._picture.region
        if region is None:
            return self.tr("whole picture")
        return self.tr("region {width} × {height} px").format(
            width=number(round(region.width)), height=number(round(region.height))
        )

    @property
    def has_thumbnail(self) -> bool:
        """Whether the picture has come."""
        return not self._thumbnail.isNull()

    def show_picture(self, picture: QueryPicture) -> None:
        """Show another picture, or the same with another region (which costs nothing)."""
        is_other = not picture.is_same_picture(self._picture)
        self._picture = replace(picture, name=picture.name or ("" if is_other else self._picture.name))
        if is_other:
            self._thumbnail = QPixmap()
            self._ask_for_thumbnail()
        self._tell()
        self.updateGeometry()
        self.update()

    def _tell(self) -> None:
        text = self.tr("Leaving out {name}") if self._picture.minus else self.tr("Searching for {name}")
        self.setAccessibleName(text.format(name=self._name()))
        self.setAccessibleDescription(self.second_line)
        self.setToolTip(f"{self.first_line}\n{self.second_line}")

    def _name(self) -> str:
        return self._picture.name or self.tr("Picture")

    # --- from the library ---------------------------------------------------------------------------------------------

    def _ask_for_thumbnail(self) -> None:
        whole = replace(self._picture, region=None, minus=False)
        longest = round(2 * THUMBNAIL * max(1.0, self.devicePixelRatioF()))
        self._client.send(lambda job: protocol.GetPreview(job, whole, longest), self._on_report)
        if not self._picture.name and self._picture.photo_id is not None:
            photo_ids = (self._picture.photo_id,)
            self._client.send(lambda job: protocol.GetRows(job, photo_ids), self._on_report)

    def _on_report(self, report: protocol.Report) -> None:
        match report:
            case protocol.PreviewReady():
                self._thumbnail = QPixmap.fromImage(QImage.fromData(report.encoded))
                self._size = QSize(report.width, report.height)
            case protocol.RowsReady(rows=(row, *_)) if row.photo_id == self._picture.photo_id:
                self._picture = replace(self._picture, name=row.name)
                self._tell()
                self.updateGeometry()
        self.update()

    # --- shape --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        name = QFontMetrics(font(Type.NAME)).horizontalAdvance(self.first_line)
        second = QFontMetrics(font(Type.SMALL)).horizontalAdvance(self.second_line)
        text = min(220, max(name, second, 96))
        return QSize(_TEXT_LEFT + text + metrics.SPACE_12 + metrics.TARGET + 4, metrics.QUERY_CARD_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        side = metrics.TARGET
        box = QRect(self.width() - side - 4, (self.height() - side) // 2, side, side)
        self._close.setGeometry(box)
        self._close.setVisible(self.width() >= _TEXT_LEFT + side + 8 + LEAST_TEXT)

    def paintEvent(self, event: QPaintEvent) -> None:
        of = tokens(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        panel(painter, self.rect(), of.base, of.line, metrics.RADIUS_CARD)
        self._paint_thumbnail(painter)
        room = self.width() - _TEXT_LEFT - metrics.TARGET - 8
        if self._picture.minus:
            draw_not(painter, QPointF(6, 6), of)
        if room < LEAST_TEXT:
            return
        for kind, colour, text, top in (
            (Type.NAME, of.text, self.first_line, 9),
            (Type.SMALL, of.text2, self.second_line, 29),
        ):
            painter.setFont(font(kind))
            painter.setPen(colour)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(QRect(_TEXT_LEFT, top, room, 20), Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_thumbnail(self, painter: QPainter) -> None:
        of = tokens(self)
        square = QRectF(4, 4, THUMBNAIL, THUMBNAIL)
        if self._thumbnail.isNull():
            painter.fillRect(square, of.window)
            paint_icon(painter, "image", of.text2, square.adjusted(16, 16, -16, -16))
            return
        fitted = QSize(self._thumbnail.size()).scaled(THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio)
        box = QRectF(0, 0, fitted.width(), fitted.height())
        box.moveCenter(square.center())
        painter.drawPixmap(box, self._thumbnail, QRectF(self._thumbnail.rect()))
        region = self._picture.region
        if region is None or self._size.isEmpty():
            return
        scale = box.width() / self._size.width()
        drawn = QRectF(region.x * scale, region.y * scale, region.width * scale, region.height * scale)
        drawn = drawn.translated(box.topLeft()) & box
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((of.casing, metrics.OUTLINE_CASING), (of.region, metrics.OUTLINE)):
            painter.setPen(
                QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
            )
            painter.drawRect(drawn)

    # --- hands --------------------------------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit(self)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit(self)
        elif event.key() == Qt.Key.Key_N and not event.modifiers():
            self.inverted.emit(self)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the card."""
        menu = QMenu(self)
        menu.addAction(self.tr("Draw a region"), self._on_draw)
        whole = menu.addAction(self.tr("Search for the whole picture"), self._on_whole)
        whole.setEnabled(self._picture.region is not None)
        menu.addSeparator()
        not_this = menu.addAction(self.tr("Not this") + "\tN", self._on_not_this)
        not_this.setCheckable(True)
        not_this.setChecked(self._picture.minus)
        menu.addAction(self.tr("Remove from the search"), self._on_close)
        return menu

    def _on_close(self) -> None:
        self.removed.emit(self)

    def _on_not_this(self) -> None:
        self.inverted.emit(self)

    def _on_draw(self) -> None:
        self.opened.emit(self)

    def _on_whole(self) -> None:
        self.region_cleared.emit(self)

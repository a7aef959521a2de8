"""A photo in the details: contained, with a hairline, and the outline of what was found."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from visearch_desktop.core.region import Quad
from visearch_desktop.gui.grid.cell_delegate import draw_rounded, paint_outline, photo_box
from visearch_desktop.gui.photo.paint import draw_outline
from visearch_desktop.gui.theme.metrics import RADIUS_PHOTO
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.library.rows import PhotoRow
from visearch_desktop.search.hits import Hit


class Preview(QWidget):
    """Signals ``pressed`` when it is clicked.

    Args:
        size: the box the photo is contained in, logical px.
        is_large: with the stroke of previews instead of that of thumbnails.
    """

    pressed = Signal()

    def __init__(self, size: QSize, *, is_large: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_large = is_large
        self._pixmap = QPixmap()
        self._row: PhotoRow | None = None
        self._outlines: tuple[tuple[Quad, bool], ...] = ()
        self.setFixedSize(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_photo(self, row: PhotoRow | None, image: QImage, hit: Hit | None) -> None:
        """Show a photo, and where the hit was found in it; a null image is one that is still coming."""
        self._row, self._outlines = row, hit.outlines if hit is not None else ()
        self._pixmap = QPixmap.fromImage(image) if not image.isNull() else QPixmap()
        self.update()

    def photo_rect(self) -> QRectF:
        """Where the photo is painted."""
        box = QRectF(self.rect())
        return photo_box(self._row, box) if self._row is not None else box

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._row is None:
            return
        painter, colours, photo = QPainter(self), tokens(self), self.photo_rect()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._pixmap.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.canvas)
            painter.drawRoundedRect(photo, RADIUS_PHOTO, RADIUS_PHOTO)
            return
        draw_rounded(painter, self._pixmap, photo)
        painter.setPen(QPen(colours.hairline, 1))
        painter.drawRoundedRect(photo.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PHOTO, RADIUS_PHOTO)
        view = QTransform.fromTranslate(photo.x(), photo.y())
        view.scale(photo.width() / max(1, self._row.width), photo.height() / max(1, self._row.height))
        for quad, is_estimated in self._outlines:
            if self._is_large:
                draw_outline(painter, quad, view, colours, photo, dashed=is_estimated)
            else:
                paint_outline(painter, quad, self._row, photo, colours, dashed=is_estimated)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

"""A photo fitted into a widget or zoomed, and moved about; what is drawn over it is up to subclasses."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from visearch_desktop.gui.theme.tokens import tokens

MARGIN = 12
MOST_ZOOM = 8.0


class ZoomedPhoto(QWidget):
    """Shows one photo, whose places are told in upright full-size pixels.

    Signals:
        zoom_changed: the scale from full-size px to logical px, and whether it is the one that fits.
    """

    zoom_changed = Signal(float, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self._full = QSizeF()
        self._pan_from: QPointF | None = None
        self._zoom: float | None = None  # None: fits
        self._centre = QPointF()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(self.tr("Photo"))

    # --- what is shown --------------------------------------------------------------------------------------------

    def show_photo(self, image: QImage, width: int, height: int) -> None:
        """Show a picture of a photo whose upright full size is given; forgets the zoom."""
        self._pixmap, self._full = QPixmap.fromImage(image), QSizeF(width, height)
        self._centre = QPointF(width / 2, height / 2)
        self.set_zoom(None)

    def sharpen(self, image: QImage) -> None:
        """Replace the picture by a larger one of the same photo; everything else stays."""
        self._pixmap = QPixmap.fromImage(image)
        self.update()

    def is_empty(self) -> bool:
        """Whether no photo has been shown yet."""
        return self._full.isEmpty()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), tokens(self).canvas)
        if not self.is_empty():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.scale() < 2)
            painter.drawPixmap(self._shown(), self._pixmap, QRectF(self._pixmap.rect()))

    def _shown(self) -> QRectF:
        """Where the whole photo lies, in logical px."""
        return self.view().mapRect(QRectF(QPointF(0, 0), self._full))

    # --- zoom -----------------------------------------------------------------------------------------------------

    def scale(self) -> float:
        """Logical px per full-size px, as shown."""
        return self._zoom or self._fitting()

    def is_fitted(self) -> bool:
        """Whether the whole photo is shown."""
        return self._zoom is None

    def set_zoom(self, zoom: float | None, at: QPointF | None = None) -> None:
        """Show at a scale, keeping the photo's point below ``at`` (logical px) in place; None fits the photo in."""
        if zoom is not None:
            anchor = at if at is not None else QPointF(self.rect().center())
            held = self.to_photo(anchor)
            self._zoom = min(max(zoom, min(self._fitting(), 1.0)), MOST_ZOOM)
            self._centre = held - (anchor - QRectF(self.rect()).center()) / self._zoom
            self._keep_in_view()
        else:
            self._zoom = None
        self.zoom_changed.emit(self.scale(), self.is_fitted())
        self.update()

    def _fitting(self) -> float:
        if self._full.isEmpty():
            return 1.0
        room = self.size().shrunkBy(QMargins(MARGIN, MARGIN, MARGIN, MARGIN))
        return max(min(room.width() / self._full.width(), room.height() / self._full.height()), 1e-3)

    def _keep_in_view(self) -> None:
        half_w, half_h = self.width() / 2 / self.scale(), self.height() / 2 / self.scale()
        x = _clamped(self._centre.x(), half_w, self._full.width())
        y = _clamped(self._centre.y(), half_h, self._full.height())
        self._centre = QPointF(x, y)

    def view(self) -> QTransform:
        """From upright full-size px to logical px of the widget."""
        scale = self.scale()
        centre = QPointF(self._full.width() / 2, self._full.height() / 2) if self._zoom is None else self._centre
        middle = QRectF(self.rect()).center()
        return QTransform.fromTranslate(middle.x(), middle.y()).scale(scale, scale).translate(-centre.x(), -centre.y())

    def to_photo(self, place: QPointF) -> QPointF:
        """From logical px of the widget to upright full-size px."""
        return self.view().inverted()[0].map(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._zoom is not None:
            self._keep_in_view()
        self.zoom_changed.emit(self.scale(), self.is_fitted())
        super().resizeEvent(event)

    # --- moving the photo -----------------------------------------------------------------------------------------

    @property
    def is_panning(self) -> bool:
        """Whether the pointer holds the photo."""
        return self._pan_from is not None

    def _begin_pan(self, place: QPointF) -> None:
        self._pan_from = place
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _pan_to(self, place: QPointF) -> None:
        if self._pan_from is not None:
            self._move(place - self._pan_from)
            self._pan_from = place

    def _end_pan(self) -> None:
        self._pan_from = None
        self.unsetCursor()

    def _move(self, by: QPointF) -> None:
        """Move the photo by so many logical px."""
        self._centre -= by / self.scale()
        self._keep_in_view()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.scale() * 1.2 ** (event.angleDelta().y() / 120), event.position())
        elif not self.is_fitted():
            self._move(QPointF(event.angleDelta()) / 2)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()


def _clamped(centre: float, half: float, full: float) -> float:
    """The nearest centre that shows no more empty space than needed."""
    return full / 2 if 2 * half >= full else min(max(centre, half), full - half)

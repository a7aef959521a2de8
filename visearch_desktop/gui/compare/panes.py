"""The two pictures of a comparison in one widget, with what connects them."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.paint import Matches, draw_matches, draw_overlay, draw_picture, draw_swipe_handle
from visearch_desktop.gui.compare.pane import Pane, perspective, place_side_by_side
from visearch_desktop.gui.photo.paint import cased, draw_outline
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.tokens import tokens
from visearch_desktop.library.rows import Comparison

MARGIN, GAP = 48, 120


class Mode(StrEnum):
    """What the right picture shows over itself."""

    LINES = "lines"
    BLINK = "blink"
    SWIPE = "swipe"
    DIFFERENCE = "difference"


class ComparePanes(QWidget):
    """Query left, hit right; zoom and pan move both together where that is asked for.

    Signals:
        zoom_changed: the zoom of the pane last touched, 1 fits.
    """

    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = Pane(), Pane()
        self.matches = Matches((), (), ())
        self._comparison: Comparison | None = None
        self._region: Region | None = None
        self._mode = Mode.LINES
        self._is_blinking = False
        self._swipe = 0.5
        self._zooms_together = True
        self._held: tuple[Pane, QPointF] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 160)
        self.setAccessibleName(self.tr("Query and hit"))

    # --- what is shown --------------------------------------------------------------------------------------------

    def show_query(self, image: QImage, width: int, height: int, region: Region | None) -> None:
        """Show the query picture, with its region."""
        self.left.pixmap, self.left.full = QPixmap.fromImage(image), QSizeF(width, height)
        self._region = region
        self._start_over()

    def show_hit(self, image: QImage, width: int, height: int) -> None:
        """Show the photo; what connected the one before is forgotten."""
        self.right.pixmap, self.right.full = QPixmap.fromImage(image), QSizeF(width, height)
        self._start_over()

    def forget_comparison(self) -> None:
        """Draw no lines until the next comparison comes."""
        self._comparison, self.matches = None, Matches((), (), ())
        self.update()

    def show_comparison(self, comparison: Comparison) -> None:
        """Draw what connects the two pictures."""
        self._comparison = comparison
        self.matches = Matches(comparison.query_points, comparison.photo_points, comparison.agrees)
        self.update()

    def set_shown(self, *, agreeing: bool, tentative: bool) -> None:
        """Which matches are drawn."""
        self.matches.shows_agreeing, self.matches.shows_tentative = agreeing, tentative
        self.update()

    def _start_over(self) -> None:
        for pane in (self.left, self.right):
            pane.fit()
        self._lay_out()
        self.zoom_changed.emit(1.0)

    def _lay_out(self) -> None:
        if not self.left.full.isEmpty() and not self.right.full.isEmpty():
            margin = MARGIN if self.width() > 700 else MARGIN // 3
            place_side_by_side(self.left, self.right, QRectF(self.rect()), margin, min(GAP, self.width() / 8))
        self.update()

    # --- modes ----------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        """What the right picture shows over itself."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Change it."""
        self._mode = mode
        self.update()

    def set_blinking(self, is_blinking: bool) -> None:
        """While true, the query lies warped over the hit."""
        self._is_blinking = is_blinking
        self.update()

    def warp(self) -> QTransform | None:
        """From the query's full-size px to logical px over the hit; None where nothing was verified."""
        if self._comparison is None or self._comparison.homography is None:
            return None
        return perspective(self._comparison.homography) * self.right.view()

    # --- zoom and pan ---------------------------------------------------------------------------------------------

    def set_zooms_together(self, together: bool) -> None:
        """Whether one picture follows the other."""
        self._zooms_together = together

    def zoom_by(self, factor: float) -> None:
        """Zoom both on their middles; a factor of 0 fits them in."""
        if factor == 0:
            self._start_over()
            return
        self._zoom(self.right, self.right.zoom * factor, None)

    def _zoom(self, pane: Pane, zoom: float, at: QPointF | None) -> None:
        pane.zoom_to(zoom, at)
        self._follow(pane)
        self.zoom_changed.emit(pane.zoom)

    def _follow(self, pane: Pane) -> None:
        """Bring the other picture to the same spot: by the homography, else by its share of the picture."""
        other = self.right if pane is self.left else self.left
        if self._zooms_together:
            other.zoom = pane.zoom
            other.centre = self._same_spot(pane, other)
            other.keep_in_view()
        self.update()

    def _same_spot(self, pane: Pane, other: Pane) -> QPointF:
        if self._comparison is not None and self._comparison.homography is not None:
            forth = perspective(self._comparison.homography)
            back, is_invertible = forth.inverted()
            if pane is self.left or is_invertible:
                return (forth if pane is self.left else back).map(pane.centre)
        share_x, share_y = pane.centre.x() / pane.full.width(), pane.centre.y() / pane.full.height()
        return QPointF(share_x * other.full.width(), share_y * other.full.height())

    def _pane_at(self, place: QPointF) -> Pane | None:
        return next((pane for pane in (self.left, self.right) if pane.frame.contains(place)), None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        pane = self._pane_at(event.position())
        if pane is not None:
            self._zoom(pane, pane.zoom * 1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pane = self._pane_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or pane is None:
            return
        if pane is self.right and self._mode is Mode.BLINK:
            self.set_blinking(True)
        elif pane is self.right and self._mode is Mode.SWIPE:
            self._swipe_to(event.position())
        self._held = (pane, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            return
        pane, last = self._held
        if pane is self.right and self._mode is Mode.SWIPE:
            self._swipe_to(event.position())
        else:
            pane.centre -= (event.position() - last) / max(pane.scale(), 1e-9)
            pane.keep_in_view()
            self._follow(pane)
        self._held = (pane, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.set_blinking(False)

    def _swipe_to(self, place: QPointF) -> None:
        frame = self.right.frame
        self._swipe = min(max((place.x() - frame.left()) / max(frame.width(), 1), 0.0), 1.0)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(event)

    # --- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), tokens(self)
        painter.fillRect(event.rect(), colours.compare_canvas)
        if self.left.full.isEmpty() or self.right.full.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pane in (self.left, self.right):
            draw_picture(painter, pane)
        self._draw_overlay(painter)
        if self._region is not None:
            self._draw_query_box(painter, self._region)
        if self._comparison is not None and self._comparison.quad is not None:
            quad = self._comparison.quad
            draw_outline(painter, (quad[0], quad[1], quad[2], quad[3]), self.right.view(), colours, self.right.frame)
        if self._mode is Mode.LINES and not self._is_blinking:
            draw_matches(painter, self.matches, self.left, self.right, colours)

    def _draw_query_box(self, painter: QPainter, region: Region) -> None:
        painter.save()
        painter.setClipRect(self.left.frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        box = self.left.view().mapRect(QRectF(*region.as_tuple()))
        for pen in (
            cased(tokens(self).casing, metrics.PREVIEW_CASING),
            cased(tokens(self).region, metrics.PREVIEW_OUTLINE),
        ):
            painter.setPen(pen)
            painter.drawRect(box)
        painter.restore()

    def _draw_overlay(self, painter: QPainter) -> None:
        warp = self.warp()
        if warp is None:
            return
        if self._is_blinking:
            draw_overlay(painter, self.left, self._region, warp, self.right.frame)
        elif self._mode is Mode.SWIPE:
            edge = self.right.frame.left() + self._swipe * self.right.frame.width()
            shown = QRectF(self.right.frame.topLeft(), QPointF(edge, self.right.frame.bottom()))
            draw_overlay(painter, self.left, self._region, warp, shown)
            draw_swipe_handle(painter, edge, self.right.frame, tokens(self))
        elif self._mode is Mode.DIFFERENCE:
            difference = QPainter.CompositionMode.CompositionMode_Difference
            draw_overlay(painter, self.left, self._region, warp, self.right.frame, difference)

"""The two pictures of a comparison in one widget, with what connects them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from visearch_desktop.core.region import Region
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.paint import (
    draw_heat,
    draw_label,
    draw_matches,
    draw_overlay,
    draw_picture,
    draw_swipe_handle,
    pair_at,
)
from visearch_desktop.gui.compare.pane import Pane
from visearch_desktop.gui.compare.pane_state import PaneState
from visearch_desktop.gui.photo.paint import cased, draw_outline
from visearch_desktop.gui.theme import metrics
from visearch_desktop.gui.theme.tokens import tokens

NEAR_PX = 10.0
A_CLICK_PX = 4.0
OTHERS_OPACITY = 0.6


class ComparePanes(PaneState):
    """The two pictures under mouse and wheel, painted with what connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held: tuple[Pane, QPointF] | None = None
        self._pressed = QPointF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 160)
        self.setAccessibleName(self.tr("Query and hit"))

    def _pane_at(self, place: QPointF) -> Pane | None:
        return next((pane for pane in (self.left, self.right) if pane.frame.contains(place)), None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        pane = self._pane_at(event.position())
        if pane is not None:
            self.zoom(pane, pane.zoom * 1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pane = self._pane_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or pane is None:
            return
        if pane is self.right and self.mode is Mode.BLINK:
            self.set_blinking(True)
        elif pane is self.right and self.mode is Mode.SWIPE:
            self._swipe_to(event.position())
        self._held, self._pressed = (pane, event.position()), event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            self._point_at(event.position())
            return
        pane, last = self._held
        if pane is self.right and self.mode is Mode.SWIPE:
            self._swipe_to(event.position())
        else:
            self.drag(pane, last, event.position())
        self._held = (pane, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            if self.mode is Mode.BLINK:
                self.set_blinking(False)
            is_click = (event.position() - self._pressed).manhattanLength() <= A_CLICK_PX
            if is_click and self._held[0] is self.right and self.mode is not Mode.SWIPE:
                self._choose_at(event.position())
        self._held = None

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(QPointF(-1000, -1000))
        super().leaveEvent(event)

    def _point_at(self, place: QPointF) -> None:
        pair = None
        if self.mode is Mode.LINES and not self.is_empty():
            pair = pair_at(place, self.matches, self.left, self.right, NEAR_PX)
        if pair != self.matches.pointed_at:
            self.matches.pointed_at = pair
            self.update()

    def _choose_at(self, place: QPointF) -> None:
        """A click on one of several outlines shows that one."""
        spot = self.right.to_photo(place)
        for number, found in enumerate(self.places):
            outline = QPolygonF([QPointF(x, y) for x, y in found.quad])
            if number != self.place and outline.containsPoint(spot, Qt.FillRule.OddEvenFill):
                self.choose_place(number)
                return

    def _swipe_to(self, place: QPointF) -> None:
        frame = self.right.frame
        self.set_swipe((place.x() - frame.left()) / max(frame.width(), 1))

    # --- room -----------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.lay_out()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.blinker.let_run(self.mode is Mode.BLINK)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.blinker.let_run(False)
        super().hideEvent(event)

    # --- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), tokens(self)
        painter.fillRect(event.rect(), colours.compare_canvas)
        if self.is_empty():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pane in (self.left, self.right):
            draw_picture(painter, pane)
        self._draw_overlay(painter)
        if self.region is not None:
            self._draw_query_box(painter, self.region)
        self._draw_places(painter)
        if self.mode is Mode.LINES and not self.blinker.is_on:
            draw_matches(painter, self.matches, self.left, self.right, colours)
        note = self.note if self.mode is Mode.HEAT else ""
        if self.right.is_flipped and not note:
            note = self.tr("Shown mirrored")
        if note:
            draw_label(painter, note, self.right.frame.topLeft(), colours, self.right.frame)

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

    def _draw_places(self, painter: QPainter) -> None:
        """The outlines, of several the one shown last and in full, each with its number; or dashed where it may be."""
        view, frame, colours, found = self.right.view(), self.right.frame, tokens(self), self.places
        if not found and self.estimated is not None:
            draw_outline(painter, self.estimated.quad(), view, colours, frame, dashed=True)
        for number in sorted(range(len(found)), key=lambda number: number == self.place):
            quad = found[number].quad
            painter.setOpacity(1.0 if number == self.place else OTHERS_OPACITY)
            draw_outline(painter, (quad[0], quad[1], quad[2], quad[3]), view, colours, frame)
            painter.setOpacity(1.0)
            if len(found) > 1:
                corners = [view.map(QPointF(x, y)) for x, y in quad]
                top = min(corners, key=lambda corner: corner.y())
                draw_label(painter, str(number + 1), top + QPointF(6, 6), colours, frame)

    def _draw_overlay(self, painter: QPainter) -> None:
        if self.mode is Mode.HEAT and self.heat is not None and not self.blinker.is_on:
            words = (self.tr("little"), self.tr("much"))
            draw_heat(painter, self.right, self.heat, tokens(self), words)
        warp = self.warp()
        if warp is None:
            return
        if self.blinker.is_on:
            draw_overlay(painter, self.left, self.region, warp, self.right.frame)
        elif self.mode is Mode.SWIPE:
            edge = self.right.frame.left() + self.swipe * self.right.frame.width()
            shown = QRectF(self.right.frame.topLeft(), QPointF(edge, self.right.frame.bottom()))
            draw_overlay(painter, self.left, self.region, warp, shown)
            draw_swipe_handle(painter, edge, self.right.frame, tokens(self))
        elif self.mode is Mode.DIFFERENCE:
            difference = QPainter.CompositionMode.CompositionMode_Difference
            draw_overlay(painter, self.left, self.region, warp, self.right.frame, difference)

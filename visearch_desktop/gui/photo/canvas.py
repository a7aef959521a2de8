"""The photo on its canvas, with the region a person draws, moves and resizes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from visearch_desktop.core.region import Region
from visearch_desktop.gui.photo.paint import Box, draw_readout, draw_regions
from visearch_desktop.gui.photo.region_tool import (
    Grip,
    RegionDrag,
    first_box,
    grip_at,
    handle_place,
    moved,
    stretched,
)
from visearch_desktop.gui.photo.zoomed_photo import ZoomedPhoto
from visearch_desktop.gui.theme.tokens import tokens

HANDLE_REACH = 14  # half of the 28 px that a target has at least
STEP, LARGE_STEP = 1, 10

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

CURSORS = {
    Grip.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Grip.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Grip.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Grip.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Grip.LEFT: Qt.CursorShape.SizeHorCursor,
    Grip.RIGHT: Qt.CursorShape.SizeHorCursor,
    Grip.TOP: Qt.CursorShape.SizeVerCursor,
    Grip.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Grip.INSIDE: Qt.CursorShape.SizeAllCursor,
}


class PhotoCanvas(ZoomedPhoto):
    """Shows one photo and edits one region of it, in upright full-size pixels; others can be shown beside it.

    Signals:
        region_changed: the region (or None) and whether the pointer still holds it.
        region_added: one more region was drawn beside what was there, and whether the pointer still holds it; it is the
            one that is edited from then on.
        other_chosen: the place among the other regions of the one to edit.
    """

    region_changed = Signal(object, bool)
    region_added = Signal(object, bool)
    other_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region: Region | None = None
        self._others: tuple[Box, ...] = ()
        self._is_minus = self._adds = False
        self._drag: RegionDrag | None = None
        self._draws_regions = True
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- the regions ----------------------------------------------------------------------------------------------

    def show_photo(self, image: QImage, width: int, height: int) -> None:
        """Show a picture of a photo whose upright full size is given; forgets zoom and region."""
        self._region, self._drag, self._others, self._adds = None, None, (), False
        super().show_photo(image, width, height)
        self._say()

    @property
    def region(self) -> Region | None:
        """The box, in full-size px."""
        return self._region

    def set_region(self, region: Region | None) -> None:
        """Set the box from outside; emits nothing."""
        self._region = region
        self._say()
        self.update()

    def set_others(self, others: tuple[Box, ...], *, is_minus: bool = False) -> None:
        """Show other regions beside the one that is edited; ``is_minus``: that one is not to be in photos."""
        self._others, self._is_minus = others, is_minus
        self._say()
        self.update()

    @property
    def others(self) -> tuple[Box, ...]:
        """The other regions shown."""
        return self._others

    def add_box(self) -> None:
        """Put one more box on the photo, for the keyboard to move; the first one where there is none."""
        width, height = int(self._full.width()), int(self._full.height())
        box = first_box(width, height)
        if box is None:
            return
        taken = [self._region, *(other.region for other in self._others)]
        shift = LARGE_STEP * 2
        while box in taken and box != moved(box, shift, shift, width, height):
            box = moved(box, shift, shift, width, height)
        self._adds = self._region is not None
        self._change(box, False)

    def set_draws_regions(self, draws: bool) -> None:
        """Whether dragging draws a box; otherwise it moves the picture."""
        self._draws_regions = draws
        self._drag = None
        self.update()

    # --- painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.is_empty():
            return
        painter, shown = QPainter(self), self._shown()
        if self._region is not None:
            edited, view = Box(self._region, self._is_minus), self.view()
            draw_regions(painter, edited, self._others, view, tokens(self), shown, with_handles=self._draws_regions)
            draw_readout(painter, self._region, view, tokens(self), QRectF(self.rect()))
        elif self.hasFocus():
            painter.setPen(QColor(tokens(self).accent))
            painter.drawRect(shown.adjusted(-2, -2, 1, 1))

    # --- mouse ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.is_empty():
            return
        wants_pan = event.button() == Qt.MouseButton.MiddleButton or not self._draws_regions
        if wants_pan and event.button() != Qt.MouseButton.RightButton:
            self._begin_pan(event.position())
        elif event.button() == Qt.MouseButton.LeftButton:
            at = self.to_photo(event.position())
            self._adds = self._region is not None and bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            grip = None if self._adds else self._grip_at(at)
            other = None if self._adds or grip is not None else self._other_at(at)
            if other is not None:
                self.other_chosen.emit(other)
                grip = self._grip_at(at)
            self._drag = RegionDrag(at.x(), at.y(), self._region if grip else None, grip)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.is_panning:
            self._pan_to(event.position())
        elif self._drag is not None:
            self._follow(event.position(), is_held=True)
        elif not self.is_empty():
            grip = self._grip_at(self.to_photo(event.position()))
            plain = Qt.CursorShape.CrossCursor if self._draws_regions else Qt.CursorShape.OpenHandCursor
            self.setCursor(CURSORS[grip] if grip else plain)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_panning:
            self._end_pan()
        elif self._drag is not None:
            self._follow(event.position(), is_held=False)
            self._drag, self._adds = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._draws_regions:
            self.set_zoom(1.0 / self.devicePixelRatioF() if self.is_fitted() else None, event.position())

    def _grip_at(self, at: QPointF) -> Grip | None:
        if self._region is None or not self._draws_regions:
            return None
        return grip_at(self._region, at.x(), at.y(), HANDLE_REACH / self.scale())

    def _other_at(self, at: QPointF) -> int | None:
        """The smallest of the other boxes at a point of the photo; None where there is none."""
        if not self._draws_regions:
            return None
        boxes = [(box.region.area, n) for n, box in enumerate(self._others) if _holds(box.region, at)]
        return min(boxes)[1] if boxes else None

    def _follow(self, place: QPointF, *, is_held: bool) -> None:
        """The box follows the pointer; a press and release without a drag outside of it clears it."""
        if self._drag is None:
            return
        at = self.to_photo(place)
        self._change(self._drag.to(at.x(), at.y(), int(self._full.width()), int(self._full.height())), is_held)

    # --- keyboard -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        if key in ARROWS and self._draws_regions and not self.is_empty():
            step = LARGE_STEP if modifiers & Qt.KeyboardModifier.ShiftModifier else STEP
            dx, dy = (step * sign for sign in ARROWS[Qt.Key(key)])
            self._nudge(dx, dy, resizes=bool(modifiers & Qt.KeyboardModifier.ControlModifier))
        elif key == Qt.Key.Key_N and not modifiers and self._others:
            self.other_chosen.emit(0)
        elif key == Qt.Key.Key_Escape and (self._region is not None or self._drag is not None):
            self._drag, self._adds = None, False
            self._change(None, False)
        else:
            super().keyPressEvent(event)

    def _nudge(self, dx: int, dy: int, *, resizes: bool) -> None:
        width, height = int(self._full.width()), int(self._full.height())
        if self._region is None:
            self._change(first_box(width, height), False)
        elif resizes:
            self._change(stretched(self._region, Grip.BOTTOM_RIGHT, dx, dy, width, height), False)
        else:
            self._change(moved(self._region, dx, dy, width, height), False)

    def _change(self, region: Region | None, is_held: bool) -> None:
        if (region == self._region and is_held) or (self._adds and region is None):
            return
        was_added, self._adds = self._adds, False
        self._region = region
        self._say()
        self.update()
        (self.region_added if was_added else self.region_changed).emit(region, is_held)

    def _say(self) -> None:
        """Tell the screen reader where the box is."""
        if self._region is None:
            self.setAccessibleDescription(self.tr("The whole photo"))
            return
        left, top, width, height = (round(number) for number in self._region.as_tuple())
        of = len(self._others) + 1
        which = self.tr("One of %1 regions. ").replace("%1", str(of)) if of > 1 else ""
        not_this = self.tr("Not this. ") if self._is_minus else ""
        self.setAccessibleDescription(
            which
            + not_this
            + self.tr("Region, left %1, top %2, width %3, height %4 pixels")
            .replace("%1", str(left))
            .replace("%2", str(top))
            .replace("%3", str(width))
            .replace("%4", str(height))
        )

    def handle_rect(self, grip: Grip) -> QRectF:
        """Where a handle can be pressed, in logical px; empty without a box."""
        if self._region is None:
            return QRectF()
        place = self.view().map(QPointF(*handle_place(self._region, grip)))
        return QRectF(place.x() - HANDLE_REACH, place.y() - HANDLE_REACH, 2 * HANDLE_REACH, 2 * HANDLE_REACH)


def _holds(region: Region, at: QPointF) -> bool:
    return region.x <= at.x() < region.right and region.y <= at.y() < region.bottom

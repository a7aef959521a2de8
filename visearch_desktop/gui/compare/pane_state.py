"""What is shown of the two pictures of a comparison, and where: without mouse and paint."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Signal
from PySide6.QtGui import QImage, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from visearch_desktop.core.region import Quad, Region
from visearch_desktop.gui.compare.blinking import Blinker
from visearch_desktop.gui.compare.matches import Matches, places
from visearch_desktop.gui.compare.modes import Mode
from visearch_desktop.gui.compare.pane import Pane, perspective, place_side_by_side
from visearch_desktop.library.rows import Comparison, Instance

MARGIN, GAP = 48, 120


class PaneState(QWidget):
    """Query left, hit right: what is shown of them, and where; zoom and pan move both where that is asked for.

    Signals:
        zoom_changed: the zoom of the pane last touched, 1 fits.
        place_changed: another one of several places where the query was found is shown.
    """

    zoom_changed = Signal(float)
    place_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = Pane(), Pane()
        self.matches = Matches()
        self.blinker = Blinker(self)
        self.blinker.changed.connect(self.update)
        self.heat: QImage | None = None
        self.note = ""
        self.region: Region | None = None
        self.swipe = 0.5
        self.estimated: Region | None = None
        self._comparison: Comparison | None = None
        self._outline: Quad | None = None
        self._place = 0
        self._mode = Mode.LINES
        self._flips = self._zooms_together = True

    # --- what is shown --------------------------------------------------------------------------------------------

    def show_query(self, image: QImage, width: int, height: int, region: Region | None) -> None:
        """Show the query picture, with its region."""
        self.left.pixmap, self.left.full = QPixmap.fromImage(image), QSizeF(width, height)
        self.region = region
        self._start_over()

    def show_hit(self, image: QImage, width: int, height: int) -> None:
        """Show the photo."""
        self.right.pixmap, self.right.full = QPixmap.fromImage(image), QSizeF(width, height)
        self._start_over()

    def forget_comparison(self) -> None:
        """Draw no lines, no outline and no heat until the next comparison comes."""
        self.show_found(None, None)
        self._take(None)
        self.show_heat(None)

    def show_comparison(self, comparison: Comparison) -> None:
        """Draw what connects the two pictures."""
        self._take(comparison)

    def _take(self, comparison: Comparison | None) -> None:
        self._comparison = comparison
        self.choose_place(0)
        self._flip()
        self.swipe = self._middle()

    def show_found(self, outline: Quad | None, estimated: Region | None) -> None:
        """Where the search found the query in the photo, or where about it may be."""
        self._outline, self.estimated = outline, estimated
        self.update()

    def _middle(self) -> float:
        """How far across the photo the query was found, so that half of it is uncovered."""
        if self._comparison is None or not self.places:
            return 0.5
        across = self._comparison.photo_size[0]
        xs = [min(max(x / across, 0.0), 1.0) for x, _ in self.places[self._place].quad]
        share = (min(xs) + max(xs)) / 2
        return 1 - share if self.right.is_flipped else share

    def show_heat(self, heat: QImage | None, note: str = "") -> None:
        """Where it looks like the query, drawn in that mode; or, in its stead, why there is no such picture."""
        self.heat, self.note = heat, note
        self.update()

    def set_shown(self, *, agreeing: bool, tentative: bool, lines: bool = True) -> None:
        """Which matches are drawn, and whether with lines."""
        self.matches.shows_agreeing, self.matches.shows_tentative = agreeing, tentative
        self.matches.shows_lines = lines
        self.update()

    def _start_over(self) -> None:
        for pane in (self.left, self.right):
            pane.fit()
        self.lay_out()
        self.zoom_changed.emit(1.0)

    def lay_out(self) -> None:
        """Give both pictures their frames."""
        if not self.is_empty():
            margin = MARGIN if self.width() > 700 else MARGIN // 3
            place_side_by_side(self.left, self.right, QRectF(self.rect()), margin, min(GAP, self.width() / 8))
        self.update()

    def is_empty(self) -> bool:
        """Whether one of the pictures is not there yet."""
        return self.left.full.isEmpty() or self.right.full.isEmpty()

    # --- several places -------------------------------------------------------------------------------------------

    @property
    def places(self) -> tuple[Instance, ...]:
        """Where the query was found; none where nothing was verified."""
        return places(self._comparison, self._outline if self.region is not None else None)

    @property
    def place(self) -> int:
        """Which of them is shown."""
        return self._place

    def choose_place(self, number: int) -> None:
        """Show one of them: its matches, its perspective."""
        found = self.places
        self._place = number % len(found) if found else 0
        before, self.matches = self.matches, Matches(self._comparison, found[self._place] if found else None)
        self.matches.show_like(before)
        self.place_changed.emit(self._place)
        self.update()

    def homography(self) -> QTransform | None:
        """From the query's full-size px to the photo's at the place shown; None where nothing was verified."""
        found = self.places
        return perspective(found[self._place].homography) if found else None

    def warp(self) -> QTransform | None:
        """From the query's full-size px to logical px over the hit; None where nothing was verified."""
        homography = self.homography()
        return None if homography is None else homography * self.right.view()

    # --- modes ----------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        """What the right picture shows over itself."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Change it."""
        self._mode = mode
        self.blinker.let_run(mode is Mode.BLINK and self.isVisible())
        self.update()

    def set_blinking(self, is_blinking: bool) -> None:
        """While true, the query lies warped over the hit."""
        self.blinker.hold(is_blinking and bool(self.places))

    def set_swipe(self, share: float) -> None:
        """How much of the hit, from its left, is under the query."""
        self.swipe = min(max(share, 0.0), 1.0)
        self.update()

    @property
    def is_mirrored(self) -> bool:
        """Whether the photo shows the query with left and right changed."""
        return self._comparison is not None and self._comparison.is_mirrored

    def set_flips(self, flips: bool) -> None:
        """Whether a mirrored hit is shown flipped, so that it looks like the query."""
        self._flips = flips
        self._flip()

    def _flip(self) -> None:
        self.right.is_flipped = self._flips and self.is_mirrored
        self.update()

    # --- zoom and pan ---------------------------------------------------------------------------------------------

    def set_zooms_together(self, together: bool) -> None:
        """Whether one picture follows the other."""
        self._zooms_together = together

    def zoom_by(self, factor: float) -> None:
        """Zoom both on their middles, at first on what was found; a factor of 0 fits them in."""
        if factor == 0:
            self._start_over()
            return
        if factor > 1 and self.right.zoom <= 1.0:
            if self.places:
                self.right.centre = _centre(self.places[self._place].quad)
            elif self.estimated is not None:
                self.right.centre = _centre(self.estimated.quad())
        self.zoom(self.right, self.right.zoom * factor, None)

    def zoom(self, pane: Pane, zoom: float, at: QPointF | None) -> None:
        """Zoom a picture at a place in logical px; the other one follows."""
        if not self.is_empty():
            pane.zoom_to(zoom, at)
            self._follow(pane)
            self.zoom_changed.emit(pane.zoom)

    def drag(self, pane: Pane, start: QPointF, end: QPointF) -> None:
        """Move a picture by hand; the other one follows."""
        pane.drag(start, end)
        self._follow(pane)

    def step(self, right: int, down: int) -> None:
        """Look a tenth of a frame further; in the swipe mode, to the side, uncover a tenth more."""
        if self._mode is Mode.SWIPE and right:
            self.set_swipe(self.swipe + right / 10)
        elif not self.is_empty():
            middle, frame = self.right.frame.center(), self.right.frame
            away = QPointF(right * frame.width() / 10, down * frame.height() / 10)
            self.drag(self.right, middle + away, middle)

    def _follow(self, pane: Pane) -> None:
        """Bring the other picture to the same spot: by the homography, else by its share of the picture."""
        other = self.right if pane is self.left else self.left
        if self._zooms_together:
            other.zoom = pane.zoom
            other.centre = self._same_spot(pane, other)
            other.keep_in_view()
        self.update()

    def _same_spot(self, pane: Pane, other: Pane) -> QPointF:
        forth = self.homography()
        if forth is not None:
            back, is_invertible = forth.inverted()
            if pane is self.left or is_invertible:
                return (forth if pane is self.left else back).map(pane.centre)
        share_x, share_y = pane.centre.x() / pane.full.width(), pane.centre.y() / pane.full.height()
        return QPointF(share_x * other.full.width(), share_y * other.full.height())


def _centre(quad: Sequence[tuple[float, float]]) -> QPointF:
    """The middle of an outline."""
    return QPointF(sum(x for x, _ in quad) / 4, sum(y for _, y in quad) / 4)

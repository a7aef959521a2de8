"""One of the two pictures: where it stands in the widget, how far it is zoomed, and on which point."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QPixmap, QTransform

MOST_ZOOM = 16.0


@dataclass
class Pane:
    """A picture in a fixed frame.

    Attributes:
        full: upright full size in px, the coordinates of matches and outlines.
        frame: where it is shown, in logical px; the picture fills it at zoom 1.
        zoom: relative to the size that fits.
        centre: the full-size point in the middle of the frame.
        is_flipped: whether it is shown with left and right changed.
    """

    pixmap: QPixmap = field(default_factory=QPixmap)
    full: QSizeF = field(default_factory=QSizeF)
    frame: QRectF = field(default_factory=QRectF)
    zoom: float = 1.0
    centre: QPointF = field(default_factory=QPointF)
    is_flipped: bool = False

    def fit(self) -> None:
        """Show the whole picture."""
        self.zoom = 1.0
        self.centre = QPointF(self.full.width() / 2, self.full.height() / 2)

    def scale(self) -> float:
        """Logical px per full-size px."""
        return self.zoom * self.frame.width() / max(self.full.width(), 1.0)

    def view(self) -> QTransform:
        """From full-size px to logical px."""
        middle, scale = self.frame.center(), max(self.scale(), 1e-9)
        moved = QTransform.fromTranslate(middle.x(), middle.y())
        return moved.scale(-scale if self.is_flipped else scale, scale).translate(-self.centre.x(), -self.centre.y())

    def to_photo(self, place: QPointF) -> QPointF:
        """From logical px to full-size px."""
        return self.view().inverted()[0].map(place)

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom, keeping the point below ``at`` (logical px) where it is."""
        anchor = at if at is not None else self.frame.center()
        held = self.to_photo(anchor)
        self.zoom = min(max(zoom, 1.0), MOST_ZOOM)
        self.centre += held - self.to_photo(anchor)
        self.keep_in_view()

    def drag(self, start: QPointF, end: QPointF) -> None:
        """Move what lay at one place (logical px) to another."""
        self.centre += self.to_photo(start) - self.to_photo(end)
        self.keep_in_view()

    def keep_in_view(self) -> None:
        """Move the centre so that the frame is filled."""
        half_w, half_h = self.full.width() / 2 / self.zoom, self.full.height() / 2 / self.zoom
        self.centre = QPointF(
            min(max(self.centre.x(), half_w), max(self.full.width() - half_w, half_w)),
            min(max(self.centre.y(), half_h), max(self.full.height() - half_h, half_h)),
        )


def place_side_by_side(left: Pane, right: Pane, room: QRectF, margin: float, least_gap: float) -> None:
    """Give two panes frames of one height, at the left and the right edge of the room."""
    wide = room.width() - 2 * margin - least_gap
    tall = room.height() - margin
    ratios = [p.full.width() / max(p.full.height(), 1.0) for p in (left, right)]
    height = max(min(tall, wide / max(sum(ratios), 1e-9)), 1.0)
    top = room.center().y() - height / 2
    # Narrow pictures move inwards, so that lines stay short enough to follow.
    gap = min(max(least_gap, room.width() - 2 * margin - height * sum(ratios)), 2 * least_gap)
    start = room.center().x() - (height * sum(ratios) + gap) / 2
    left.frame = QRectF(start, top, height * ratios[0], height)
    right.frame = QRectF(start + height * ratios[0] + gap, top, height * ratios[1], height)


def perspective(homography: tuple[float, ...]) -> QTransform:
    """A row-major homography as Qt's transform, which multiplies row vectors from the left."""
    a, b, c, d, e, f, g, h, i = homography
    return QTransform(a, d, g, b, e, h, c, f, i)

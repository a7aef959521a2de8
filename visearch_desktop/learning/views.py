"""Two views of a photo, as two cameras might take it, and where each of their pixels lies in the photo."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography, project
from visearch_desktop.learning.changes import CHANGES, Change, Pixels, changed

FILLS = (cv2.BORDER_REFLECT_101, cv2.BORDER_REFLECT_101, cv2.BORDER_REPLICATE, cv2.BORDER_CONSTANT)
SHRUNK_FROM = 1.5
"""Photo pixels in one of the view from which the photo is made smaller first, so that nothing flickers."""
LEAST_SHARE = 0.15
"""Of the photo's area, in the first view."""
LEAST_ZOOM, MOST_ZOOM = 0.6, 1.4
"""Of the second view, by the width of the first."""
LEAST_WIDTH_PX = 64
FARTHEST = 1.7
"""By how much of its width a window is wider than the photo at most, where another photo lies behind."""


@dataclass(frozen=True, slots=True)
class View:
    """A view.

    Attributes:
        pixels: (h, w, 3) uint8 RGB.
        to_photo: (3, 3) pixels of the view -> pixels of the photo.
    """

    pixels: Pixels
    to_photo: Homography


@dataclass(frozen=True, slots=True)
class Window:
    """What a camera sees of a photo: middle and width in photo pixels, turned, at an angle, in a mirror.

    Attributes:
        x, y: the middle.
        width: of what is seen.
        turned_rad: clockwise on the screen.
        tilt: (4, 2) by how much of the width each corner is off.
        is_mirrored: left and right change places.
    """

    x: float
    y: float
    width: float
    turned_rad: float = 0.0
    tilt: NDArray[np.float64] | None = None
    is_mirrored: bool = False

    def to_photo(self, size: tuple[int, int]) -> Homography:
        """The homography of a view of (width, height) pixels."""
        width, height = size
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [self.width / 2, self.width / 2 * height / width]
        if self.tilt is not None:
            corners = corners + self.tilt * self.width
        cosine, sine = np.cos(self.turned_rad), np.sin(self.turned_rad)
        seen = corners @ np.array([[cosine, sine], [-sine, cosine]]) + [self.x, self.y]
        own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        if self.is_mirrored:
            own = own[[1, 0, 3, 2]]
        return np.asarray(cv2.getPerspectiveTransform(own, seen.astype(np.float32)), dtype=np.float64)


def first_window(shape: tuple[int, int], size: tuple[int, int], rng: np.random.Generator) -> Window:
    """A part of a photo, from a seventh of it to all, about as a camera is held.

    Args:
        shape: height and width of the photo.
        size: width and height of the view.
        rng: of chance.
    """
    height, width = shape
    aspect = size[0] / size[1]
    share = np.exp(rng.uniform(np.log(LEAST_SHARE), 0))
    seen = min(width * 1.05, float(np.sqrt(share * width * height * aspect)))
    free_x, free_y = max(0.0, width - seen) / 2, max(0.0, height - seen / aspect) / 2
    return Window(
        width / 2 + rng.uniform(-1, 1) * free_x, height / 2 + rng.uniform(-1, 1) * free_y, max(seen, LEAST_WIDTH_PX),
        *_held(rng),
    )  # fmt: skip


def second_window(seen: Window, size: tuple[int, int], shape: tuple[int, int], rng: np.random.Generator) -> Window:
    """Another look at some of what a window sees: nearer or farther, turned, at an angle.

    Args:
        seen: by the other view.
        size: width and height of the view.
        shape: height and width of the photo.
        rng: of chance.
    """
    zoom = np.exp(rng.uniform(np.log(LEAST_ZOOM), np.log(MOST_ZOOM)))
    free = max(0.2, 1 - zoom) / 2
    x = seen.x + rng.uniform(-free, free) * seen.width
    y = seen.y + rng.uniform(-free, free) * seen.width * size[1] / size[0]
    inside = np.clip([x, y], 0, shape[::-1])
    return Window(float(inside[0]), float(inside[1]), max(seen.width * zoom, LEAST_WIDTH_PX), *_held(rng))


def _held(rng: np.random.Generator) -> tuple[float, NDArray[np.float64] | None, bool]:
    """How a camera is turned and tilted, and whether the photo was mirrored afterwards."""
    kind = rng.random()
    if kind < 0.4:
        turned = 0.0
    elif kind < 0.75:
        turned = rng.normal(0, 0.2)
    else:
        turned = rng.uniform(-np.pi, np.pi)
    if kind > 0.9:
        turned = float(rng.integers(1, 4)) * np.pi / 2
    tilt = rng.uniform(-1, 1, (4, 2)) * rng.uniform(0, 0.16) if rng.random() < 0.4 else None
    return float(turned), tilt, bool(rng.random() < 0.3)


def far_window(shape: tuple[int, int], size: tuple[int, int], rng: np.random.Generator) -> Window:
    """All of a photo, with something around it, as of a picture on a wall or a cover on a table.

    Args:
        shape: height and width of the photo.
        size: width and height of the view.
        rng: of chance.
    """
    height, width = shape
    least = max(width, height * size[0] / size[1])  # all of the photo is in it
    seen = least * rng.uniform(1.0, FARTHEST)
    free_x, free_y = (seen - width) / 2, (seen * size[1] / size[0] - height) / 2
    return Window(
        width / 2 + rng.uniform(-1, 1) * free_x, height / 2 + rng.uniform(-1, 1) * free_y, float(seen), *_held(rng)
    )


def take(
    photo: Pixels, window: Window, size: tuple[int, int], changes: tuple[tuple[float, Change], ...],
    rng: np.random.Generator, behind: Pixels | None = None,
) -> View:  # fmt: skip
    """A view of (width, height) pixels: what the window sees, then changed.

    Args:
        photo: (h, w, 3) uint8 RGB.
        window: what is seen of it.
        size: width and height of the view.
        changes: what happens to the view, and how often.
        rng: of chance.
        behind: another photo, seen where this one ends; None fills with what is at its edge, or a colour.
    """
    to_photo = window.to_photo(size)
    fill = FILLS[int(rng.integers(len(FILLS)))] if behind is None else cv2.BORDER_TRANSPARENT
    colour = [int(value) for value in rng.integers(0, 256, 3)]
    ground = None if behind is None else cv2.resize(behind, size, interpolation=cv2.INTER_AREA)
    step = window.width / size[0]
    source, to_source = photo, to_photo
    if step > SHRUNK_FROM:
        small = max(8, round(photo.shape[1] / step)), max(8, round(photo.shape[0] / step))
        source = np.asarray(cv2.resize(photo, small, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        to_source = np.diag([small[0] / photo.shape[1], small[1] / photo.shape[0], 1.0]) @ to_photo
    pixels = cv2.warpPerspective(
        source, _between_centres(to_source), size, ground, cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, fill, colour
    )
    return View(changed(np.asarray(pixels, dtype=np.uint8), changes, rng), to_photo)


def two_views(
    photo: Pixels, size: tuple[int, int], rng: np.random.Generator, other: Pixels | None = None,
    to_other: Homography | None = None, behind: tuple[Pixels, Pixels] | None = None,
) -> tuple[View, View]:  # fmt: skip
    """A view of a photo, and one that shares some of what is seen.

    Args:
        photo: (h, w, 3) uint8 RGB.
        size: width and height of both.
        rng: of chance; the same gives the same views.
        other: a photo of the same thing, for the second view.
        to_other: pixels of ``photo`` -> those of ``other``.
        behind: two photos to lie behind the two views, which then see all of this one.
    """
    changes, shape = tuple(CHANGES), (photo.shape[0], photo.shape[1])
    if behind is not None:
        windows = far_window(shape, size, rng), far_window(shape, size, rng)
        one, two = (take(photo, seen, size, changes, rng, ground) for seen, ground in zip(windows, behind, strict=True))
        return one, two
    window = first_window(shape, size, rng)
    first = take(photo, window, size, changes, rng)
    if other is not None and to_other is not None:
        photo, window = other, _moved(window, to_other)
    window = second_window(window, size, (photo.shape[0], photo.shape[1]), rng)
    return first, take(photo, window, size, changes, rng)


def cells_in_photo(view: View, cells: tuple[int, int], shape: tuple[int, int]) -> NDArray[np.float32]:
    """(rows · columns, 2) where the middles of a view's cells lie, in 0…1 of a photo's width and height.

    Args:
        view: see there.
        cells: rows and columns.
        shape: height and width of the photo.
    """
    height, width = view.pixels.shape[:2]
    y, x = np.mgrid[0 : cells[0], 0 : cells[1]] + 0.5
    places = np.column_stack([x.ravel() * width / cells[1], y.ravel() * height / cells[0]])
    return np.nan_to_num(project(view.to_photo, places) / shape[::-1], nan=-1, posinf=-1, neginf=-1).astype(np.float32)


def _between_centres(homography: Homography) -> Homography:
    """From pixels whose centres are at .5 to OpenCV's, whose are at 0."""
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    return np.asarray(np.linalg.inv(half) @ homography @ half)


def _moved(window: Window, homography: Homography) -> Window:
    """The window in another photo, as large as its width becomes there."""
    near = np.array([[window.x, window.y], [window.x + 0.1 * window.width, window.y]])
    middle, right = project(homography, near)
    dx, dy = right - middle
    turned = window.turned_rad + float(np.arctan2(dy, dx))
    return Window(float(middle[0]), float(middle[1]), float(np.hypot(dx, dy)) * 10, turned)

"""A query picture turned by quarters or mirrored, for copies of photos that lie on their side or are the wrong way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.photos.decode import Photo
from visearch_desktop.search.picture import OpenPicture


@dataclass(frozen=True, slots=True)
class Turn:
    """How a picture is looked at.

    Attributes:
        quarters: clockwise turns by 90°, 0…3, after mirroring.
        is_mirrored: whether left and right change places.
    """

    quarters: int = 0
    is_mirrored: bool = False

    def pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(h, w, 3) -> (h, w, 3) or (w, h, 3)."""
        seen = pixels[:, ::-1] if self.is_mirrored else pixels
        return np.ascontiguousarray(np.rot90(seen, -self.quarters))

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Of the turned picture."""
        return (height, width) if self.quarters % 2 else (width, height)

    def region(self, region: Region, width: float, height: float) -> Region:
        """Where a region of a picture of that size comes to lie."""
        x, y, w, h = region.as_tuple()
        if self.is_mirrored:
            x = width - x - w
        for _ in range(self.quarters):
            x, y, w, h = height - y - h, x, h, w
            width, height = height, width
        return Region(x, y, w, h)


def turns(*, rotations: bool, mirrored: bool) -> tuple[Turn, ...]:
    """All ways to look at a picture, other than as it is.

    Args:
        rotations: by 90°, 180° and 270°.
        mirrored: likewise, and each rotation as well where these are wanted.
    """
    ways = [
        Turn(quarters, mirror) for mirror in (False, True)[: 1 + mirrored] for quarters in range(4 if rotations else 1)
    ]
    return tuple(ways[1:])


class TurnedPicture(OpenPicture):
    """An open picture as it looks turned; nothing is decoded again.

    Args:
        picture: as it is.
        turn: how it is looked at.
    """

    def __init__(self, picture: OpenPicture, turn: Turn) -> None:
        super().__init__(b"")
        self._picture, self._turn = picture, turn

    @property
    def size(self) -> tuple[int, int]:
        """See :class:`OpenPicture`."""
        return self._turn.size(*self._picture.size)

    def photo(self, longest_px: int) -> Photo:
        """See :class:`OpenPicture`."""
        seen = self._picture.photo(longest_px)
        width, height = self._turn.size(seen.width, seen.height)
        return Photo(self._turn.pixels(seen.pixels), width, height, seen.metadata)


def seen_turned(picture: OpenPicture, turn: Turn, region: Region | None) -> tuple[OpenPicture, Region | None]:
    """A picture as it looks turned, kept with it, and where a region of it comes to lie."""
    turned = picture.other(turn, lambda: TurnedPicture(picture, turn))
    return turned, None if region is None else turn.region(region, *picture.size)

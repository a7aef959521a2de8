"""What a person looks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from visearch_desktop.core.region import Region


@dataclass(frozen=True, slots=True)
class QueryPicture:
    """One picture of a query: exactly one of ``photo_id``, ``path`` and ``encoded`` is given.

    Attributes:
        photo_id: a photo of the library.
        path: a file, in the library or not.
        encoded: the bytes of an image file (PNG from the clipboard, whatever a browser dropped).
        name: what the query card calls it.
        region: in upright pixels of the picture; None is the whole picture.
        minus: whether photos that show it are *not* looked for.
    """

    photo_id: int | None = None
    path: Path | None = None
    encoded: bytes | None = None
    name: str = ""
    region: Region | None = None
    minus: bool = False

    def is_same_picture(self, other: QueryPicture) -> bool:
        """Whether both come from one picture, whatever their regions, names and signs."""
        return replace(self, name="", region=None, minus=False) == replace(other, name="", region=None, minus=False)


class Together(StrEnum):
    """How much of what is looked for a photo is to show."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and what is not.

    Attributes:
        pictures: one part of the query each; the same picture may come several times, with other regions.
        together: whether a photo is to show all parts (those that are not ``minus``) or any of them.
        rotations: whether photos that show it turned by 90°, 180° or 270° are looked for, too.
        mirrored: whether photos that show it mirrored are, too; with ``rotations``, in every turn.
    """

    pictures: tuple[QueryPicture, ...] = ()
    together: Together = Together.ALL
    rotations: bool = False
    mirrored: bool = False

    @property
    def wanted(self) -> tuple[QueryPicture, ...]:
        """The parts that are looked for."""
        return tuple(picture for picture in self.pictures if not picture.minus)

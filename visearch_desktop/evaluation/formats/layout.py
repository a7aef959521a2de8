"""What a layout is, and the place where one may lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from visearch_desktop.core.errors import DataSetError
from visearch_desktop.core.region import Region
from visearch_desktop.evaluation.dataset import DataSet
from visearch_desktop.evaluation.protocol import Protocol
from visearch_desktop.photos.walk import FoundFile, walk


class Place:
    """A folder, or a file of ground truth in it, and the photos there; they are listed once, when first asked for.

    Attributes:
        path: what was asked for, links in it followed.
        root: the folder.
    """

    def __init__(self, path: Path) -> None:
        """Args: path: exists."""
        self.path = Path(os.path.realpath(path))
        self.root = self.path if self.path.is_dir() else self.path.parent

    @cached_property
    def photos(self) -> tuple[Path, ...]:
        """All photos in the folder and below, sorted."""
        return tuple(sorted(found.path for found in walk(self.root) if isinstance(found, FoundFile)))

    def photo(self, name: str) -> Path:
        """The photo of that name without ending, wherever below the folder; where it would be if there is none."""
        return self._by_stem.get(name) or self.root / f"{PurePosixPath(name).name}.jpg"

    def has_photo(self, name: str) -> bool:
        """Whether there is a photo of that name without ending."""
        return name in self._by_stem

    def named(self, name: str) -> Path:
        """The absolute path of a name that is relative to the folder; a link at its end is not followed."""
        return Path(os.path.normpath(self.root / name))

    @cached_property
    def _by_stem(self) -> dict[str, Path]:
        return {path.stem: path for path in reversed(self.photos)}


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to publish a data set.

    Attributes:
        name: what the command line takes.
        looks_like: what is recognised, for a person.
        protocols: by which it can be counted, the usual one first.
        recognises: whether it lies at a place; looks at names only.
        read: the data set there, not yet checked.
    """

    name: str
    looks_like: str
    protocols: tuple[Protocol, ...]
    recognises: Callable[[Place], bool]
    read: Callable[[Place, Protocol], DataSet]


def text_of(path: Path) -> str:
    """A small text file.

    Raises:
        DataSetError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataSetError(path, f"it cannot be read ({error.strerror or type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise DataSetError(path, "it is not a text file") from error


def box(corners: Iterable[float]) -> Region:
    """Left, top, right and bottom as a region.

    Raises:
        ValueError: there are not four numbers.
    """
    left, top, right, bottom = (float(number) for number in corners)
    return Region(left, top, right - left, bottom - top)

"""Where things are: the program's own data, the user's data, and the files of one library."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import platformdirs


def resource(name: str) -> Traversable:
    """A file or folder of ``resources/``, the same way in a checkout and in an installed program.

    Args:
        name: a path below ``resources``, with ``/``.
    """
    packed = files("visearch_desktop").joinpath("resources")
    root = packed if packed.is_dir() else files("visearch_desktop").joinpath("..", "resources")
    return root.joinpath(*name.split("/"))


def bundled_networks_folder() -> Path:
    """The networks that are part of the program, a folder each; only ever read, and missing where there are none."""
    return Path(str(resource("networks"))).resolve()


def user_data_folder() -> Path:
    """The folder for this user's libraries and networks; ``VISEARCH_DATA`` overrides it (tests, portable copies)."""
    override = os.environ.get("VISEARCH_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir("visearch-desktop", appauthor=False))


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """The files of one library, all below ``root``."""

    root: Path

    @classmethod
    def of(cls, library: Path | None) -> LibraryPaths:
        """The library in a folder of the person's choice, or the default one."""
        return cls((library or user_data_folder() / "library").expanduser().absolute())

    @property
    def catalogue(self) -> Path:
        """The SQLite file: the truth."""
        return self.root / "catalogue.sqlite"

    @property
    def backups(self) -> Path:
        """Copies of the catalogue made before migrations."""
        return self.root / "backups"

    @property
    def thumbnails(self) -> Path:
        """A SQLite file of encoded thumbnails; can be made again."""
        return self.root / "thumbnails.sqlite"

    @property
    def indexes(self) -> Path:
        """Index files; can be made again."""
        return self.root / "indexes"

    @property
    def local_index(self) -> Path:
        """The index of photos' details; can be made again."""
        return self.root / "local-index"

    @property
    def networks(self) -> Path:
        """Networks that belong to this library alone; the shared ones are in the user's data folder."""
        return self.root / "networks"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes; holds its process id."""
        return self.root / "lock"

    @property
    def log(self) -> Path:
        """The log, rotated."""
        return self.root / "visearch.log"

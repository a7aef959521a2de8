"""What a library says about near duplicates: which file of a group is the best, and what may go to the trash.

Plain, frozen, picklable rows, as in :mod:`visearch_desktop.library.rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from visearch_desktop.library.rows import PhotoRow


class KeepBy(StrEnum):
    """What makes one copy better than another."""

    LARGEST = "largest"  # in pixels
    SHARPEST = "sharpest"  # by its details, and by the bytes that it has for them
    OLDEST = "oldest"


class Change(StrEnum):
    """What a file of a group is, compared with the best one."""

    BEST = "best"
    SAME_FILE = "same_file"  # byte for byte
    SAVED_AGAIN = "saved_again"
    SMALLER = "smaller"
    LARGER = "larger"
    TURNED = "turned"
    CROPPED = "cropped"  # it shows less
    WIDER = "wider"  # it shows more
    MIRRORED = "mirrored"
    ALIKE = "alike"  # maybe the same view at another time, or a copy of a copy


class Verdict(StrEnum):
    """What is proposed for a file."""

    KEEP = "keep"
    TRASH = "trash"
    DECIDE = "decide"  # kept: it shows something else than the best one, or may


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    """One file of a group; ``row`` is its photo as this file.

    Attributes:
        turned_deg: by how much it is turned against the best one, either way.
    """

    file_id: int
    row: PhotoRow
    size_bytes: int
    change: Change
    turned_deg: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Copies of one picture, the best first, then what goes, then what the person decides on."""

    group_id: int
    files: tuple[DuplicateFile, ...]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The first groups, largest first; and how many groups and files there are in all."""

    groups: tuple[DuplicateGroup, ...]
    total_groups: int
    total_files: int

"""Messages about near duplicates."""

from __future__ import annotations

from dataclasses import dataclass

from visearch_desktop.library.duplicate_rows import Duplicates, KeepBy


@dataclass(frozen=True, slots=True)
class GetDuplicates:
    """The largest groups, at most ``limit``; answers ``DuplicatesReady``."""

    job: int
    keep_by: tuple[KeepBy, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class RefuseDuplicates:
    """The person says that these photos are no duplicates of each other, or takes it back."""

    job: int
    photo_ids: tuple[int, ...]
    refused: bool = True


@dataclass(frozen=True, slots=True)
class DuplicatesReady:
    """``keep_by`` is that of the request."""

    job: int
    keep_by: tuple[KeepBy, ...]
    duplicates: Duplicates

"""Reports: library -> window."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visearch_desktop.library.rows import (
    Comparison,
    IndexProgress,
    Overview,
    PhotoDetails,
    PhotoRow,
    PhotoView,
    ProblemRow,
    Section,
)
from visearch_desktop.search.hits import Ranking


@dataclass(frozen=True, slots=True)
class Ready:
    """The library is open; unasked, first of all."""

    job: int
    root: Path
    overview: Overview


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Photos were added, changed or left; unasked, at most twice a second. What is shown should be asked for again."""

    job: int
    overview: Overview


@dataclass(frozen=True, slots=True)
class Progress:
    """At most ten a second."""

    job: int
    progress: IndexProgress


@dataclass(frozen=True, slots=True)
class Paused:
    """Indexing is held, or goes on."""

    job: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Indexing waits for mains power, or (``waits`` false) does not any more; unasked."""

    job: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence worth showing in place ("Archive disk is not connected …")."""

    job: int
    text: str


@dataclass(frozen=True, slots=True)
class FolderAdded:
    """The folder is in the catalogue; its photos follow."""

    job: int
    folder_id: int


@dataclass(frozen=True, slots=True)
class OverviewReady:
    job: int
    overview: Overview


@dataclass(frozen=True, slots=True)
class SectionsReady:
    job: int
    view: PhotoView
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class PageReady:
    job: int
    view: PhotoView
    offset: int
    rows: tuple[PhotoRow, ...]


@dataclass(frozen=True, slots=True)
class RowsReady:
    job: int
    rows: tuple[PhotoRow, ...]


@dataclass(frozen=True, slots=True)
class ThumbnailReady:
    """``encoded`` is a JPEG or PNG, upright; empty where there is none yet."""

    job: int
    photo_id: int
    encoded: bytes


@dataclass(frozen=True, slots=True)
class DetailsReady:
    job: int
    details: PhotoDetails


@dataclass(frozen=True, slots=True)
class PreviewReady:
    """``encoded`` is a JPEG, upright; ``width`` × ``height`` is the picture's full size."""

    job: int
    encoded: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DetailsCounted:
    job: int
    details: int


@dataclass(frozen=True, slots=True)
class RankingReady:
    """``rows`` belong to ``ranking.hits``, one each."""

    job: int
    ranking: Ranking
    rows: tuple[PhotoRow, ...]


@dataclass(frozen=True, slots=True)
class Verifying:
    """So many of the best candidates are verified; at most ten a second."""

    job: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ComparisonReady:
    job: int
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class ProblemsReady:
    job: int
    problems: tuple[ProblemRow, ...]


@dataclass(frozen=True, slots=True)
class LabelsReady:
    """The photos of each group; ``before``: the labels that the changed photos had, "" for none, to undo the change."""

    job: int
    labels: dict[str, tuple[int, ...]]
    before: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupPhotosReady:
    """Oldest first; none where the group has gone meanwhile."""

    job: int
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a method gives and costs, as measured: a share of 1, milliseconds and bytes a photo; None: not known."""

    mean_ap: float
    ms_per_photo: float | None
    bytes_per_photo: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a setting can be: a descriptor, a device; ``unavailable`` is a sentence, "" where it can be used.

    ``measured`` is what it gives and costs, where that was measured; ``is_recommended``: it is offered first.
    """

    value: str
    title: str
    summary: str
    unavailable: str = ""
    measured: Measured | None = None
    is_recommended: bool = True


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A listed network: ``state`` is "present", "absent", "partial" or, of the program's own, "damaged"; ``kind`` is
    "descriptor" or "local_features".
    """  # noqa: D205 - one sentence

    name: str
    title: str
    licence: str
    size_bytes: int
    dimension: int
    state: str
    needs: str = ""
    kind: str = "descriptor"


@dataclass(frozen=True, slots=True)
class SettingsReady:
    """``gone_photos`` have no file any more; ``gone_bytes`` of data of them are kept."""

    job: int
    values: dict[str, Any]
    choices: dict[str, tuple[Choice, ...]]
    networks: tuple[NetworkRow, ...]
    gone_photos: int = 0
    gone_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The job could not be done; ``sentence`` and ``hint`` are for the person."""

    job: int
    kind: str  # the error's class name
    sentence: str
    hint: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Always the last report of a job."""

    job: int
    cancelled: bool = False

"""Requests: window -> library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch_desktop.library.rows import GroupKind, PhotoView
from visearch_desktop.search.query import Query, QueryPicture


@dataclass(frozen=True, slots=True)
class AddFolder:
    """Add a folder and index it; answers ``FolderAdded``, then ``Progress``."""

    job: int
    path: Path


@dataclass(frozen=True, slots=True)
class RemoveFolder:
    """Forget a folder (its photos leave the results, their vectors stay until purged)."""

    job: int
    folder_id: int


@dataclass(frozen=True, slots=True)
class RestoreFolder:
    """Undo ``RemoveFolder``: the folder with its exclude patterns, connected or not; answers as ``AddFolder`` does."""

    job: int
    folder_id: int


@dataclass(frozen=True, slots=True)
class Index:
    """Look for new files in all folders and index what is not done."""

    job: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold indexing, or let it go on; obeyed within half a second. Answers ``Paused`` with job 0 to all."""

    job: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop another job; that job's ``Finished`` says cancelled."""

    job: int
    other: int


@dataclass(frozen=True, slots=True)
class GetOverview:
    """Answers ``OverviewReady``."""

    job: int


@dataclass(frozen=True, slots=True)
class GetSections:
    """Answers ``SectionsReady``."""

    job: int
    view: PhotoView


@dataclass(frozen=True, slots=True)
class GetPage:
    """Answers ``PageReady``."""

    job: int
    view: PhotoView
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class GetRows:
    """Rows of given photos (of hits), in their order; answers ``RowsReady``."""

    job: int
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GetThumbnails:
    """Answers a ``ThumbnailReady`` each."""

    job: int
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GetDetails:
    """Answers ``DetailsReady``."""

    job: int
    photo_id: int


@dataclass(frozen=True, slots=True)
class GetPreview:
    """The picture at a size for looking at; answers ``PreviewReady`` or ``Failed``."""

    job: int
    picture: QueryPicture
    longest_px: int


@dataclass(frozen=True, slots=True)
class CountDetails:
    """How many local features lie in the picture's region; answers ``DetailsCounted``."""

    job: int
    picture: QueryPicture


@dataclass(frozen=True, slots=True)
class Search:
    """Answers a ``RankingReady`` before verification and, unless ``verify`` is false, one after it.

    A newer search cancels an older one. ``verify`` is false while a region is being dragged.
    """

    job: int
    query: Query
    intent: str = "same"
    limit: int = 300
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Compare:
    """Answers ``ComparisonReady``. A newer comparison cancels an older one."""

    job: int
    picture: QueryPicture
    photo_id: int


@dataclass(frozen=True, slots=True)
class GetProblems:
    """Answers ``ProblemsReady``."""

    job: int


@dataclass(frozen=True, slots=True)
class RetryProblems:
    """Try files again; answers ``Progress`` and, unasked, ``LibraryChanged``."""

    job: int
    file_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IgnoreProblems:
    """Do not list files again, or (``ignored`` false: undo) do."""

    job: int
    file_ids: tuple[int, ...]
    ignored: bool


@dataclass(frozen=True, slots=True)
class GetLabels:
    """Answers ``LabelsReady`` with the groups that the person has made."""

    job: int


@dataclass(frozen=True, slots=True)
class LabelPhotos:
    """Photos show the same thing: put them into the group of that name, or ("") into none; answers ``LabelsReady``."""

    job: int
    photo_ids: tuple[int, ...]
    label: str


@dataclass(frozen=True, slots=True)
class RestoreLabels:
    """Undo ``LabelPhotos``: what its ``LabelsReady`` had as ``before``; answers ``LabelsReady``."""

    job: int
    labels: dict[int, str]


@dataclass(frozen=True, slots=True)
class GetGroupPhotos:
    """All photos of one visual group; answers ``GroupPhotosReady``."""

    job: int
    kind: GroupKind
    group_id: int


@dataclass(frozen=True, slots=True)
class GetSettings:
    """Answers ``SettingsReady`` with every setting and its value, and what can be chosen."""

    job: int


@dataclass(frozen=True, slots=True)
class SetSetting:
    """Store one setting of the library; answers ``SettingsReady``. Some start an indexing run."""

    job: int
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Purge:
    """Forget photos whose files are gone for good; answers a ``Note`` on what was done, then ``SettingsReady``."""

    job: int


@dataclass(frozen=True, slots=True)
class FetchNetwork:
    """Download a network's weights; answers ``Progress``, resumes what is there."""

    job: int
    name: str


@dataclass(frozen=True, slots=True)
class ImportNetwork:
    """Take a network's weights from a file."""

    job: int
    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class Quit:
    """Close the library and end the process."""

    job: int

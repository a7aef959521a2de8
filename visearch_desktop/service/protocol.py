"""What the window and the library process say to each other: frozen, picklable, without Qt and without tensors.

The window sends a request with a job number of its own choosing, higher than all before. The library answers with any
number of reports that carry this number; a :class:`Finished` always comes last. Reports with job 0 come unasked.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visearch_desktop.library.rows import (
    Comparison,
    IndexProgress,
    Order,
    Overview,
    PhotoDetails,
    PhotoRow,
    PhotoView,
    ProblemRow,
    Section,
)
from visearch_desktop.search.hits import Hit, Ranking
from visearch_desktop.search.query import Query, QueryPicture

__all__ = ["Hit", "Order", "Query", "QueryPicture", "Ranking"]

# --- requests: window -> library --------------------------------------------------------------------------------------


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


Request = (
    AddFolder | RemoveFolder | RestoreFolder | Index | Pause | Cancel | GetOverview | GetSections | GetPage | GetRows
    | GetThumbnails | GetDetails | GetPreview | CountDetails | Search | Compare | GetProblems | RetryProblems
    | IgnoreProblems | GetSettings | SetSetting | Purge | FetchNetwork | ImportNetwork | Quit
)  # fmt: skip

# --- reports: library -> window ---------------------------------------------------------------------------------------


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
class Choice:
    """One thing a setting can be: a descriptor, a device; ``unavailable`` is a sentence, "" where it can be used."""

    value: str
    title: str
    summary: str
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A listed network: ``state`` is "present", "absent" or "partial"."""

    name: str
    title: str
    licence: str
    size_bytes: int
    dimension: int
    state: str
    needs: str = ""


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


Report = (
    Ready | LibraryChanged | Progress | Paused | Waiting | Note | FolderAdded | OverviewReady | SectionsReady
    | PageReady | RowsReady | ThumbnailReady | DetailsReady | PreviewReady | DetailsCounted | RankingReady | Verifying
    | ComparisonReady | ProblemsReady | SettingsReady | Failed | Finished
)  # fmt: skip

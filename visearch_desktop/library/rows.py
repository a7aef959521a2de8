"""What a library tells about itself: plain, frozen, picklable rows for the window and the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Order(StrEnum):
    """How a view is sorted."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    ADDED = "added"


class GroupKind(StrEnum):
    """What the photos of a visual group have in common."""

    SAME = "same"  # they show the same place or object
    DUPLICATES = "duplicates"  # they are copies of one picture: smaller, cropped, turned, mirrored, edited
    BURSTS = "bursts"  # they were taken within moments, and are alike


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A selection of the library's photos, in an order.

    Attributes:
        folder_id: only photos of this folder; None is all.
        below: only photos below this subfolder, relative to the folder, "" is all of it.
        recent: only photos added during the last 30 days before the newest addition.
        order: NEWEST and OLDEST have sections by month.
        groups: the visual groups of a kind, largest first, a section each; ``order`` says nothing then.
        group_id: only the photos of this one of them, all, in the view's order.
    """

    folder_id: int | None = None
    below: str = ""
    recent: bool = False
    order: Order = Order.NEWEST
    groups: GroupKind | None = None
    group_id: int | None = None

    @property
    def is_of_groups(self) -> bool:
        """Whether its sections are visual groups."""
        return self.groups is not None and self.group_id is None

    @property
    def is_of_duplicates(self) -> bool:
        """Whether these are groups of near duplicates."""
        return self.is_of_groups and self.groups is GroupKind.DUPLICATES


@dataclass(frozen=True, slots=True)
class Section:
    """A run of photos with one heading.

    Attributes:
        key: "2026-07" for a month, the number of a visual group, "" where the order has no sections.
        count: photos of the view.
        total: of a group: all its photos, of which the view has the first ones; 0 for other sections.
        name: of a group: what the person calls what it shows, "" where they have not said.
        months: of a group: of its oldest and its newest photo.
        first: of a group: the first of its photos' names.
    """

    key: str
    count: int
    total: int = 0
    name: str = ""
    months: tuple[str, str] = ("", "")
    first: str = ""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """What a thumbnail cell needs.

    Attributes:
        taken: ISO 8601 local time from EXIF, else of the file's modification; "" where unknown.
        has_thumbnail: whether the first look is done.
        is_offline: whether its folder's drive is missing.
    """

    photo_id: int
    name: str
    path: Path
    taken: str
    width: int
    height: int
    has_thumbnail: bool
    is_offline: bool


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    """What the details panel shows of one photo; "" and None where the file does not say.

    Attributes:
        also_at: other files with the same content.
        exposure: "1/1250 s, f/1.9, ISO 51".
        position: latitude and longitude in degrees.
        details: number of local features; None before the closer look.
    """

    row: PhotoRow
    content_hash: str
    folder_name: str
    also_at: tuple[Path, ...]
    size_bytes: int
    camera: str
    lens: str
    exposure: str
    position: tuple[float, float] | None
    altitude_m: float | None
    details: int | None


@dataclass(frozen=True, slots=True)
class SubfolderRow:
    """A folder below an added one: ``below`` is relative, with "/"."""

    below: str
    count: int


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder the person added."""

    folder_id: int
    path: Path
    name: str
    count: int
    is_offline: bool
    excludes: tuple[str, ...]
    subfolders: tuple[SubfolderRow, ...]


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A file that could not be read.

    Attributes:
        problem: a value of ``core.errors.Problem``.
        sentence, hint: in plain words, from ``core.sentences``.
        since: ISO 8601.
    """

    file_id: int
    path: Path
    name: str
    folder: str
    problem: str
    sentence: str
    hint: str
    since: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The library in numbers.

    Attributes:
        photos: present photos.
        looked: of them, those with a vector of the current descriptor (searchable).
        closer: of them, those whose local features are known.
        problems: files that could not be read and are not ignored.
        descriptor: name of the descriptor searches use by default.
        descriptor_title: what it is called.
        groups: how many visual groups there are of each kind that has any.
    """

    photos: int
    recent: int
    looked: int
    closer: int
    problems: int
    folders: tuple[FolderRow, ...]
    descriptor: str
    descriptor_title: str = ""
    groups: dict[GroupKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far indexing has come; ``stage`` is "scan", "first_look", "closer_look", "learn", "index" or "group".

    Attributes:
        done, total: files or photos of this stage; total 0 while it is not known.
        now: name of the file in hand, for the list of jobs.
        rate: photos a second over the last seconds.
        seconds_left: None while not known.
    """

    stage: str
    done: int
    total: int
    now: str
    rate: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did; the fields are those of ``index --json``.

    Attributes:
        photos: files of the library that hold a photo, copies counted, as ``added`` counts them.
        stages: seconds by "scan", "decode", "describe", "index"; decode and describe are summed over workers.
        cancelled: it was stopped before everything was done.
        notes: sentences worth saying (an index was rebuilt, a folder is offline, …).
    """

    folders: tuple[Path, ...]
    photos: int
    added: int
    updated: int
    removed: int
    problems: tuple[ProblemRow, ...]
    seconds: float
    stages: dict[str, float]
    cancelled: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisualGroup:
    """Photos that were found to belong together, oldest first; ``name`` as in :class:`Section`."""

    kind: GroupKind
    group_id: int
    name: str
    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What bringing the visual groups up to date did.

    Attributes:
        looked: photos that were looked up.
        groups: how many there are now of each kind.
        cancelled: it was stopped before every photo was looked up.
    """

    looked: int
    groups: dict[GroupKind, int]
    seconds: float
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Instance:
    """One place of a photo where the query was found.

    Attributes:
        homography: row-major, 9 numbers, query px -> photo px; it turns the picture over where it is mirrored.
        quad: the query region's outline in the photo.
        inliers: matches that agree with it.
        matches: positions of these in the comparison's matches.
    """

    homography: tuple[float, ...]
    quad: tuple[tuple[float, float], ...]
    inliers: int
    matches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pictures with everything the compare view draws.

    Attributes:
        verdict: a value of ``methods.matching.verification.Verdict``.
        query_points, photo_points: tentative matches one to one, in upright full-size px of each picture.
        agrees: which of them are inliers.
        homography: row-major, 9 numbers, query px -> photo px; None where not verified.
        quad: the query region's outline in the photo; None where not verified.
        turned_deg: rotation from query to photo, clockwise, -180…180; 0 where not verified.
        scaled: size in the photo over size in the query; 1 where not verified.
        query_details, photo_details: local features of each.
        is_mirrored: whether the photo shows the query with left and right changed.
        instances: every place where it was found, the one of ``homography`` and ``quad`` first; none: not verified.
    """

    photo_id: int
    verdict: str
    tentative: int
    inliers: int
    query_points: tuple[tuple[float, float], ...]
    photo_points: tuple[tuple[float, float], ...]
    agrees: tuple[bool, ...]
    homography: tuple[float, ...] | None
    quad: tuple[tuple[float, float], ...] | None
    turned_deg: float
    scaled: float
    query_details: int
    photo_details: int
    query_size: tuple[int, int]
    photo_size: tuple[int, int]
    similarity: float
    is_mirrored: bool = False
    instances: tuple[Instance, ...] = ()


class LostAt(StrEnum):
    """The step of a search that a photo did not get past."""

    NOWHERE = "nowhere"  # it was found
    NO_FOLDER = "no_folder"  # it lies in no folder of the library
    PASSED_OVER = "passed_over"  # hidden, excluded, or not named like a photo
    NOT_READ_YET = "not_read_yet"
    UNREADABLE = "unreadable"
    NOT_DESCRIBED = "not_described"
    RANKED_LOW = "ranked_low"
    NO_DETAILS_YET = "no_details_yet"
    NOT_VERIFIED = "not_verified"
    NOT_THIS = "not_this"  # it shows what photos are not to show


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of one photo in one search; what no step came to has its default.

    Attributes:
        lost_at: the step.
        photo_id: None where the library does not know the file.
        name: of the file.
        folder: the added folder it lies in; "" for none.
        problem, hint: sentences on why it cannot be read.
        described, photos: how many photos the descriptor has described, and how many there are.
        rank: among those described, from 1, before any is looked at closely.
        has_alike_part: whether a part of it looks so much like the box on the query that it can be said where about it
            is; None where there is no box, or regions are not known.
        looked_at: so many of the best are verified; 0: this search verifies none.
        query_details: local features of what is looked for; -1 where it was not asked.
        verdict: a value of ``methods.matching.verdict.Verdict``; "" where it was not verified.
        inliers: matches that agree.
    """

    lost_at: LostAt
    photo_id: int | None
    name: str
    folder: str = ""
    problem: str = ""
    hint: str = ""
    described: int = 0
    photos: int = 0
    rank: int = 0
    looked_at: int = 0
    query_details: int = -1
    verdict: str = ""
    inliers: int = 0
    has_alike_part: bool | None = None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How much each place of a photo looks like the query: rows of ``width`` bytes, 0 not at all, 255 as itself."""

    width: int
    height: int
    heat: bytes

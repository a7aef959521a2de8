"""Everything that can go wrong in the world, as classes that carry facts.

The wording is in :mod:`visearch_desktop.core.sentences`, and only there. Every class passes its facts to
``super().__init__`` in the order of its constructor, so that an error survives pickling from a worker process. Anything
that is not a :class:`VisearchError` is a bug of ours.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class VisearchError(Exception):
    """A failure a person can meet; not a bug."""


class UsageError(VisearchError):
    """What was asked for makes no sense; ``message`` is a whole sentence that says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class OnlyMinusError(VisearchError):
    """All that a query has is what photos are not to show."""

    def __init__(self) -> None:
        super().__init__()


class UnknownNameError(VisearchError):
    """A method, network or intent was asked for by a name that nothing has."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(kind, name, known)
        self.kind, self.name, self.known = kind, name, known


class MissingExtraError(VisearchError):
    """Something needs an optional part of the program that is not installed (``extra`` as in pyproject.toml)."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what, extra)
        self.what, self.extra = what, extra


# --- photos ---------------------------------------------------------------------------------------------------------


class Problem(StrEnum):
    """Why a file cannot be shown or searched. The value is what the catalogue stores."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    NOT_AN_IMAGE = "not_an_image"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    NO_PREVIEW = "no_preview"
    VANISHED = "vanished"
    BROKEN_LINK = "broken_link"
    NOT_A_FILE = "not_a_file"
    NO_PERMISSION = "no_permission"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    READ_FAILED = "read_failed"


class PhotoError(VisearchError):
    """A file could not be read as a photo.

    Attributes:
        path: the file.
        problem: the kind of failure.
        facts: what the sentence needs, by kind: TRUNCATED ``have_bytes`` and ``want_bytes`` (either may be missing);
            TOO_LARGE ``megapixels`` and ``limit``; NOT_AN_IMAGE ``looks_like`` ("web page", "text", …); UNSUPPORTED
            ``format``, and ``extra`` where an optional part would read it; TIMED_OUT ``seconds``; DAMAGED and
            READ_FAILED ``detail``.
    """

    def __init__(self, path: Path, problem: Problem, facts: dict[str, str | int | float] | None = None) -> None:
        super().__init__(path, problem, facts)
        self.path, self.problem, self.facts = path, problem, dict(facts or {})


class FolderError(VisearchError):
    """A folder cannot be added or scanned.

    Attributes:
        reason: "missing", "not_a_folder", "no_permission" or "inside_library".
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason


# --- the library ------------------------------------------------------------------------------------------------------


class LibraryInUseError(VisearchError):
    """Another process has the library open; ``pid`` is 0 where it is not known."""

    def __init__(self, path: Path, pid: int) -> None:
        super().__init__(path, pid)
        self.path, self.pid = path, pid


class CatalogueDamagedError(VisearchError):
    """The catalogue file is not a sound SQLite database; it was left untouched."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.path, self.detail = path, detail


class CatalogueTooNewError(VisearchError):
    """The catalogue was written by a newer version of the program (it holds migrations this one does not know)."""

    def __init__(self, path: Path, migration: str) -> None:
        super().__init__(path, migration)
        self.path, self.migration = path, migration


class LibraryNotWritableError(VisearchError):
    """The library's folder cannot be written to; ``detail`` is the system's word for it."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.path, self.detail = path, detail


class IndexDamagedError(VisearchError):
    """An index file does not pass its checks; it is rebuilt from the catalogue."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.path, self.detail = path, detail


# --- searching --------------------------------------------------------------------------------------------------------


class RegionError(VisearchError):
    """A query region lies outside of the photo, or is under ``least_px`` on a side after clipping."""

    def __init__(self, region: tuple[float, float, float, float], size: tuple[int, int], least_px: int) -> None:
        super().__init__(region, size, least_px)
        self.region, self.size, self.least_px = region, size, least_px


class NothingToSearchError(VisearchError):
    """The library holds no photos that the asked-for descriptor has described."""

    def __init__(self, descriptor: str) -> None:
        super().__init__(descriptor)
        self.descriptor = descriptor


# --- evaluation -------------------------------------------------------------------------------------------------------


class DataSetError(VisearchError):
    """A data set's ground truth cannot be read; ``detail`` is a clause that says why."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(path, detail)
        self.path, self.detail = path, detail


class UnknownLayoutError(VisearchError):
    """Nothing that is known as a data set lies at ``path``; ``known`` says what would be."""

    def __init__(self, path: Path, known: tuple[str, ...]) -> None:
        super().__init__(path, known)
        self.path, self.known = path, known


class HostilePickleError(VisearchError):
    """A pickle asks for more than data: the object ``name`` of some Python module. Nothing of it was run."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self.path, self.name = path, name


class NoQueriesError(VisearchError):
    """A data set has no query, or none that has an answer."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


class MissingPhotosError(VisearchError):
    """Photos that a data set names are not there; ``path`` is the first of ``count``."""

    def __init__(self, path: Path, count: int) -> None:
        super().__init__(path, count)
        self.path, self.count = path, count


class TwoRolesError(VisearchError):
    """A data set says of a photo both that it is right and that it is not counted, for the same ``query``."""

    def __init__(self, path: Path, query: str) -> None:
        super().__init__(path, query)
        self.path, self.query = path, query


# --- networks ---------------------------------------------------------------------------------------------------------


class NetworkMissingError(VisearchError):
    """The network is listed but its weights are not on this computer."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NetworkDamagedError(VisearchError):
    """A network that is part of the program is not as it was made."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ChecksumError(VisearchError):
    """A downloaded or imported file is not the one that was published."""

    def __init__(self, path: Path, wanted: str, got: str) -> None:
        super().__init__(path, wanted, got)
        self.path, self.wanted, self.got = path, wanted, got


class WeightsError(VisearchError):
    """A weights file cannot be used for this network; ``detail`` is a clause that says why."""

    def __init__(self, path: Path, network: str, detail: str) -> None:
        super().__init__(path, network, detail)
        self.path, self.network, self.detail = path, network, detail


class DownloadError(VisearchError):
    """A download did not finish; what came so far is kept and continued next time."""

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(url, detail)
        self.url, self.detail = url, detail


class SelfTestError(VisearchError):
    """A device gave other numbers than the reference; ``similarity`` is the cosine, 0 where it gave none at all."""

    def __init__(self, network: str, device: str, similarity: float) -> None:
        super().__init__(network, device, similarity)
        self.network, self.device, self.similarity = network, device, similarity


class VocabularyDamagedError(VisearchError):
    """The visual words that come with the program cannot be used; ``file`` is a name, ``detail`` a clause."""

    def __init__(self, file: str, detail: str) -> None:
        super().__init__(file, detail)
        self.file, self.detail = file, detail

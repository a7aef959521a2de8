"""One open library: the program's Python API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, Self

from visearch_desktop.catalogue import copies, groups, jobs, purge
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.jobs import JobState
from visearch_desktop.catalogue.purge import Gone, Purged
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.errors import PhotoError, VisearchError
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.core.registry import REGISTRY
from visearch_desktop.library import browsing, folders, labels, problems, settings
from visearch_desktop.library.asking import Questions
from visearch_desktop.library.control import Control
from visearch_desktop.library.costs import Costs, ms_per_photo
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.duplicate_rows import Duplicates, KeepBy
from visearch_desktop.library.duplicates import KEEP_BY, duplicates
from visearch_desktop.library.galleries import Galleries
from visearch_desktop.library.gallery import IndexRecall
from visearch_desktop.library.grouping import Grouping
from visearch_desktop.library.lock import LibraryLock
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.pictures import Pictures
from visearch_desktop.library.progress import Meter, OnProgress
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.library.rows import (
    Comparison,
    FolderRow,
    GroupKind,
    GroupReport,
    HeatMap,
    IndexReport,
    Overview,
    PhotoDetails,
    PhotoRow,
    PhotoView,
    ProblemRow,
    Section,
    Trace,
    VisualGroup,
)
from visearch_desktop.library.updating import Updates
from visearch_desktop.methods.descriptors.build import STEP_SIGN
from visearch_desktop.methods.networks.store import default_folders
from visearch_desktop.photos.decode import Photo, decode
from visearch_desktop.search.hits import Ranking, never
from visearch_desktop.search.query import Query, QueryPicture


class Library:
    """A library that this process has opened for writing; every method may be called from any thread.

    Attributes:
        paths: of its files.
        network_folders: where networks' weights lie.
        notes: sentences worth showing after opening.
    """

    def __init__(self, paths: LibraryPaths, lock: LibraryLock, network_folders: Sequence[Path]) -> None:
        self.paths = paths
        self.network_folders = tuple(network_folders)
        self._lock = lock
        self._catalogue = Catalogue.open(paths.catalogue, paths.backups)
        try:
            self._thumbnails = Thumbnails(paths.thumbnails)
        except BaseException:
            self._catalogue.close()
            raise
        self._descriptors = Descriptors(self._catalogue, self.network_folders)
        self._galleries = Galleries(self._catalogue, self._descriptors, paths.indexes)
        self._objects = ObjectIndex(self._catalogue, paths.local_index)
        self._regions = LibraryRegions(self._catalogue, self._descriptors)
        self._pictures = Pictures(self._catalogue, self._descriptors.extractor)
        self._updates = Updates(
            self._catalogue, self._thumbnails, self._descriptors, self._galleries, self._objects, self._regions,
            paths.root, self._changed,
        )  # fmt: skip
        self._questions = Questions(
            self._catalogue, self._descriptors, self._galleries, self._objects, self._regions, self._pictures
        )
        extractor = self._descriptors.extractor
        self._grouping = Grouping(self._catalogue, self._objects, extractor, self._galleries.lifts)
        for job in jobs.list_jobs(self._catalogue, JobState.RUNNING):  # the program was stopped in the middle of it
            jobs.end(self._catalogue, job.job_id, JobState.FAILED)
        notes = (self._thumbnails.note, *self._galleries.check_files(), *self._objects.notes, *self.damage())
        self.notes = [note for note in notes if note]

    @classmethod
    def open(cls, root: Path | None = None, *, network_folders: Sequence[Path] = ()) -> Library:
        """Open a library, or make an empty one.

        Args:
            root: its folder; None is the user's own.
            network_folders: where networks' weights lie; none given: the user's folder of them, the library's own and
                the program's.

        Raises:
            LibraryInUseError: another process has it open.
            CatalogueDamagedError, CatalogueTooNewError: it was left as it is.
            LibraryNotWritableError: it cannot be written to.
        """
        paths = LibraryPaths.of(root)
        lock = LibraryLock(paths.lock)
        try:
            return cls(paths, lock, network_folders or default_folders(paths.root))
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Close all files, give the lock back; indexing must have ended before. A second call does nothing."""
        self._objects.close()
        self._catalogue.close()
        self._thumbnails.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def root(self) -> Path:
        """The library's folder."""
        return self.paths.root

    def _changed(self) -> None:
        """Photos, or what is known of them, came or went."""
        self._galleries.changed()
        self._objects.changed()
        self._regions.changed()

    # --- folders -------------------------------------------------------------------------------------------------

    def add_folder(self, path: Path, excludes: Sequence[str] = ()) -> FolderRow:
        """See :func:`visearch_desktop.library.folders.add_folder`; its photos come with the next indexing run."""
        row = folders.add_folder(self._catalogue, self.root, path, excludes)
        self._changed()
        return row

    def remove_folder(self, folder_id: int) -> None:
        """Take a folder's photos out of the results. Raises: UsageError: there is no such folder."""
        folders.remove_folder(self._catalogue, folder_id)
        self._changed()

    def restore_folder(self, folder_id: int) -> FolderRow:
        """Undo :meth:`remove_folder`. Raises: UsageError: there is no such folder."""
        row = folders.restore_folder(self._catalogue, folder_id)
        self._changed()
        return row

    def folders(self) -> tuple[FolderRow, ...]:
        """All folders, in the order they were added."""
        return folders.folder_rows(self._catalogue)

    # --- indexing ------------------------------------------------------------------------------------------------

    def index(
        self,
        folders: Sequence[Path] | None = None,
        *,
        descriptor: str | None = None,
        for_searches: bool = True,
        workers: int | None = None,
        on_progress: OnProgress | None = None,
        control: Control | None = None,
    ) -> IndexReport:
        """Bring folders up to date; see :meth:`visearch_desktop.library.updating.Updates.run`."""
        return self._updates.run(
            folders, descriptor=descriptor, for_searches=for_searches, workers=workers, on_progress=on_progress,
            control=control or Control(),
        )  # fmt: skip

    def group(self, *, on_progress: OnProgress | None = None, control: Control | None = None) -> GroupReport:
        """Bring the visual groups up to date with what is indexed. While a run of indexing goes on, it is waited for.

        Args:
            on_progress: told at most ten times a second, on this thread.
            control: pauses and cancels; what was found is kept.
        """
        with self._updates.running:
            return self._grouping.run(control or Control(), Meter(on_progress))

    def visual_groups(self, kind: GroupKind) -> tuple[VisualGroup, ...]:
        """The groups of a kind, largest first."""
        return browsing.visual_groups(self._catalogue, kind)

    def group_photos(self, kind: GroupKind, group_id: int) -> tuple[int, ...]:
        """The photos of one visual group, oldest first; none if there is no such group any more."""
        return tuple(groups.members(self._catalogue, kind, group_id))

    def duplicates(self, keep_by: Sequence[KeepBy] = KEEP_BY, limit: int = 0) -> Duplicates:
        """Near duplicates, and which are needed no more; see :mod:`visearch_desktop.library.duplicates`."""
        features_key = self._descriptors.extractor.key
        return duplicates(self._catalogue, self._thumbnails, self._grouping.key, features_key, keep_by, limit)

    def refuse_duplicates(self, photo_ids: Sequence[int], *, refused: bool = True) -> None:
        """Say that no two of these photos are duplicates, whatever is found; or take that back."""
        copies.refuse(self._catalogue, combinations(photo_ids, 2), refused=refused)
        self._grouping.regroup()

    # --- browsing ------------------------------------------------------------------------------------------------

    def overview(self) -> Overview:
        """The library in numbers."""
        name = self._galleries.in_use()
        try:
            descriptor = self._descriptors.ready(name)
        except VisearchError:
            descriptor = None
        key = None if descriptor is None else descriptor.key
        title = REGISTRY.find("descriptor", name.partition(STEP_SIGN)[0]).title
        return browsing.overview(self._catalogue, name, key, self._descriptors.extractor.key, title)

    def sections(self, view: PhotoView) -> tuple[Section, ...]:
        """The runs of a view."""
        return browsing.sections(self._catalogue, view)

    def page(self, view: PhotoView, offset: int, limit: int) -> tuple[PhotoRow, ...]:
        """Rows ``offset`` to ``offset + limit`` of a view."""
        return browsing.page(self._catalogue, self._thumbnails, view, offset, limit)

    def rows(self, photo_ids: Sequence[int]) -> tuple[PhotoRow, ...]:
        """Rows of given photos, in their order."""
        return browsing.rows(self._catalogue, self._thumbnails, photo_ids)

    def details(self, photo_id: int) -> PhotoDetails:
        """All about one photo. Raises: UsageError: the library has no such photo."""
        return browsing.details(self._catalogue, self._thumbnails, photo_id, self._descriptors.extractor.key)

    def thumbnail(self, photo_id: int) -> bytes:
        """An encoded thumbnail; empty where there is none yet."""
        return browsing.thumbnail(self._catalogue, self._thumbnails, photo_id)

    def paths_of(self, photo_id: int) -> tuple[Path, ...]:
        """Where a photo lies, the file that stands for it first."""
        return browsing.paths_of(self._catalogue, photo_id)

    def preview(self, picture: QueryPicture, longest_px: int) -> Photo:
        """A picture to look at; of a photo whose drive is missing, its thumbnail.

        Raises:
            PhotoError: it cannot be read.
            UsageError: it is not exactly one of a photo, a path and bytes.
        """
        try:
            return decode(self._pictures.source(picture), longest_px)
        except PhotoError:
            encoded = b"" if picture.photo_id is None else self.thumbnail(picture.photo_id)
            if not encoded or picture.photo_id is None:
                raise
            (row,) = self.rows([picture.photo_id])
            small = decode(encoded, longest_px)
            return Photo(small.pixels, row.width, row.height, small.metadata)

    # --- groups --------------------------------------------------------------------------------------------------

    def label(self, photo_ids: Sequence[int], name: str) -> dict[int, str]:
        """Say that photos show the same; see :func:`visearch_desktop.library.labels.label_photos`."""
        return labels.label_photos(self._catalogue, photo_ids, name)

    def unlabel(self, photo_ids: Sequence[int]) -> dict[int, str]:
        """Take photos out of their groups; returns the labels they had, for :meth:`restore_labels`."""
        return labels.unlabel_photos(self._catalogue, photo_ids)

    def restore_labels(self, before: Mapping[int, str]) -> dict[int, str]:
        """Undo :meth:`label` or :meth:`unlabel`."""
        return labels.set_labels(self._catalogue, before)

    def labels(self) -> dict[str, tuple[int, ...]]:
        """The photos of each group, by number."""
        return labels.labels(self._catalogue)

    # --- problems and settings -----------------------------------------------------------------------------------

    def problems(self) -> tuple[ProblemRow, ...]:
        """Files that could not be read and are not ignored, newest first."""
        return problems.problem_rows(self._catalogue)

    def retry_problems(self, file_ids: Sequence[int]) -> None:
        """Have files read again by the next indexing run."""
        problems.retry_problems(self._catalogue, file_ids)

    def ignore_problems(self, file_ids: Sequence[int], ignored: bool) -> None:
        """Do not list files again, or do."""
        problems.ignore_problems(self._catalogue, file_ids, ignored)

    def settings(self) -> dict[str, Any]:
        """Every setting and its value."""
        return dict(settings.settings(self._catalogue))

    def set_setting(self, name: str, value: object) -> None:
        """Store one setting. Raises: UnknownNameError, UsageError: there is none, or it cannot be that."""
        settings.set_setting(self._catalogue, name, value)
        self.networks_changed()

    def networks_changed(self) -> None:
        """Networks came or went: what is built from them is built anew when it is next needed."""
        self._descriptors.forget()
        self._changed()

    def damage(self) -> tuple[str, ...]:
        """A sentence for each network of the program's own that is damaged; the library goes without."""
        return self._descriptors.damage()

    def device_notes(self) -> tuple[str, ...]:
        """Sentences on networks that run on another device than was chosen, known after a search."""
        return self._descriptors.notes()

    # --- what is no longer needed --------------------------------------------------------------------------------

    def gone(self) -> Gone:
        """The photos whose files are all gone, or in folders that were removed, and how much data of them is kept."""
        return purge.gone(self._catalogue, self._thumbnails, self._objects.bytes_of)

    def purge(self) -> Purged:
        """Forget those photos for good; waits for an indexing run."""
        with self._updates.running:
            purged = purge.purge(self._catalogue, self._thumbnails, self._objects.bytes_of)
            self._objects.reconcile()
        self._changed()
        return purged

    # --- searching -----------------------------------------------------------------------------------------------

    def search(
        self,
        query: Query,
        *,
        intent: str = "same",
        descriptor: str | None = None,
        index: str | None = None,
        limit: int = 300,
        verify: bool = True,
        details: bool = True,
        cancelled: Callable[[], bool] = never,
        on_verifying: Callable[[int, int], None] | None = None,
    ) -> Iterator[Ranking]:
        """Ever better answers to a query; see :meth:`visearch_desktop.library.asking.Questions.search`."""
        return self._questions.search(
            query, intent=intent, descriptor=descriptor, index=index, limit=limit, verify=verify, details=details,
            cancelled=cancelled, on_verifying=on_verifying,
        )  # fmt: skip

    def why_not_found(self, query: Query, asked: QueryPicture, *, intent: str = "same") -> Trace:
        """Which step lost a photo; see :meth:`visearch_desktop.library.asking.Questions.why_not_found`."""
        return self._questions.why_not_found(query, asked, intent=intent)

    def heat_map(self, picture: QueryPicture, photo_id: int) -> HeatMap | None:
        """Where a photo looks like a picture; see :meth:`visearch_desktop.library.asking.Questions.heat_map`."""
        return self._questions.heat_map(picture, photo_id)

    def compare(self, picture: QueryPicture, photo_id: int) -> Comparison:
        """Match a picture to one photo; see :meth:`visearch_desktop.library.asking.Questions.compare`."""
        return self._questions.compare(picture, photo_id)

    def get_ready(self, picture: QueryPicture) -> None:
        """Compute what any box on a picture will need, before one is drawn."""
        self._questions.get_ready(picture)

    def count_details(self, picture: QueryPicture) -> int:
        """How many local features lie in the picture's region. Raises: PhotoError, RegionError, UsageError."""
        return self._questions.count_details(picture)

    # --- descriptors ---------------------------------------------------------------------------------------------

    def descriptor_key(self, name: str) -> str:
        """The key of a descriptor as it is used here; "" where it must learn from the photos first.

        Raises:
            UnknownNameError, NetworkMissingError, MissingExtraError: it cannot be built.
        """
        descriptor = self._descriptors.ready(name)
        return "" if descriptor is None else descriptor.key

    def costs(
        self,
        name: str,
        photos: Sequence[Path],
        *,
        index: str | None = None,
        verified: bool = True,
        control: Control | None = None,
    ) -> Costs:
        """What it takes to describe a photo, and what searching needs of one.

        Args:
            name: of a descriptor.
            photos: files to time it on, one thread and one after the other.
            index: as for :meth:`search`.
            verified: whether searches verify.
            control: cancels.

        Raises:
            Cancelled: nothing came of it.
            NothingToSearchError: no photo is described.
            UnknownNameError, NetworkMissingError, MissingExtraError, UsageError: as for :meth:`search`.
        """
        _, gallery = self._galleries.choose(name, index)
        alone = Descriptors(self._catalogue, self.network_folders, threads=1).ready(name)
        time_ms = None if alone is None else ms_per_photo(alone, photos, control or Control())
        details = self._objects.bytes_per_photo() + self._regions.bytes_per_photo() if verified else 0.0
        return Costs(time_ms, gallery.bytes_per_photo(verified=verified) + details)

    # --- health --------------------------------------------------------------------------------------------------

    def check_integrity(self) -> list[str]:
        """What is wrong with the catalogue, every page of it; empty where it is sound."""
        return self._catalogue.check_integrity()

    def index_recall(self, at: int = 100) -> IndexRecall:
        """How much of what exact search finds the index of the default descriptor finds, among the best ``at``."""
        try:
            _, gallery = self._galleries.choose(None)
        except VisearchError:
            return IndexRecall("exact", at, 0, 1.0)
        return gallery.recall(at)

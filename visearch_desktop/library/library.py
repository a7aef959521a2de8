"""One open library: the program's Python API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from visearch_desktop.catalogue import copies, groups, purge
from visearch_desktop.catalogue.purge import Gone, Purged
from visearch_desktop.library import browsing, folders, labels, problems, settings
from visearch_desktop.library.control import Control
from visearch_desktop.library.costs import Costs, costs
from visearch_desktop.library.duplicate_rows import Duplicates, KeepBy
from visearch_desktop.library.duplicates import KEEP_BY, duplicates
from visearch_desktop.library.gallery import IndexRecall
from visearch_desktop.library.opening import OpenLibrary
from visearch_desktop.library.progress import Meter, OnProgress
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
from visearch_desktop.photos.decode import Photo
from visearch_desktop.search.hits import Ranking, never
from visearch_desktop.search.query import Query, QueryPicture


class Library(OpenLibrary):
    """A library that this process has opened for writing; every method may be called from any thread."""

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
        name, key = self._galleries.in_use(), self._galleries.key_in_use()
        title = self._descriptors.title(name)
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
        """A picture to look at; see :meth:`visearch_desktop.library.pictures.Pictures.preview`."""
        return self._pictures.preview(picture, longest_px)

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
        """What a descriptor costs here; see :func:`visearch_desktop.library.costs.costs`."""
        return costs(
            name, photos, self._descriptors, self._galleries, self._objects, self._regions,
            index=index, verified=verified, control=control or Control(),
        )  # fmt: skip

    # --- health --------------------------------------------------------------------------------------------------

    def check_integrity(self) -> list[str]:
        """What is wrong with the catalogue, every page of it; empty where it is sound."""
        return self._catalogue.check_integrity()

    def index_recall(self, at: int = 100) -> IndexRecall:
        """How much of what exact search finds the index of the default descriptor finds, among the best ``at``."""
        return self._galleries.recall(at)

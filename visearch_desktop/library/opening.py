"""Opening a library and closing it: its files, and what is made of them and kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from visearch_desktop.catalogue import jobs
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.jobs import JobState
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.library.asking import Questions
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.galleries import Galleries
from visearch_desktop.library.grouping import Grouping
from visearch_desktop.library.lock import LibraryLock
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.pictures import Pictures
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.library.updating import Updates
from visearch_desktop.methods.networks.store import default_folders


class OpenLibrary:
    """The half of ``Library`` that holds it open: the lock, the files, and their parts in memory.

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
        self._pictures = Pictures(self._catalogue, self._thumbnails, self._descriptors.extractor)
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
        stored = (self._thumbnails.note, *self._galleries.check_files(), *self._objects.notes)
        self.notes = [note for note in (*stored, *self._descriptors.damage()) if note]

    @classmethod
    def open(cls, root: Path | None = None, *, network_folders: Sequence[Path] = ()) -> Self:
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

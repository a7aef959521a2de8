"""Bringing a library up to date: which folders, by which descriptors, one run after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from visearch_desktop.catalogue import folders as folder_table
from visearch_desktop.catalogue import jobs
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import Folder
from visearch_desktop.catalogue.jobs import JobState
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.library.control import Cancelled, Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.folders import add_folder
from visearch_desktop.library.galleries import Galleries
from visearch_desktop.library.indexing import BOTH_AT_ONCE, IndexRun, Plan, cores
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.progress import Meter, OnProgress
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.library.reporting import index_report
from visearch_desktop.library.rows import IndexReport
from visearch_desktop.library.settings import settings
from visearch_desktop.photos.decode import Limits


class Updates:
    """Runs of indexing; may be asked for by any thread.

    Args:
        catalogue: the open catalogue.
        thumbnails: of the library.
        descriptors: of the library.
        galleries: the photos under each descriptor.
        objects: the local index.
        regions: what the photos' regions look like.
        root: the library's folder.
        changed: told whenever photos, or what is known of them, came or went.

    Attributes:
        running: held by a run.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        thumbnails: Thumbnails,
        descriptors: Descriptors,
        galleries: Galleries,
        objects: ObjectIndex,
        regions: LibraryRegions,
        root: Path,
        changed: Callable[[], None],
    ) -> None:
        self._catalogue, self._thumbnails, self._descriptors = catalogue, thumbnails, descriptors
        self._galleries, self._objects, self._regions = galleries, objects, regions
        self._root, self._changed = root, changed
        self.running = threading.Lock()

    def run(
        self,
        folders: Sequence[Path] | None,
        *,
        descriptor: str | None,
        for_searches: bool,
        workers: int | None,
        on_progress: OnProgress | None,
        control: Control,
    ) -> IndexReport:
        """Bring folders up to date: scan, describe, index. A second run waits for the first.

        Args:
            folders: those to add, if they are new, and to bring up to date; None is all that were added.
            descriptor: what describes the photos; None is the library's default.
            for_searches: whether searches that name no descriptor may use it where the default is not ready; not if
                it is only measured.
            workers: number of processes; None is as set, or one a core.
            on_progress: told at most ten times a second, on this thread.
            control: pauses and cancels.

        Raises:
            FolderError: a folder cannot be added, or not one can be scanned.
            UnknownNameError, NetworkMissingError, MissingExtraError: the descriptor cannot be built.
        """
        began = time.monotonic()
        with self.running:
            chosen = self._chosen(folders)
            plan = self._plan(descriptor, workers)
            if descriptor is not None and for_searches:
                self._galleries.remember(descriptor)
            run = IndexRun(
                self._catalogue, self._thumbnails, self._descriptors, plan, control, Meter(on_progress),
                self._changed, self._objects, self._regions,
            )  # fmt: skip
            job = jobs.begin(self._catalogue, "index", {"descriptors": list(plan.descriptors)})
            state = JobState.FAILED
            try:
                run.run(chosen)
                index_s = self._build_stand_ins(plan, control)
                state = JobState.FINISHED
            except Cancelled:
                index_s = 0.0
                state = JobState.CANCELLED
            finally:
                jobs.end(self._catalogue, job, state)
        seconds, is_cancelled = time.monotonic() - began, state is JobState.CANCELLED
        return index_report(self._catalogue, chosen, run.found, seconds, index_s, is_cancelled=is_cancelled)

    def _chosen(self, paths: Sequence[Path] | None) -> list[Folder]:
        if paths is None:
            return folder_table.list_folders(self._catalogue)
        ids = dict.fromkeys(self._added(path) for path in paths)
        found = [folder_table.get_folder(self._catalogue, folder_id) for folder_id in ids]
        return [folder for folder in found if folder is not None]  # one may have been taken in by another one

    def _added(self, path: Path) -> int:
        row = add_folder(self._catalogue, self._root, path, ())
        self._changed()
        return row.folder_id

    def _plan(self, descriptor: str | None, workers: int | None) -> Plan:
        chosen = settings(self._catalogue)
        return Plan(
            descriptors=self._descriptors.wanted(descriptor),
            workers=workers or int(chosen["workers"]) or cores(),
            limits=Limits(float(chosen["megapixel_limit"]), float(chosen["seconds_limit"])),
            both_at_once=BOTH_AT_ONCE,
        )

    def _build_stand_ins(self, plan: Plan, control: Control) -> float:
        began = time.perf_counter()
        for name in plan.descriptors:
            descriptor = self._descriptors.ready(name)
            if descriptor is not None:
                self._galleries.build_stand_in(descriptor, control)
        return time.perf_counter() - began

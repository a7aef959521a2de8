"""One indexing run: scan, first look, closer look, learn. Stopped at any moment, the next run goes on from there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from visearch_desktop.catalogue import features, keys, photos, vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import Folder
from visearch_desktop.catalogue.keys import Undone, newest_directories_first
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.core.errors import FolderError
from visearch_desktop.core.sentences import looked_at_again, sentence
from visearch_desktop.library.control import Control
from visearch_desktop.library.descriptors import Descriptors
from visearch_desktop.library.learning import Learning
from visearch_desktop.library.looking import WORK, FeatureMaker, LookTask, Setup, Wanted
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.passes import Tally, Writer, run_pass
from visearch_desktop.library.progress import Meter
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.library.scanning import Scan, Unread, scan
from visearch_desktop.library.workers import WorkerPool
from visearch_desktop.methods.descriptors.regions.photo_regions import NAME as REGIONS
from visearch_desktop.methods.indexes.local.details import NAME as DETAILS
from visearch_desktop.photos.decode import Limits

BOTH_AT_ONCE = 500
"""Up to so many new photos are looked at once, decoded once; beyond, people can search after a quick first look."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to make of every photo.

    Attributes:
        descriptors: names; whatever they are made from is made as well.
        workers: number of processes.
        limits: of decoding.
        both_at_once: up to so many new photos both passes are one.
    """

    descriptors: tuple[str, ...]
    workers: int
    limits: Limits
    both_at_once: int


@dataclass(slots=True)
class Found:
    """What a run came to.

    Attributes:
        gone: files that scans did not find any more.
        offline: folders whose drive is missing.
        notes: sentences.
    """

    tally: Tally = field(default_factory=Tally)
    scan_s: float = 0.0
    learn_s: float = 0.0
    gone: int = 0
    offline: list[Folder] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def removed(self) -> int:
        """Files that are gone and did not turn up elsewhere."""
        return max(0, self.gone - self.tally.moved)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class IndexRun:
    """Brings folders of a library up to date; used once.

    Args:
        changed: called whenever something was written.
        objects: takes in the details of photos.
        regions: takes in what their regions look like.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        thumbnails: Thumbnails,
        descriptors: Descriptors,
        plan: Plan,
        control: Control,
        meter: Meter,
        changed: Callable[[], None],
        objects: ObjectIndex,
        regions: LibraryRegions,
    ) -> None:
        self._catalogue, self._thumbnails, self._descriptors = catalogue, thumbnails, descriptors
        self._plan, self._control, self._meter, self._changed = plan, control, meter, changed
        self._learning = Learning(catalogue, descriptors, changed)
        self._pool: WorkerPool[LookTask] | None = None
        self.found = Found()
        self._pixel_names = tuple(dict.fromkeys(filter(None, map(descriptors.from_pixels, plan.descriptors))))
        extractors = (descriptors.extractor, *filter(None, map(descriptors.from_features, plan.descriptors)))
        self._objects, self._regions = objects, regions
        details = objects.maker()
        self._extractors: dict[str, FeatureMaker] = {extractor.name: extractor for extractor in extractors}
        if details is not None:
            self._extractors[details.name] = details
        else:
            self.found.notes += objects.notes
        self._seen_by = regions.maker() if descriptors.default_name() in plan.descriptors else None
        if self._seen_by is not None:
            self._extractors[self._seen_by.name] = self._seen_by

    def run(self, folders: Sequence[Folder]) -> None:
        """Do all there is to do in these folders, newest files first.

        Raises:
            Cancelled: all that was found is written.
            FolderError: not one of the folders can be scanned.
        """
        try:
            unread = self._scan(folders)
            looks_once = len(unread) <= self._plan.both_at_once
            self._look("first_look", [self._new(one, features=looks_once) for one in unread])
            self._look("first_look", self._incomplete(features=looks_once))
            self._look("closer_look", self._closer())
            self._learn()
        finally:
            if self._pool is not None:
                self._pool.close()

    # --- scanning ------------------------------------------------------------------------------------------------

    def _scan(self, folders: Sequence[Folder]) -> list[Unread]:
        began = time.perf_counter()
        self._meter.begin("scan")
        unread: list[Unread] = []
        failures: list[FolderError] = []
        for folder in folders:
            try:
                seen = scan(
                    self._catalogue,
                    folder.folder_id,
                    cancelled=lambda: self._control.is_cancelled,
                    on_found=self._meter.reach,
                )
            except FolderError as error:
                failures.append(error)
                continue
            self._note(folder, seen)
            unread += seen.unread
            self._control.check()
        self.found.scan_s = time.perf_counter() - began
        if failures and len(failures) == len(folders):
            raise failures[0]
        self.found.notes += map(sentence, failures)
        if len(folders) == 1:
            return unread
        return newest_directories_first([(one, (0, os.fsencode(one.path.parent)), one.mtime_ns) for one in unread])

    def _note(self, folder: Folder, seen: Scan) -> None:
        self.found.gone += seen.gone
        if seen.is_offline:
            self.found.offline.append(folder)
        if seen.new or seen.gone or seen.back or seen.problems:
            self._changed()

    # --- what is to be looked at ---------------------------------------------------------------------------------

    def _new(self, unread: Unread, *, features: bool) -> LookTask:
        wanted = Wanted(True, self._pixel_names, tuple(self._extractors) if features else ())
        return LookTask(unread.file_id, unread.path, wanted, complete=frozenset(unread.known))

    def _incomplete(self, *, features: bool) -> list[LookTask]:
        """Photos that are known but lack something of the first look: after a stop, for a new descriptor."""
        lacking: dict[int, tuple[Undone, list[str]]] = {}
        for name in self._pixel_names:
            for one in vectors.missing(self._catalogue, self._descriptors.untrained(name).key):
                lacking.setdefault(one.photo_id, (one, []))[1].append(name)
        for one in self._without_thumbnail():
            lacking.setdefault(one.photo_id, (one, []))
        featureless = self._without_features() if features else {}
        return [
            LookTask(one.file_id, one.path, Wanted(True, tuple(names), _named(featureless, one)), one.content_hash)
            for one, names in lacking.values()
        ]

    def _without_thumbnail(self) -> list[Undone]:
        present = photos.present_hashes(self._catalogue)
        lacking = set(present) - self._thumbnails.having(present)
        return [one for one in keys.present(self._catalogue) if one.content_hash in lacking] if lacking else []

    def _without_features(self) -> dict[int, tuple[Undone, list[str]]]:
        """Photos that lack local features, by their numbers, and of which methods."""
        lacking: dict[int, tuple[Undone, list[str]]] = {}
        for name, extractor in self._extractors.items():
            for one in features.missing(self._catalogue, extractor.key):
                lacking.setdefault(one.photo_id, (one, []))[1].append(name)
        return lacking

    def _closer(self) -> list[LookTask]:
        lacking = self._without_features()
        again = sum({DETAILS, REGIONS}.issuperset(names) for _, names in lacking.values())
        if again:
            self.found.notes.append(looked_at_again(again))
        return [
            LookTask(one.file_id, one.path, Wanted(features=tuple(names)), one.content_hash)
            for one, names in lacking.values()
        ]

    # --- looking -------------------------------------------------------------------------------------------------

    def _look(self, stage: str, tasks: list[LookTask]) -> None:
        if not tasks:
            return
        if self._pool is None:
            self._pool = self._start_workers(len(tasks))
        self._meter.begin(stage, len(tasks))
        left = len(tasks)

        def on_look(task: LookTask) -> None:
            nonlocal left
            left -= 1
            self._meter.advance(task.path.name)

        def on_written(photo_ids: list[int]) -> None:
            self._objects.take(photo_ids)
            self._regions.learn(self._control, at_end=False)
            self._changed()
            self._describe(photo_ids, left)

        writer = Writer(self._catalogue, self._thumbnails, self.found.tally, self._regions.shorten)
        run_pass(self._pool, tasks, writer, self.found.tally, self._control, on_look, on_written)

    def _describe(self, photo_ids: list[int], left: int) -> None:
        began = time.perf_counter()
        for name in self._plan.descriptors:
            if not self._learning.during(name, left, self._control):
                self._learning.describe(name, photo_ids, self._control)
        self.found.learn_s += time.perf_counter() - began

    def _start_workers(self, tasks: int) -> WorkerPool[LookTask]:
        setup = Setup(
            descriptors=self._pixel_names,
            network_folders=self._descriptors.network_folders,
            device=self._descriptors.device,
            features=tuple(name for name in self._extractors if name != REGIONS),
            limits=self._plan.limits,
            regions=self._seen_by.folder if self._seen_by is not None else None,
        )
        count = min(self._plan.workers, tasks)
        return WorkerPool(WORK, setup, count, seconds_per_task=self._plan.limits.seconds)

    # --- learning ------------------------------------------------------------------------------------------------

    def _learn(self) -> None:
        began = time.perf_counter()
        for name in self._plan.descriptors:
            self._control.check()
            self._learning.finish(name, self._control, self._meter)
        self._regions.learn(self._control, at_end=True)
        self.found.learn_s += time.perf_counter() - began


def _named(lacking: dict[int, tuple[Undone, list[str]]], photo: Undone) -> tuple[str, ...]:
    return tuple(lacking[photo.photo_id][1]) if photo.photo_id in lacking else ()

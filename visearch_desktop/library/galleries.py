"""Which descriptor answers a search, and the gallery under it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.catalogue import vectors
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.settings import store_setting, stored_settings
from visearch_desktop.core.errors import IndexDamagedError, NothingToSearchError, UsageError, VisearchError
from visearch_desktop.core.sentences import sentence
from visearch_desktop.library.control import Control
from visearch_desktop.library.descriptors import CHEAPEST, WITHOUT_DOWNLOAD, Descriptors
from visearch_desktop.library.gallery import IndexRecall, LibraryGallery
from visearch_desktop.library.settings import settings
from visearch_desktop.library.stand_in import StandIn
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.indexes import manifest
from visearch_desktop.methods.indexes.build import EXACT, check_index_name
from visearch_desktop.search.evidence import lift

DESCRIBED = "described"
"""Setting: the names of descriptors that were asked for when indexing, the last one first."""

ENOUGH = 0.5
"""The better descriptor is used from so many of the photos on that the cheapest has described."""

NEARLY_ALL = 0.99
"""Another full descriptor, which was the default before, is left for a better one only when that has described so many
of its photos, or all that can be read: nobody loses photos because the program got a better network."""

FOR_MANY = "hnsw"
"""Above the setting ``exact_up_to``; up to 200,000 photos comparing with all takes about 10 ms at 256 numbers each
(``tests/benchmarks/neighbours.py``)."""


class Galleries:
    """The galleries of a library; may be used by any thread.

    Args:
        folder: of index files.
    """

    def __init__(self, catalogue: Catalogue, descriptors: Descriptors, folder: Path) -> None:
        self._catalogue, self._descriptors, self._folder = catalogue, descriptors, folder
        self._galleries: dict[tuple[str, str], LibraryGallery] = {}
        self._counts: dict[str, tuple[int, int]] = {}
        self._choices: dict[str, tuple[int, Descriptor]] = {}
        self._lock = threading.Lock()
        self._stamp = 0

    def changed(self) -> None:
        """Photos or vectors came or went: galleries take that in when they are asked next."""
        with self._lock:
            self._stamp += 1

    def check_files(self) -> list[str]:
        """Delete index files that are damaged, or were not written to their end; a sentence for each damaged one."""
        notes = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                manifest.read(path)
            except IndexDamagedError as error:
                manifest.delete(path)
                notes.append(sentence(error))
        for stray in self._folder.glob("*"):
            if not (self._folder / f"{stray.name.partition('.')[0]}.json").exists():
                stray.unlink(missing_ok=True)
        return notes

    def remember(self, name: str) -> None:
        """Note that somebody asked for this descriptor when indexing."""
        before = self._described()
        if before[:1] != [name]:
            store_setting(self._catalogue, DESCRIBED, [name, *(other for other in before if other != name)])

    def choose(self, name: str | None, index: str | None = None) -> tuple[Descriptor, LibraryGallery]:
        """The descriptor that a search uses, and the photos under it.

        Args:
            name: what was asked for; None is the library's own choice: the default one, unless less than half as many
                photos are described by it yet as by another one, or photos that are described by another one than the
                cheapest are still to be described by it.
            index: see :meth:`gallery`.

        Raises:
            NothingToSearchError: no photo is described.
            UnknownNameError, NetworkMissingError, MissingExtraError: what was asked for cannot be built.
            UsageError: the descriptor's signatures are not vectors, and an approximate index was asked for.
        """
        if name is not None:
            descriptor = self._descriptors.ready(name)
            if descriptor is None or not self._count(descriptor.key):
                raise NothingToSearchError(name)
            return descriptor, self.gallery(descriptor, index)
        chosen = self._chosen(self._descriptors.default_name())
        return chosen, self.gallery(chosen, index)

    def in_use(self) -> str:
        """The name of the descriptor that searches use: the default one, or the one before it until that takes over.

        That photos are found by their colours until anything better describes them does not count.
        """
        default = self._descriptors.default_name()
        try:
            chosen = self._chosen(default)
        except NothingToSearchError:
            return default
        return default if chosen.name == CHEAPEST else chosen.name

    def key_in_use(self) -> str | None:
        """The key of that descriptor; None where it cannot be built, or must learn first."""
        descriptor = self._usable(self.in_use())
        return None if descriptor is None else descriptor.key

    def recall(self, at: int) -> IndexRecall:
        """How much of what exact search finds the index of the library's own choice finds, among the best ``at``."""
        try:
            _, gallery = self.choose(None)
        except VisearchError:
            return IndexRecall(EXACT, at, 0, 1.0)
        return gallery.recall(at)

    def lifts(self, photo_id: int, others: Sequence[int]) -> NDArray[np.float32]:
        """(N,) how far other photos are like one as a whole, see ``evidence.lift``; 0 where that is not known."""
        try:
            _, gallery = self.choose(None)
        except NothingToSearchError:
            return np.zeros(len(others), np.float32)
        signature = gallery.signature(photo_id)
        if signature is None:
            return np.zeros(len(others), np.float32)
        found = gallery.nearest(signature, 0)
        known = dict(zip(found.ids.tolist(), lift(found.similarities, found.background, signature), strict=True))
        return np.array([known.get(other, 0.0) for other in others], np.float32)

    def _chosen(self, default: str) -> Descriptor:
        """The library's own choice; made once for each state of the photos."""
        with self._lock:
            stamp = self._stamp
            made, choice = self._choices.get(default, (-1, None))
        if choice is None or made != stamp:
            choice = self._choose(default)
            with self._lock:
                self._choices[default] = (stamp, choice)
        return choice

    def _choose(self, default: str) -> Descriptor:
        choices = list(dict.fromkeys([default, *self._described(), WITHOUT_DOWNLOAD, CHEAPEST]))
        known = [(descriptor, self._count(descriptor.key)) for descriptor in map(self._usable, choices) if descriptor]
        most = max((count for _, count in known), default=0)
        if not most:
            raise NothingToSearchError(default)
        enough = [(descriptor, count) for descriptor, count in known if count >= ENOUGH * most]
        others = max((count for descriptor, count in enough if descriptor.name != CHEAPEST), default=0)
        return next(one for one, count in enough if count >= NEARLY_ALL * others or self._is_done(one))

    def _is_done(self, descriptor: Descriptor) -> bool:
        """Whether the descriptor has described every photo whose drive is connected."""
        return vectors.is_complete(self._catalogue, descriptor.key)

    def gallery(self, descriptor: Descriptor, index: str | None = None) -> LibraryGallery:
        """The gallery under a descriptor, in step with the catalogue.

        Args:
            descriptor: ready.
            index: "exact", or an approximate index, which is built now if there is none yet; None is the library's own
                choice: exact, and a graph for very many photos.

        Raises:
            UnknownNameError: there is no such index.
            UsageError: the descriptor's signatures are not vectors, and an approximate index was asked for.
        """
        with self._lock:
            stamp, named = self._stamp, (descriptor.key, index or "")
            if named not in self._galleries:
                stand_in = self._stand_in(descriptor, index)
                self._forget_replaced(descriptor)
                self._galleries[named] = LibraryGallery(
                    self._catalogue, descriptor, self._descriptors.extractor, stand_in
                )
            found = self._galleries[named]
        found.refresh(stamp)
        found.open_stand_in()
        if index not in (None, EXACT):
            found.ensure_stand_in()
        return found

    def _stand_in(self, descriptor: Descriptor, index: str | None) -> StandIn | None:
        if index not in (None, EXACT):
            check_index_name(index)
            if descriptor.index != EXACT:
                raise UsageError(
                    f"“{index}” works on vectors; “{descriptor.name}” describes a photo by something else."
                )
            return StandIn(index, descriptor.key, self._folder, above=0)
        if index == EXACT or descriptor.index != EXACT:
            return None
        return StandIn(FOR_MANY, descriptor.key, self._folder, self._exact_up_to())

    def build_stand_in(self, descriptor: Descriptor, control: Control) -> None:
        """Bring the approximate index of a large gallery up to date.

        Raises:
            Cancelled: its files are as they were.
        """
        if self._count(descriptor.key) > self._exact_up_to() or any(self._folder.glob("*.json")):
            self.gallery(descriptor).build_stand_in(control)

    def _exact_up_to(self) -> int:
        return int(settings(self._catalogue)["exact_up_to"])

    def _forget_replaced(self, descriptor: Descriptor) -> None:
        """Let go of the memory of a descriptor that learned anew."""
        for key, index in list(self._galleries):
            if key != descriptor.key and key.partition("@")[0] == descriptor.name:
                del self._galleries[key, index]

    def _described(self) -> list[str]:
        found = stored_settings(self._catalogue).get(DESCRIBED)
        return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []

    def _usable(self, name: str) -> Descriptor | None:
        try:
            return self._descriptors.ready(name)
        except VisearchError:
            return None

    def _count(self, key: str) -> int:
        with self._lock:
            stamp = self._stamp
            counted, count = self._counts.get(key, (-1, 0))
        if counted != stamp:
            count = vectors.count(self._catalogue, key)
            with self._lock:
                self._counts[key] = (stamp, count)
        return count

"""The index of local features: an inverted file that grows, shrinks and is tidied up while it is being searched.

New photos go to a journal and to lists in memory; some thousand of them become a segment, a file of lists that never
changes; segments of about one size become a larger one. Every change is one replaced listing, so that a crash at any
moment leaves the state before it or after it. What cannot be read is not repaired: the caller makes the index anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import IndexDamagedError
from visearch_desktop.methods.indexes.local.journal import Change, Journal, read_journal
from visearch_desktop.methods.indexes.local.listing import (
    NAME,
    Listing,
    SegmentEntry,
    check_bytes,
    delete_others,
    entry_of,
    read_listing,
    write_listing,
)
from visearch_desktop.methods.indexes.local.part import Part
from visearch_desktop.methods.indexes.local.postings import Merging, Postings
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows
from visearch_desktop.methods.indexes.local.searching import Found, Snapshot
from visearch_desktop.methods.indexes.local.segment import open_segment, write_segment
from visearch_desktop.methods.indexes.local.tiers import to_merge

SEALED = 1024
"""So many photos in memory become a segment."""


def _nothing() -> None:
    """Between two steps of a merge that nobody watches."""


class LocalIndex:
    """Photos with the words, bits and places of their features, in a folder of its own; see :meth:`open`.

    May be searched by any thread while others change it; a search sees the photos as they were when it began. One
    process at a time may have it open.
    """

    def __init__(self, folder: Path, listing: Listing, parts: Sequence[Part], journal: Journal) -> None:
        self._folder, self._listing, self._journal = folder, listing, journal
        self._next = listing.next
        self._snapshot = Snapshot(parts)
        self._changing = threading.Lock()
        self._merging = threading.Lock()

    @classmethod
    def open(cls, folder: Path, key: str) -> LocalIndex:
        """The index in a folder; a new one where there is none.

        Args:
            folder: of its own.
            key: of the features, and of the words they are under.
        Raises:
            IndexDamagedError: what is there is damaged, or of another key: :meth:`create` it and append all photos.
        """
        try:
            listing = read_listing(folder)
        except FileNotFoundError:
            return cls.create(folder, key)
        if listing.key != key:
            raise IndexDamagedError(folder / NAME, "it is of another descriptor")
        changes, size_bytes = read_journal(folder / listing.journal)
        parts = [_part(folder, entry) for entry in listing.segments]
        parts = _replayed(parts, changes)
        delete_others(folder, listing)
        return cls(folder, listing, parts, Journal(folder / listing.journal, size_bytes))

    @classmethod
    def create(cls, folder: Path, key: str) -> LocalIndex:
        """An empty index in place of whatever is in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(file.name[:9]) for file in folder.iterdir() if file.name[:9].isdecimal()]
        number = max(numbers, default=0) + 1
        listing = Listing(key, number + 1, _journal_name(number))
        journal = Journal(folder / listing.journal)
        write_listing(folder, listing)
        delete_others(folder, listing)
        return cls(folder, listing, [], journal)

    def __len__(self) -> int:
        return len(self._snapshot)

    def ids(self) -> NDArray[np.int64]:
        """(N,) ascending."""
        return self._snapshot.ids()

    def size_bytes(self) -> int:
        """Of its files."""
        return sum(file.stat().st_size for file in self._folder.iterdir() if file.is_file())

    def append(self, photos: Sequence[PhotoRows], ids: Sequence[int] | NDArray[np.int64]) -> None:
        """Add N photos under N new ids; when this returns they are on the disk.

        Raises:
            ValueError: an id is there already, or there are not N photos.
            OSError: they could not be written; of some thousand at once the first may be there.
        """
        wanted = [int(one) for one in ids]
        with self._changing:
            if len(wanted) != len(photos):
                raise ValueError(f"{len(photos)} photos are not {len(wanted)}")
            is_here = any(np.any(part.places_of(wanted) >= 0) for part in self._snapshot.parts)
            if is_here or len(set(wanted)) != len(wanted):
                raise ValueError("an id is added twice")
            for start in range(0, len(wanted), SEALED):
                some = slice(start, start + SEALED)
                self._journal.write(list(zip(wanted[some], photos[some], strict=True)))
                self._show(_with(self._snapshot.parts, Postings.of(wanted[some], photos[some])))
                if sum(len(part) for part in self._snapshot.parts if not part.file) >= SEALED:
                    with suppress(OSError):  # they are in the journal; the next ones try again
                        self._seal()

    def remove(self, ids: Sequence[int] | NDArray[np.int64]) -> None:
        """Take ids out; those that are not in it are passed over.

        Raises:
            OSError: it could not be noted.
        """
        with self._changing:
            wanted = np.unique(np.asarray(ids, dtype=np.int64))
            is_here = np.zeros(len(wanted), dtype=np.bool_)
            for part in self._snapshot.parts:
                is_here |= part.places_of(wanted) >= 0
            gone = wanted[is_here]
            if len(gone):
                self._journal.write([(photo_id, None) for photo_id in gone.tolist()])
                self._show([part.without(gone) for part in self._snapshot.parts])

    def search(self, query: QueryRows, k: int, hidden: NDArray[np.int64] | None = None) -> Found:
        """The k photos most like a query; 0 or less: all that have anything in common with it.

        Args:
            query: its features.
            k: how many.
            hidden: ids of photos that are not to be found.
        """
        return self._snapshot.search(query, k, hidden)

    def features_of(self, photo_id: int) -> PhotoRows | None:
        """All features of a photo; None: it is not in the index."""
        for part in self._snapshot.parts:
            place = int(part.places_of([photo_id])[0])
            if place >= 0:
                return part.postings.rows_of(place)
        return None

    def merge(self, *, fully: bool = False, between: Callable[[], None] = _nothing) -> bool:
        """Make one segment of several, or of one with many dead photos; searches and changes go on meanwhile.

        Args:
            fully: whether as few segments as can be are wanted, and no photos in the journal, whatever that costs.
            between: called between the steps, which take under a second each; what it raises goes through, and the
                index is as it was.
        Returns:
            Whether there was anything to do; then there may be more.
        Raises:
            OSError: the disk is full, say; the index is as it was.
        """
        if not self._merging.acquire(blocking=False):
            return False
        try:
            if fully:
                with self._changing:
                    self._seal()
            before = [part for part in self._snapshot.parts if part.file]
            chosen = to_merge(before, fully=fully)
            if not chosen:
                return False
            kept = [~part.dead for part in chosen]
            merged = self._written(Merging([part.postings for part in chosen], kept), between)
            self._take(chosen, kept, merged)
            return True
        finally:
            self._merging.release()

    def check(self) -> None:
        """Read every byte of the segments, which takes a while. Raises: IndexDamagedError: one is damaged."""
        with self._changing:
            listing = self._listing
        with suppress(FileNotFoundError):  # merged meanwhile
            check_bytes(self._folder, listing)

    def close(self) -> None:
        """Let go of the mapped files."""
        with self._merging, self._changing:
            self._snapshot = Snapshot([])

    # --- changes ------------------------------------------------------------------------------------------------------

    def _show(self, parts: Sequence[Part]) -> None:
        self._snapshot = Snapshot(parts)

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _written(self, merging: Merging, between: Callable[[], None]) -> SegmentEntry | None:
        """A new segment that is not listed yet; None: nothing would be in it."""
        count = len(merging.ids())
        if not count:
            return None
        path = self._folder / f"{self._number():09}.segment"
        draft = path.with_suffix(".new")
        try:
            write_segment(draft, merging, between)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return entry_of(path, count)

    def _seal(self) -> None:
        """Make a segment of the photos in memory, and begin a new journal; the caller holds the lock."""
        memory = [part for part in self._snapshot.parts if not part.file]
        if not memory:
            return
        entry = self._written(Merging([part.postings for part in memory], [~part.dead for part in memory]), _nothing)
        parts = [part for part in self._snapshot.parts if part.file]
        parts += [_part(self._folder, entry)] if entry is not None else []
        old, self._journal = self._journal, Journal(self._folder / _journal_name(self._number()))
        try:
            self._list(parts, [entry] if entry is not None else [])
        except OSError:
            self._journal = old
            raise
        self._show(parts)
        old.path.unlink(missing_ok=True)

    def _take(self, merged: Sequence[Part], kept: Sequence[NDArray[np.bool_]], entry: SegmentEntry | None) -> None:
        """Put a new segment in the place of those it was made of."""
        with self._changing:
            files = {part.file for part in merged}
            now = [next(part for part in self._snapshot.parts if part.file == old.file) for old in merged]
            parts = [part for part in self._snapshot.parts if part.file not in files]
            if entry is not None:
                gone = [one.postings.ids[one.dead & was] for one, was in zip(now, kept, strict=True)]
                parts.insert(0, _part(self._folder, entry).without(np.concatenate(gone)))
            self._list(parts, [entry] if entry is not None else [])
            self._show(parts)
        for file in files:
            with suppress(PermissionError):  # Windows: a search still reads it; it goes when the index is opened next
                (self._folder / file).unlink(missing_ok=True)

    def _list(self, parts: Sequence[Part], new: Sequence[SegmentEntry]) -> None:
        known = {entry.file: entry for entry in (*self._listing.segments, *new)}
        entries = tuple(replace(known[part.file], dead=part.dead_ids()) for part in parts if part.file)
        listing = Listing(self._listing.key, self._next, self._journal.path.name, entries)
        write_listing(self._folder, listing)
        self._listing = listing


def _journal_name(number: int) -> str:
    return f"{number:09}.journal"


def _part(folder: Path, entry: SegmentEntry) -> Part:
    """Raises: IndexDamagedError: the segment is not what is listed."""
    postings = open_segment(folder / entry.file)
    if len(postings) != entry.count:
        raise IndexDamagedError(folder / entry.file, f"it holds {len(postings)} photos, not {entry.count}")
    return Part.of(postings, entry.file).without(entry.dead)


def _replayed(parts: Sequence[Part], changes: Sequence[Change]) -> list[Part]:
    """Parts after the changes of a journal."""
    gone = np.array([photo_id for photo_id, rows in changes if rows is None], dtype=np.int64)
    new: dict[int, PhotoRows] = {}
    for photo_id, rows in changes:
        if rows is None:
            new.pop(photo_id, None)
        else:
            new[photo_id] = rows
    parts = [part.without(gone) for part in parts]
    return _with(parts, Postings.of(list(new), list(new.values()))) if new else parts


def _with(parts: Sequence[Part], new: Postings) -> list[Part]:
    """Parts and new lists in memory; lists in memory that are not much longer than later ones become one with them."""
    found, last = list(parts), Part.of(new)
    while found and not found[-1].file and len(found[-1]) <= 2 * len(last):
        older = found.pop()
        merged = Merging([older.postings, last.postings], [~older.dead, ~last.dead])
        last = Part.of(merged.postings())
    return [*found, last]

"""Inverted lists of whole features: the entries of a word lie together, those of a photo are found from its words.

An entry is 15 bytes, and each photo keeps its words in order, 2 bytes a feature: where in a word's list the photo's
entries are is then a binary search, so that both ways in cost no second copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.local.rows import MOST_WORDS, PhotoRows

MOST_PHOTOS = 1 << 16
"""Of one set of lists: the number of a photo takes two bytes."""
SHORT_LIST = 96
"""Shorter lists are compared many at a time, longer ones each by itself, which takes no copy of them."""
PAIRS_AT_ONCE = 1 << 17
BLOCK_ENTRIES = 1 << 21


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """P photos with E features.

    Attributes:
        ids: (P,) int64 of the photos, in no order.
        sides: (P, 2) uint32 width and height in px.
        starts: (65,537,) uint32 where each word's entries begin.
        photos: (E,) uint16 the photo of each entry, as a place in ``ids``; ascending within a word.
        bits: (E,) uint64.
        places: (E,) uint32, see :class:`PhotoRows`.
        turns: (E,) uint8.
        begins: (P + 1,) uint32 where each photo's words begin.
        words: (E,) uint16 the words of each photo, ascending.
    """

    ids: NDArray[np.int64]
    sides: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    photos: NDArray[np.uint16]
    bits: NDArray[np.uint64]
    places: NDArray[np.uint32]
    turns: NDArray[np.uint8]
    begins: NDArray[np.uint32]
    words: NDArray[np.uint16]

    @classmethod
    def of(cls, ids: Sequence[int], photos: Sequence[PhotoRows]) -> Postings:
        """Of photos that are given; at most 65,536."""
        words = _together([one.words for one in photos], np.uint16)
        each = np.array([len(one) for one in photos], dtype=np.int64)
        order = np.argsort(words, kind="stable")
        return cls(
            ids=np.array(ids, dtype=np.int64),
            sides=np.array([(one.width, one.height) for one in photos], dtype=np.uint32).reshape(-1, 2),
            starts=_ends(np.bincount(words, minlength=MOST_WORDS)),
            photos=np.repeat(np.arange(len(photos)), each).astype(np.uint16)[order],
            bits=_together([one.bits for one in photos], np.uint64)[order],
            places=_together([one.places for one in photos], np.uint32)[order],
            turns=_together([one.turns for one in photos], np.uint8)[order],
            begins=_ends(each),
            words=words,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def counts(self) -> NDArray[np.int64]:
        """(65,536,) how many entries each word has."""
        return np.diff(self.starts).astype(np.int64)

    def rows_of(self, place: int) -> PhotoRows:
        """All features of a photo."""
        entries = self.entries_of(place)
        width, height = self.sides[place].tolist()
        begin, end = int(self.begins[place]), int(self.begins[place + 1])
        return PhotoRows(
            self.words[begin:end], self.bits[entries], self.places[entries], self.turns[entries], width, height
        )

    def entries_of(self, place: int) -> NDArray[np.int64]:
        """(N,) places of a photo's entries, by ascending word."""
        words = self.words[int(self.begins[place]) : int(self.begins[place + 1])].astype(np.int64)
        low, high = self.starts[words].astype(np.int64), self.starts[words + 1].astype(np.int64)
        for _ in range(int(high.max(initial=0) - low.min(initial=0)).bit_length()):
            middle = (low + high) // 2
            open_ = low < high
            is_before = open_ & (self.photos[np.minimum(middle, len(self.photos) - 1)] < place)
            low = np.where(is_before, middle + 1, low)
            high = np.where(open_ & ~is_before, middle, high)
        first = np.searchsorted(words, words, side="left")
        return low + np.arange(len(words)) - first

    def close(
        self, words: NDArray[np.int64], bits: NDArray[np.uint64], threshold: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        """Entries of the same word at a Hamming distance of at most the threshold.

        Args:
            words: (A,) asked for.
            bits: (A,) about these words.
            threshold: in bits.
        Returns:
            (H,) places in ``words``, (H,) places of entries, (H,) distances; in no order.
        """
        begins, ends = self.starts[words].astype(np.int64), self.starts[words + 1].astype(np.int64)
        lengths = ends - begins
        found = [
            self._close_short(some, begins[some], lengths[some], bits[some], threshold)
            for some in _in_parts(np.flatnonzero((lengths > 0) & (lengths < SHORT_LIST)), lengths)
        ]
        for asked in np.flatnonzero(lengths >= SHORT_LIST).tolist():
            begin = int(begins[asked])
            distances = np.bitwise_count(self.bits[begin : int(ends[asked])] ^ bits[asked])
            (near,) = (distances <= threshold).nonzero()  # thousands of lists: a function round it would be felt
            if len(near):
                found.append((np.full(len(near), asked), near + begin, distances[near]))
        asked_, entries, distances_ = zip(*found, strict=True) if found else ((), (), ())
        return _together(asked_, np.int64), _together(entries, np.int64), _together(distances_, np.uint8)

    def _close_short(
        self,
        asked: NDArray[np.int64],
        begins: NDArray[np.int64],
        lengths: NDArray[np.int64],
        bits: NDArray[np.uint64],
        threshold: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        row = np.repeat(np.arange(len(asked)), lengths)
        entries = np.arange(len(row)) + np.repeat(begins - np.cumsum(lengths) + lengths, lengths)
        distances = np.bitwise_count(self.bits[entries] ^ bits[row])
        near = np.flatnonzero(distances <= threshold)
        return asked[row[near]], entries[near], distances[near]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Of some words one after another; see :class:`Postings`."""

    photos: NDArray[np.uint16]
    bits: NDArray[np.uint64]
    places: NDArray[np.uint32]
    turns: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Merging:
    """Lists to become one: those of some photos of several :class:`Postings`, one after another.

    Attributes:
        parts: the lists.
        kept: of each, (P,) bool: which of its photos stay.
    """

    parts: Sequence[Postings]
    kept: Sequence[NDArray[np.bool_]]

    def ids(self) -> NDArray[np.int64]:
        """(P,) of the photos that stay."""
        return _together([part.ids[kept] for part, kept in self._pairs()], np.int64)

    def sides(self) -> NDArray[np.uint32]:
        """(P, 2) of the photos that stay."""
        return np.concatenate([part.sides[kept] for part, kept in self._pairs()] or [np.zeros((0, 2), np.uint32)])

    def begins(self) -> NDArray[np.uint32]:
        """(P + 1,) see :class:`Postings`."""
        return _ends(_together([np.diff(part.begins)[kept] for part, kept in self._pairs()], np.int64))

    def words(self) -> Iterator[NDArray[np.uint16]]:
        """The words of the photos that stay, some photos at a time."""
        for part, kept in self._pairs():
            stays = np.repeat(kept, np.diff(part.begins))
            for start in range(0, len(stays), BLOCK_ENTRIES):
                yield part.words[start : start + BLOCK_ENTRIES][stays[start : start + BLOCK_ENTRIES]]

    def starts(self) -> NDArray[np.uint32]:
        """(65,537,) see :class:`Postings`."""
        counts = np.zeros(MOST_WORDS, dtype=np.int64)
        for words in self.words():
            counts += np.bincount(words, minlength=MOST_WORDS)
        return _ends(counts)

    def entries(self) -> Iterator[Entries]:
        """The entries of all words, some words at a time."""
        totals = sum((part.counts() for part in self.parts), np.zeros(MOST_WORDS, np.int64))
        for first, last in _word_blocks(totals):
            yield self._block(first, last)

    def postings(self) -> Postings:
        """In memory."""
        blocks = list(self.entries())
        return Postings(
            self.ids(), self.sides(), self.starts(),
            _together([one.photos for one in blocks], np.uint16), _together([one.bits for one in blocks], np.uint64),
            _together([one.places for one in blocks], np.uint32), _together([one.turns for one in blocks], np.uint8),
            self.begins(), _together(list(self.words()), np.uint16),
        )  # fmt: skip

    def _pairs(self) -> list[tuple[Postings, NDArray[np.bool_]]]:
        return list(zip(self.parts, self.kept, strict=True))

    def _block(self, first: int, last: int) -> Entries:
        words, rows = [], []
        before = 0
        for part, kept in self._pairs():
            some = slice(int(part.starts[first]), int(part.starts[last]))
            stays = kept[part.photos[some]]
            number = (np.cumsum(kept) - 1 + before).astype(np.uint16)
            before += int(np.count_nonzero(kept))
            lengths = np.diff(part.starts[first : last + 1])
            words.append(np.repeat(np.arange(first, last, dtype=np.uint16), lengths)[stays])
            rows.append((
                number[part.photos[some][stays]], part.bits[some][stays], part.places[some][stays],
                part.turns[some][stays],
            ))  # fmt: skip
        order = np.argsort(np.concatenate(words), kind="stable")
        photos, bits, places, turns = (np.concatenate(column)[order] for column in zip(*rows, strict=True))
        return Entries(photos, bits, places, turns)


def _word_blocks(totals: NDArray[np.integer[Any]]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) word of blocks that have some two million entries each."""
    block = np.cumsum(totals, dtype=np.int64) // BLOCK_ENTRIES
    edges = np.flatnonzero(np.diff(block)) + 1
    yield from zip([0, *edges.tolist()], [*edges.tolist(), len(totals)], strict=True)


def _in_parts(chosen: NDArray[np.int64], lengths: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The chosen lists in parts of about :data:`PAIRS_AT_ONCE` entries."""
    if not len(chosen):
        return []
    part = np.cumsum(lengths[chosen]) // PAIRS_AT_ONCE
    return np.split(chosen, np.flatnonzero(np.diff(part)) + 1)


def _ends(counts: NDArray[np.integer[Any]]) -> NDArray[np.uint32]:
    """(N + 1,) where each of N begins that are so long, and where the last one ends."""
    return np.append(0, np.cumsum(counts)).astype(np.uint32)


def _together(arrays: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(arrays).astype(kind, copy=False) if len(arrays) else np.zeros(0, kind)

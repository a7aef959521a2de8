"""Posting lists: for every visual word, the entries of the photos that have it; what inverted files are made of."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.index import Ids, Similarities, best_first
from visearch_desktop.methods.local_features.visual_word_rows import from_signature

PAIRS_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Postings:
    """The rows of N photos, sorted by word and then by photo.

    Attributes:
        ids: (N,) of the photos, ascending.
        words: (M,) that occur at all, ascending.
        starts: (M + 1,) where each word's entries begin.
        photos: (E,) int32 the photo of each entry, as a place in ``ids``.
        rows: (E,) the entries.
        idf: (M,) log of N over the number of photos that have the word: 0 where all have it. Where that is so of every
            word, as in an index of one photo, all are 1: there is nothing to tell words apart by.
    """

    ids: Ids
    words: NDArray[np.int64]
    starts: NDArray[np.int64]
    photos: NDArray[np.int32]
    rows: NDArray[Any]
    idf: NDArray[np.float64]

    @classmethod
    def of(cls, ids: Ids, photos: Sequence[NDArray[Any]], kind: np.dtype[Any]) -> Postings:
        """Of N photos' rows, in the order of their ascending ids."""
        lengths = np.fromiter((len(rows) for rows in photos), np.int64, len(photos))
        rows = np.concatenate(photos) if photos else np.zeros(0, kind)
        owners = np.repeat(np.arange(len(photos), dtype=np.int32), lengths)
        order = np.argsort(rows["word"], kind="stable")
        rows, owners = rows[order], owners[order]
        words, starts = np.unique(rows["word"], return_index=True)
        starts = np.append(starts, len(rows))
        new = np.ones(len(rows), dtype=bool)  # the first entry of its photo under its word
        new[1:] = (rows["word"][1:] != rows["word"][:-1]) | (owners[1:] != owners[:-1])
        having = np.add.reduceat(new, starts[:-1], dtype=np.int64) if len(rows) else np.zeros(0, np.int64)
        idf = np.log(len(photos) / having)
        return cls(ids, words.astype(np.int64), starts, owners, rows, idf if idf.any() else np.ones(len(idf)))

    def idf_of(self, words: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """(Q,) of any words; one that no photo has counts as if one photo had it."""
        place, is_known = self._places(words)
        rarest = np.log(max(len(self.ids), 1)) or 1.0
        return np.where(is_known, self.idf[place] if len(self.idf) else 0.0, rarest)

    def idf_of_entries(self) -> NDArray[np.float64]:
        """(E,) of each entry's word."""
        return np.repeat(self.idf, np.diff(self.starts))

    def pairs(self, words: NDArray[np.integer[Any]]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Every pair of a query's row and an entry of the same word, some ten thousand pairs at a time.

        Args:
            words: (Q,) of the query's rows.
        Yields:
            (P,) places in the query and (P,) places among the entries.
        """
        place, is_known = self._places(words)
        asked = np.flatnonzero(is_known)
        begins = self.starts[place[asked]]
        counts = self.starts[place[asked] + 1] - begins
        parts = np.cumsum(counts) // PAIRS_AT_ONCE
        for part in np.unique(parts):
            some = parts == part
            each = counts[some]
            within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
            yield np.repeat(asked[some], each), np.repeat(begins[some], each) + within

    def pairs_within_photos(self) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Every pair of two entries of one photo and one word; in one step no entry is the first of two pairs.

        Yields:
            (P,) and (P,) places among the entries, the first before the second.
        """
        first, ahead = np.arange(len(self.rows)), 1
        while True:
            first = first[first + ahead < len(self.rows)]
            second = first + ahead
            same = (self.rows["word"][first] == self.rows["word"][second]) & (self.photos[first] == self.photos[second])
            first, second = first[same], second[same]
            if not len(first):
                return
            yield first, second
            ahead += 1

    def _places(self, words: NDArray[np.integer[Any]]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        if not len(self.words):
            return np.zeros(len(words), np.intp), np.zeros(len(words), bool)
        place = np.minimum(np.searchsorted(self.words, words), len(self.words) - 1)
        return place, self.words[place] == words


Built = TypeVar("Built")


class WordIndex(ABC, Generic[Built]):
    """Keeps every photo's rows; makes posting lists of them with the first search after a change.

    May be searched by any thread while another one changes it: a search goes by the lists as they were when it began.

    Args:
        kind: of the rows.
    """

    def __init__(self, kind: np.dtype[Any]) -> None:
        self._kind = kind
        self._rows: dict[int, NDArray[Any]] = {}
        self._changing = threading.Lock()
        self._built: Built | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def ids(self) -> Ids:
        """(N,) ascending."""
        with self._changing:
            return np.array(sorted(self._rows), dtype=np.int64)

    def add(self, signatures: Sequence[NDArray[Any]] | NDArray[Any], ids: Ids) -> None:
        """Add N signatures under (N,) new ids.

        Raises:
            ValueError: an id is there already, there are not N signatures, or one is not made of whole rows.
        """
        wanted = [int(one) for one in ids]
        rows = [from_signature(signature, self._kind) for signature in signatures]
        if len(rows) != len(wanted):
            raise ValueError(f"{len(rows)} signatures are not {len(wanted)}")
        with self._changing:
            if len(set(wanted)) != len(wanted) or not self._rows.keys().isdisjoint(wanted):
                raise ValueError("an id is added twice")
            self._rows.update(zip(wanted, rows, strict=True))
            self._built = None

    def remove(self, ids: Ids) -> None:
        """Take ids out; those that are not in it are passed over."""
        with self._changing:
            for one in ids:
                if self._rows.pop(int(one), None) is not None:
                    self._built = None

    def search(self, query: NDArray[Any], k: int) -> tuple[Ids, Similarities]:
        """The k most alike; 0 or less is all."""
        with self._changing:
            if self._built is None:
                ids = np.array(sorted(self._rows), dtype=np.int64)
                photos = [self._rows[int(one)] for one in ids]
                self._built = self._build(Postings.of(ids, photos, self._kind))
            built = self._built
        ids, similarities = self._compare(built, from_signature(query, self._kind))
        return best_first(np.minimum(similarities, 1).astype(np.float32), ids, k)

    @abstractmethod
    def _build(self, postings: Postings) -> Built:
        """Whatever can be computed before any query is known."""

    @abstractmethod
    def _compare(self, built: Built, query: NDArray[Any]) -> tuple[Ids, NDArray[np.float64]]:
        """(N,) ids and similarities of a query's rows."""

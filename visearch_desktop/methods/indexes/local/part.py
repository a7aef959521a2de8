"""Inverted lists together with which of their photos have gone since they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.indexes.local.postings import Postings
from visearch_desktop.methods.indexes.local.rows import MOST_WORDS


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Lists of P photos, of which some are dead.

    Attributes:
        postings: the lists.
        dead: (P,) bool.
        lost: (65,536,) how many features of each word belong to dead photos.
        order: (P,) places of the photos by ascending id.
        file: where the lists are kept; empty: only in memory, and in the journal.
    """

    postings: Postings
    dead: NDArray[np.bool_]
    lost: NDArray[np.int64]
    order: NDArray[np.intp]
    file: str = ""

    @classmethod
    def of(cls, postings: Postings, file: str = "") -> Part:
        """With every photo alive."""
        order = np.argsort(postings.ids, kind="stable")
        return cls(postings, np.zeros(len(postings), np.bool_), np.zeros(MOST_WORDS, np.int64), order, file)

    def __len__(self) -> int:
        return len(self.dead) - int(np.count_nonzero(self.dead))

    def counts(self) -> NDArray[np.int64]:
        """(65,536,) how many features of living photos each word has."""
        return self.postings.counts() - self.lost

    def places_of(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """(N,) where living photos are; -1 for other ids."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self.order) or not len(wanted):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.searchsorted(self.postings.ids, wanted, sorter=self.order)
        places = self.order[np.minimum(at, len(self.order) - 1)]
        is_here = (self.postings.ids[places] == wanted) & ~self.dead[places]
        return np.where(is_here, places, -1)

    def without(self, ids: Sequence[int] | NDArray[np.int64]) -> Part:
        """With these photos dead, too; ids of others are passed over."""
        places = np.unique(self.places_of(ids))
        places = places[places >= 0]
        if not len(places):
            return self
        dead, lost = self.dead.copy(), self.lost.copy()
        dead[places] = True
        begins = self.postings.begins
        words = [self.postings.words[int(begins[place]) : int(begins[place + 1])] for place in places.tolist()]
        lost += np.bincount(np.concatenate(words), minlength=MOST_WORDS)
        return replace(self, dead=dead, lost=lost)

    def dead_ids(self) -> tuple[int, ...]:
        """Ascending."""
        return tuple(sorted(self.postings.ids[self.dead].tolist()))

"""Candidates that share details with the box on a query: small, in a corner, half hidden, unlike as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import PhotoError
from visearch_desktop.methods.indexes.local.rows import QueryRows
from visearch_desktop.methods.indexes.local.searching import Found
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.search.object_search import VERIFIED, verify_found
from visearch_desktop.search.prepared import PreparedQuery

LEADS = 8.0
"""Photos whose agreeing pairs are worth this much come first before anything is verified: of every second query of
``objects-develop`` they were right 55 times in 57."""


class Objects(Protocol):
    """The local index of a library."""

    @property
    def asked(self) -> LocalFeatureExtractor:
        """Makes the features of a query."""
        ...

    def ask(self, features: LocalFeatures) -> QueryRows:
        """What the index is asked with."""
        ...

    def search(self, query: QueryRows, k: int) -> Found:
        """The photos that have most in common with a query; see :meth:`LocalIndex.search`."""
        ...


@dataclass(frozen=True, slots=True)
class InDetail:
    """What the index found for one view of a query.

    Attributes:
        query: the view.
        features: inside its region, in the order that the index was asked with.
        found: its answer.
        working_px: of the method that made the features.
    """

    query: PreparedQuery
    features: LocalFeatures
    found: Found
    working_px: int

    def verify(self, photo_id: int) -> Verification | None:
        """By the pairs that the index gave; None where it found nothing in that photo."""
        places = np.flatnonzero(self.found.ids == photo_id)
        if not len(places):
            return None
        return verify_found(self.features, self.found, int(places[0]), self.working_px, self.query.region)


def look_up(query: PreparedQuery, objects: Objects) -> tuple[InDetail, ...]:
    """What the index finds for a query with a region, and for its mirror picture where that is asked for.

    Returns:
        Nothing where the query picture cannot be read.

    Raises:
        VocabularyDamagedError: the program's words cannot be read.
    """
    views = {view.is_mirrored: view for view in reversed(query.views)}  # local features turn with the picture
    answers = []
    for view in views.values():
        try:
            features = view.look(objects.asked)
        except PhotoError:  # on a missing drive, say; what is stored of it may still answer
            return ()
        found = objects.search(objects.ask(features), VERIFIED)
        answers.append(InDetail(view, features, found, objects.asked.working_px))
    return tuple(answers)


def worth(answers: Sequence[InDetail], ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """(N,) what the agreeing pairs of each photo are worth, in the view that speaks most for it; 0 where none do."""
    best = np.zeros(len(ids), dtype=np.float32)
    for answer in answers:
        order = np.argsort(answer.found.ids)
        known = answer.found.ids[order]
        at = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
        if len(known):
            best = np.maximum(best, np.where(known[at] == ids, answer.found.scores[order][at], 0))
    return best

"""Photos that share details with a query, or with a box on it: small, in a corner, half hidden, unlike as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.errors import PhotoError
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows
from visearch_desktop.methods.indexes.local.searching import Found
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.search.by_photo import of_photos
from visearch_desktop.search.object_search import VERIFIED, verify_found
from visearch_desktop.search.outlining import keypoints_of
from visearch_desktop.search.picture import Asked, Asking
from visearch_desktop.search.prepared import PreparedQuery

USUAL_PLACE = 30
"""The photo at this place of the index's answer is taken for an ordinary one."""
LEAST_USUAL = 0.3
"""Agreeing pairs are worth so much in an ordinary photo, where there are too few photos to tell."""


class Objects(Asking, Protocol):
    """The local index of a library."""

    @property
    def stored(self) -> LocalFeatureExtractor:
        """Makes the features of a whole picture."""
        ...

    def rows(self, features: LocalFeatures) -> PhotoRows:
        """What it is asked with for a whole picture: the same as is kept of a photo."""
        ...

    def rows_of(self, photo_id: int) -> PhotoRows | None:
        """What is kept of a photo; None where the index does not have it."""
        ...

    def search(self, query: QueryRows, k: int) -> Found:
        """The photos that have most in common with a query; see :meth:`LocalIndex.search`."""
        ...


@dataclass(frozen=True, slots=True)
class InDetail:
    """What the index found for one view of a query.

    Attributes:
        query: the view.
        features: inside its region, in the order that the index was asked with; without descriptors where it has none.
        found: its answer.
        objects: the index.
        is_all: whether a closer look at the region would show no more.
    """

    query: PreparedQuery
    features: LocalFeatures
    found: Found
    objects: Objects
    is_all: bool = True

    @property
    def working_px(self) -> int:
        """Of the method that made the features."""
        return self.objects.asked.working_px

    def verify(self, photo_id: int) -> Verification | None:
        """By the pairs that the index gave; None where it found nothing in that photo."""
        places = np.flatnonzero(self.found.ids == photo_id)
        if not len(places):
            return None
        return verify_found(self.features, self.found, int(places[0]), self.working_px, self.query.region)

    def keypoints_of(self, photo_id: int) -> LocalFeatures | None:
        """All keypoints that the index has of a photo; None where it does not have it."""
        rows = self.objects.rows_of(photo_id)
        return None if rows is None else keypoints_of(rows)


def look_up(query: PreparedQuery, objects: Objects, *, closely: bool = True) -> tuple[InDetail, ...]:
    """What the index finds for a query, and for its mirror picture where that is asked for.

    Args:
        query: what is looked for.
        objects: the index.
        closely: whether a small region of a large picture gets a closer look, which takes a while.
    Returns:
        Nothing where the query picture cannot be read.

    Raises:
        VocabularyDamagedError: the program's words cannot be read.
    """
    views = {view.is_mirrored: view for view in reversed(query.views)}  # local features turn with the picture
    answers = []
    for view in views.values():
        try:
            asked = _asked_with(view, objects, closely)
        except PhotoError:  # on a missing drive, say; what is stored of it may still answer
            return ()
        answers.append(InDetail(view, asked.features, objects.search(asked.rows, VERIFIED), objects, asked.is_all))
    return tuple(answers)


def _asked_with(view: PreparedQuery, objects: Objects, closely: bool) -> Asked:
    """The features of a query, and what the index is asked with.

    A box has few features, each is looked for under several words. A whole picture has so many that one word each is
    enough, and costs no more: what is kept of a photo of the library will do, and nothing is decoded.

    Raises:
        PhotoError: the query picture cannot be read.
    """
    if view.region is not None:
        return view.ask(objects, closely)
    known = None if view.photo_id is None else objects.rows_of(view.photo_id)
    rows = objects.rows(view.look(objects.stored)) if known is None else known
    return Asked(keypoints_of(rows), QueryRows.of_stored(rows), is_all=True)


def worth(answers: Sequence[InDetail], ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """(N,) what the agreeing pairs of each photo are worth, in the view that speaks most for it; 0 where none do."""
    best = np.zeros(len(ids), dtype=np.float32)
    for answer in answers:
        best = np.maximum(best, of_photos(answer.found.ids, answer.found.scores, ids))
    return best


def excess(answers: Sequence[InDetail], ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,) logarithm of how many times as much that is as in an ordinary photo; 0 where it is no more.

    A photo that the index does not have yet counts as an ordinary one.
    """
    best = np.zeros(len(ids))
    for answer in answers:
        scores = np.sort(answer.found.scores)[::-1].astype(np.float64)
        usual = max(float(scores[USUAL_PLACE - 1]) if len(scores) >= USUAL_PLACE else 0.0, LEAST_USUAL)
        worths = of_photos(answer.found.ids, answer.found.scores, ids).astype(np.float64)
        best = np.maximum(best, np.log(np.maximum(worths, usual) / usual))
    return best

"""Which photos of the library show the same as one of them: asked by its stored details, no picture is decoded.

Each photo is looked up once. It finds all that the index holds, also those that are not there at present; of two photos
the one that is looked up later finds the other, so that nothing has to be looked up again when photos come or return.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.methods.indexes.local.rows import PhotoRows, QueryRows
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.mirroring import mirrored
from visearch_desktop.methods.matching.kinship import Kinship, kinship
from visearch_desktop.search.object_search import verify_found

MOST_ASKED, MOST_MIRRORED = 700, 120
"""So many of a photo's details are looked up; mirrored only the strongest, which its copies share."""
CANDIDATES = 60
LEAST_SCORE = 4.0
"""Photos whose agreeing pairs are worth less are not verified."""
FACTS = {"asked": MOST_ASKED, "mirrored": MOST_MIRRORED, "candidates": CANDIDATES, "score": LEAST_SCORE}
"""Everything here that changes what is found."""


@dataclass(frozen=True, slots=True)
class Relative:
    """A photo that shows something of what another one shows.

    Attributes:
        photo_id: of it.
        kinship: what the two have to do with each other.
        is_mirrored: whether that is so of the mirror picture.
    """

    photo_id: int
    kinship: Kinship
    is_mirrored: bool = False


def relatives(objects: ObjectIndex, photo_id: int, features: LocalFeatures | None = None) -> Iterator[Relative]:
    """The relatives of a photo, the likeliest first; first as it is, then of its mirror picture.

    Args:
        objects: the index that has it.
        photo_id: of the photo.
        features: its RootSIFT features, strongest first, to look it up mirrored as well.
    """
    rows = objects.rows_of(photo_id)
    if rows is None:
        return
    query = QueryRows.of_stored(rows, _evenly(rows, MOST_ASKED))
    as_it_is = LocalFeatures(
        query.points, query.sizes, query.angles_deg, np.zeros((len(query), 0), np.uint8), rows.width, rows.height
    )
    yield from _found(objects, photo_id, query, as_it_is)
    if features is not None:
        turned_over = mirrored(features.only(np.arange(min(len(features), MOST_MIRRORED))))
        for relative in _found(objects, photo_id, objects.ask(turned_over), turned_over):
            yield Relative(relative.photo_id, relative.kinship, is_mirrored=True)


def _found(objects: ObjectIndex, photo_id: int, query: QueryRows, features: LocalFeatures) -> Iterator[Relative]:
    found = objects.search(query, CANDIDATES, also_absent=True)
    for place in np.flatnonzero((found.scores >= LEAST_SCORE) & (found.ids != photo_id)).tolist():
        other = int(found.ids[place])
        rows = objects.rows_of(other)
        if rows is None:
            continue
        verification = verify_found(features, found, place, objects.asked.working_px)
        pairs = slice(int(found.starts[place]), int(found.starts[place + 1]))
        kin = kinship(verification, features, found.points[pairs], (rows.width, rows.height), rows.keypoints()[0])
        if kin is not None:
            yield Relative(other, kin)


def _evenly(rows: PhotoRows, most: int) -> NDArray[np.bool_]:
    """(N,) which rows to ask with: they are sorted by word, which says nothing of where they lie."""
    keep = np.zeros(len(rows), dtype=np.bool_)
    keep[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64)] = True
    return keep

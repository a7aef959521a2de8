"""Which photos of the library show the same as one of them: asked by its stored details, no picture is decoded.

Each photo is looked up once. It finds all that the index holds, also those that are not there at present; of two photos
the one that is looked up later finds the other, so that nothing has to be looked up again when photos come or return.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class MirrorPicture:
    """A photo turned over: its strongest features, and what the index is asked with for them."""

    features: LocalFeatures
    query: QueryRows


def mirror_pictures(objects: ObjectIndex, photos: Sequence[LocalFeatures | None]) -> list[MirrorPicture | None]:
    """The mirror pictures of some photos, by their RootSIFT features, strongest first; None where these are None.

    Most of the time goes into finding the words of the features, and less of it where many are found together.
    """
    turned = [mirrored(one.only(np.arange(min(len(one), MOST_MIRRORED)))) for one in photos if one is not None]
    if not turned:
        return [None] * len(photos)
    query = objects.ask(_together(turned))
    starts = np.cumsum([0, *map(len, turned)])
    made = iter(
        MirrorPicture(one, query.only(slice(first, last)))
        for one, first, last in zip(turned, starts[:-1], starts[1:], strict=True)
    )
    return [None if one is None else next(made) for one in photos]


def relatives(objects: ObjectIndex, photo_id: int, turned_over: MirrorPicture | None = None) -> Iterator[Relative]:
    """The relatives of a photo, the likeliest first; first as it is, then of its mirror picture.

    Args:
        objects: the index that has it.
        photo_id: of the photo.
        turned_over: its mirror picture, to look that up as well.
    """
    rows = objects.rows_of(photo_id)
    if rows is None:
        return
    query = QueryRows.of_stored(rows, _evenly(rows, MOST_ASKED))
    as_it_is = LocalFeatures(
        query.points, query.sizes, query.angles_deg, np.zeros((len(query), 0), np.uint8), rows.width, rows.height
    )
    yield from _found(objects, photo_id, query, as_it_is)
    if turned_over is not None:
        for relative in _found(objects, photo_id, turned_over.query, turned_over.features):
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


def _together(several: Sequence[LocalFeatures]) -> LocalFeatures:
    """The features of several photos as if they were of one; only their descriptors mean something then."""
    return LocalFeatures(
        np.concatenate([one.points for one in several]),
        np.concatenate([one.sizes for one in several]),
        np.concatenate([one.angles_deg for one in several]),
        np.concatenate([one.descriptors for one in several]),
        several[0].width,
        several[0].height,
    )


def _evenly(rows: PhotoRows, most: int) -> NDArray[np.bool_]:
    """(N,) which rows to ask with: they are sorted by word, which says nothing of where they lie."""
    keep = np.zeros(len(rows), dtype=np.bool_)
    keep[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64)] = True
    return keep

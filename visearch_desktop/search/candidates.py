"""Which photos may show what is looked for, before any is verified: alike as a whole or in a region, or in details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.region import Region
from visearch_desktop.core.usual import Usual, usual_of
from visearch_desktop.search.by_photo import of_photos
from visearch_desktop.search.details import InDetail, excess, worth
from visearch_desktop.search.evidence import MIDDLE_WEIGHT, lift
from visearch_desktop.search.fusion import fused
from visearch_desktop.search.gallery import Gallery, Neighbours
from visearch_desktop.search.parts import AlikeInParts
from visearch_desktop.search.prepared import PreparedQuery
from visearch_desktop.search.regions import LookAlikes

LEADS = 8.0
"""Photos whose agreeing pairs with a box are worth this much come first before anything is verified: of every second
query of ``objects-develop`` they were right 55 times in 57."""
MOST_BONUS = 1.0
"""What a photo shares with a whole picture, and its parts, count for no more each than being the same as a whole."""
PARTS_SHARE = 0.75
"""So much does it count how alike photos are part by part, beside how alike they are as a whole: .6 to .9 find as much
(``tests/benchmarks/parts.py``)."""
BETWEEN_EQUALS = 1e-3
"""What the similarity as a whole counts for where regions are known: around a thing, it is mostly of something else."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """N photos, best first, equal ones by id.

    Attributes:
        ids: (N,) of photos.
        similarities: (N,) as a whole, to the view that each is most alike to.
        scores: (N,) what they are sorted by: similarity, or for a box what details and regions say together; and on top
            what the details speak for that they share.
        lifts: (N,) of the similarities.
        usual: what similarity photos have that have nothing to do with the query.
        views: (N,) places of those views.
        details: (N,) what the details are worth that they share with the query; 0 for none.
        looks: (N,) how far they stand out by their best region that looks like the box of the query, or part by part;
            NaN where that is not known.
        places: about where that is, in px of the photo, of those photos that stand out.
    """

    ids: NDArray[np.int64]
    similarities: NDArray[np.float32]
    scores: NDArray[np.float64]
    lifts: NDArray[np.float32]
    usual: Usual
    views: NDArray[np.int64]
    details: NDArray[np.float32]
    looks: NDArray[np.float64]
    places: Mapping[int, Region]

    def only(self, places: NDArray[np.intp]) -> Candidates:
        """Some of them, in another order."""
        return Candidates(
            self.ids[places], self.similarities[places], self.scores[places], self.lifts[places], self.usual,
            self.views[places], self.details[places], self.looks[places], self.places,
        )  # fmt: skip


def candidates(
    query: PreparedQuery, gallery: Gallery, k: int, in_detail: Sequence[InDetail] = (), looks: LookAlikes | None = None
) -> Candidates:
    """The ``k`` best photos, all if ``k`` is 0; and whatever else shares details with the query.

    Args:
        query: made ready with the gallery's descriptor.
        gallery: the photos.
        k: how many.
        in_detail: what the local index found.
        looks: what the regions of the library found, for a box; None where nothing is known of them.
    """
    asked_for = 0 if in_detail or looks is not None else k
    found, views = best_views([gallery.nearest(view.signature, asked_for) for view in query.views], asked_for)
    similar, lifts = found.similarities, lift(found.similarities, found.background, query.signature)
    usual, details = usual_of(found.background), worth(in_detail, found.ids)
    bonus = box_bonus(details) if query.region else picture_bonus(excess(in_detail, found.ids), usual)
    scores = similar.astype(np.float64) + bonus
    every = Candidates(found.ids, similar, scores, lifts, usual, views, details, np.full(len(scores), np.nan), {})
    if looks is not None:
        every = replace(with_looks(every, in_detail, looks), looks=looks.evidence_of(found.ids))
    return best(every, k)


def best(found: Candidates, k: int) -> Candidates:
    """The first ``k`` by their scores, all if ``k`` is 0; and whatever else shares details with the query."""
    order = np.lexsort((found.ids, -found.scores))
    if k > 0:
        order = order[(found.details[order] > 0) | (np.arange(len(order)) < k)]
    return found.only(order)


def with_parts(found: Candidates, alike: AlikeInParts) -> Candidates:
    """The same candidates of a whole picture in the same order, with scores by how alike they are part by part.

    Photos of which that is not known, or that are most alike to the picture turned or mirrored, keep theirs.
    """
    known = np.isin(found.ids, alike.ids) & (found.views == 0) & (found.usual.spread > 0)
    spreads = np.where(known, of_photos(alike.ids, alike.spreads, found.ids), np.nan)
    bonus = PARTS_SHARE * (found.usual.median + found.usual.spread * spreads - found.similarities)
    looks = spreads if alike.is_usual_known else found.looks
    return replace(found, scores=found.scores + np.where(known, np.minimum(bonus, MOST_BONUS), 0.0), looks=looks)


def with_looks(found: Candidates, in_detail: Sequence[InDetail], looks: LookAlikes) -> Candidates:
    """The same candidates of a box in the same order, with the scores and the places that regions give them."""
    alike = fused(excess(in_detail, found.ids), looks.evidence_of(found.ids)) + BETWEEN_EQUALS * found.similarities
    return replace(found, scores=alike + box_bonus(found.details), places=looks.places(found.ids))


def box_bonus(details: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N,) for photos that share much with the box: they lead, by that.

    So what verification will find to be true is mostly first already, and little moves when it comes.
    """
    return np.where(details >= LEADS, MOST_BONUS + MIDDLE_WEIGHT * np.log1p(details.astype(np.float64)), 0.0)


def picture_bonus(excess: NDArray[np.float64], usual: Usual) -> NDArray[np.float64]:
    """(N,) for photos that share details with a whole picture: the squared excess, in spreads of the similarity.

    Both are evidence, and on photos of scenes, places, packages and covers their sum finds more than either
    (``tests/benchmarks/retrieval.py``, before verification). Squared, what many photos have in common counts little.
    """
    return np.minimum(usual.spread * excess**2, MOST_BONUS)


def best_views(found: Sequence[Neighbours], k: int) -> tuple[Neighbours, NDArray[np.int64]]:
    """One list of neighbours from one for each view: a photo counts with the view that it is most alike to.

    Args:
        found: of each view, all of the same gallery; the first view wins ties.
        k: how many photos at most; 0 or less is all of them.
    Returns:
        The neighbours, and (N,) the place of each one's view.
    """
    first = found[0]
    if len(found) == 1:
        return first, np.zeros(len(first.ids), np.int64)
    ids = np.concatenate([one.ids for one in found])
    similar = np.concatenate([one.similarities for one in found])
    views = np.repeat(np.arange(len(found)), [len(one.ids) for one in found])
    order = np.lexsort((views, ids, -similar))
    _, places = np.unique(ids[order], return_index=True)
    order = order[np.sort(places)]
    order = order[:k] if k > 0 else order
    same = [one.background for one in found if one.background.shape == first.background.shape]  # photos may come
    return Neighbours(ids[order], similar[order], np.maximum.reduce(same)), views[order]

"""From a prepared query to rankings: candidates first, the verified ranking after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.methods.matching.verify import verify as verify_pair
from visearch_desktop.search.confidence import Calibration, calibration_for, count_standing_out
from visearch_desktop.search.details import LEADS, InDetail, Objects, look_up, worth
from visearch_desktop.search.evidence import (
    LEAST_BACKGROUND,
    MIDDLE_WEIGHT,
    VERIFIED_LEAD,
    combined_scores,
    lift,
    middle_inliers,
)
from visearch_desktop.search.gallery import Gallery, Neighbours
from visearch_desktop.search.hits import Hit, Ranking, Stage, never
from visearch_desktop.search.intents import Intent
from visearch_desktop.search.prepared import PreparedQuery


@dataclass(frozen=True, slots=True)
class Candidates:
    """Photo ids (N,), similarities (N,) and lifts (N,) of them, most alike first, equal ones by id.

    ``views`` (N,) says which of the query's views each is most alike to, ``details`` (N,) what the details are worth
    that it shares with the query's region.
    """

    ids: NDArray[np.int64]
    similarities: NDArray[np.float32]
    lifts: NDArray[np.float32]
    views: NDArray[np.int64]
    details: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Checked:
    """A candidate's verification, and how many inliers lie in the middle of the query."""

    verification: Verification
    middle: int


def search(
    query: PreparedQuery,
    gallery: Gallery,
    intent: Intent,
    *,
    limit: int = 300,
    verify: bool = True,
    cancelled: Callable[[], bool] = never,
    on_verifying: Callable[[int, int], None] | None = None,
    started: float | None = None,
    objects: Objects | None = None,
) -> Iterator[Ranking]:
    """Ever better answers to a query.

    Args:
        query: made ready with the gallery's descriptor.
        gallery: the photos to search.
        intent: the recipe.
        limit: how many hits; 0 or less is the whole gallery, ranked.
        verify: whether a verified ranking follows the first one (if the intent verifies at all).
        cancelled: asked between verified pairs; once true, nothing more is yielded.
        on_verifying: told (done, total) after each verified candidate.
        started: ``time.perf_counter()`` when the query was taken up; now if not given.
        objects: gives more candidates for a query with a region, if the intent verifies; None for none.

    Yields:
        A ranking of stage FIRST and, unless ``verify`` is false or the intent verifies none, one of stage VERIFIED.

    Raises:
        PhotoError: the query picture cannot be read when its local features are needed.
    """
    began = time.perf_counter() if started is None else started
    if cancelled():
        return
    k = 0 if limit <= 0 else max(limit, intent.verify)
    in_detail: tuple[InDetail, ...] = ()
    if objects is not None and query.region is not None and intent.verify:
        in_detail = look_up(query, objects)
    found = with_details(candidates(query, gallery, 0), in_detail, k) if in_detail else candidates(query, gallery, k)
    yield _ranking(query, gallery, found, {}, Stage.FIRST, limit, began, -1)
    if not verify or intent.verify == 0 or cancelled():
        return
    details = _details(query)
    checked: dict[int, Checked] = {}
    best = [place for place in range(len(found.ids)) if place < intent.verify or found.details[place] > 0]
    for done, place in enumerate(best, start=1):
        if cancelled():
            return
        photo_id = int(found.ids[place])
        stored = gallery.features(photo_id) if place < intent.verify else None
        tried = None
        if stored is not None:
            tried = _check_best(details, query.views[found.views[place]].is_mirrored, stored)
        if tried is None or tried.verification.quad is None:
            by_pairs = check_in_detail(in_detail, photo_id)
            tried = by_pairs if tried is None or (by_pairs and by_pairs.verification.quad) else tried
        if tried is not None:
            checked[photo_id] = tried
        if on_verifying is not None:
            on_verifying(done, len(best))
    yield _ranking(query, gallery, found, checked, Stage.VERIFIED, limit, began, len(details[False][1]))


def candidates(query: PreparedQuery, gallery: Gallery, k: int) -> Candidates:
    """The ``k`` photos most alike as a whole to any view of the query; all of them if ``k`` is 0."""
    found, views = best_views([gallery.nearest(view.signature, k) for view in query.views], k)
    lifts = lift(found.similarities, found.background, query.signature)
    return Candidates(found.ids, found.similarities, lifts, views, np.zeros(len(found.ids), np.float32))


def with_details(found: Candidates, in_detail: Sequence[InDetail], k: int) -> Candidates:
    """Of all photos the ``k`` most alike (0: all), and those that share details with the query, in the same order."""
    details = worth(in_detail, found.ids)
    keep = (details > 0) | (np.arange(len(found.ids)) < (k or len(found.ids)))
    return Candidates(found.ids[keep], found.similarities[keep], found.lifts[keep], found.views[keep], details[keep])


def check_in_detail(in_detail: Sequence[InDetail], photo_id: int) -> Checked | None:
    """Verify one candidate by what the local index found in it; None where that is nothing."""
    best: Checked | None = None
    for one in in_detail:
        verification = one.verify(photo_id)
        if verification is not None and (best is None or best.verification.quad is None):
            best = Checked(verification, middle_inliers(verification, one.features, one.query.region))
    return best


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


def _details(query: PreparedQuery) -> dict[bool, tuple[PreparedQuery, LocalFeatures]]:
    """By whether it is mirrored: the query, and its mirror picture where that is asked for, each with its features.

    Turned ones are not verified for themselves, since local features turn with the picture.
    """
    kinds = dict.fromkeys(view.is_mirrored for view in query.views)
    views = (next(view for view in query.views if view.is_mirrored == kind) for kind in kinds)
    return {view.is_mirrored: (view, view.features()) for view in views}


def _check_best(
    details: Mapping[bool, tuple[PreparedQuery, LocalFeatures]], is_mirrored: bool, stored: LocalFeatures
) -> Checked:
    """Verify one candidate by the picture that is more alike as a whole, and if that fails by the other one."""
    view, features = details[is_mirrored]
    checked = check(view, features, stored)
    if checked.verification.quad is None and len(details) > 1:
        view, features = details[not is_mirrored]
        other = check(view, features, stored)
        return checked if other.verification.quad is None else other
    return checked


def check(query: PreparedQuery, details: LocalFeatures, stored: LocalFeatures) -> Checked:
    """Verify one candidate: the query's features against a photo's."""
    verification = verify_pair(details, stored, query.extractor, query.region)
    return Checked(verification, middle_inliers(verification, details, query.region))


def _ranking(
    query: PreparedQuery,
    gallery: Gallery,
    found: Candidates,
    checked: Mapping[int, Checked],
    stage: Stage,
    limit: int,
    began: float,
    details: int,
) -> Ranking:
    hits, lifts = _hits(query, found, checked, limit)
    shown = calibration_for(query.descriptor).shown
    if stage is Stage.FIRST and gallery.size() < LEAST_BACKGROUND and query.signature.any():
        shown = -1.0  # too few photos to say what stands out before they are verified
    words, agreeing = [hit.confidence for hit in hits], [hit.inliers for hit in hits]
    return Ranking(
        hits=hits,
        stage=stage,
        searched=gallery.size(),
        standing_out=count_standing_out(words, agreeing, lifts, shown),
        verified=len(checked),
        elapsed_ms=(time.perf_counter() - began) * 1000,
        descriptor=query.descriptor,
        query_size=query.size,
        query_details=details,
    )


def _hits(
    query: PreparedQuery, found: Candidates, checked: Mapping[int, Checked], limit: int
) -> tuple[tuple[Hit, ...], list[float]]:
    """The hits in their order, at most ``limit`` (if above 0), and their lifts."""
    pairs = [checked.get(photo_id) for photo_id in found.ids.tolist()]
    middles = np.array(
        [pair.middle if pair is not None and pair.verification.quad else -1 for pair in pairs], dtype=np.int64
    )
    scores = combined_scores(found.similarities, middles) if checked else first_scores(found)
    order = np.lexsort((found.ids, -scores))
    order = order if limit <= 0 else order[:limit]
    calibration, has_region = calibration_for(query.descriptor), query.region is not None
    hits = tuple(
        _hit(rank, found, i, float(scores[i]), pairs[i], calibration, has_region)
        for rank, i in enumerate(order.tolist(), start=1)
    )
    return hits, found.lifts[order].tolist()


def first_scores(found: Candidates) -> NDArray[np.float64]:
    """(N,) what candidates are sorted by: those that share much with the region lead, by that; then similarity counts.

    So what verification will find to be true is mostly first already, and little moves when it comes.
    """
    leads = found.details >= LEADS
    bonus = np.where(leads, VERIFIED_LEAD + MIDDLE_WEIGHT * np.log1p(found.details.astype(np.float64)), 0.0)
    return found.similarities.astype(np.float64) + bonus


def _hit(
    rank: int,
    found: Candidates,
    place: int,
    score: float,
    checked: Checked | None,
    calibration: Calibration,
    has_region: bool,
) -> Hit:
    verification = checked.verification if checked is not None else None
    quad = verification.quad if verification is not None else None
    inliers = verification.inliers if verification is not None and quad is not None else 0
    middle = checked.middle if checked is not None else 0
    return Hit(
        photo_id=int(found.ids[place]),
        rank=rank,
        score=score,
        similarity=float(found.similarities[place]),
        inliers=inliers,
        tentative=verification.tentative if verification is not None else 0,
        verdict=verification.verdict if verification is not None else None,
        quad=quad,
        confidence=calibration.word(inliers, middle, float(found.lifts[place]), has_region),
    )

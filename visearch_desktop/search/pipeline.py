"""From a prepared query to rankings: candidates first, the verified ranking after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.search.candidates import LEADS, Candidates, best, box_bonus, candidates, with_looks, with_parts
from visearch_desktop.search.checking import Checked, Details, check_best, details_of, outlined
from visearch_desktop.search.confidence import calibration_for, calibration_in_parts, count_standing_out
from visearch_desktop.search.details import InDetail, Objects, look_up
from visearch_desktop.search.evidence import LEAST_BACKGROUND, VERIFIED_LEAD, combined_scores
from visearch_desktop.search.gallery import Gallery
from visearch_desktop.search.hits import Confidence, Hit, Ranking, Stage, never
from visearch_desktop.search.intents import Intent
from visearch_desktop.search.parts import COMPARED, Parts, alike_in_parts
from visearch_desktop.search.prepared import PreparedQuery
from visearch_desktop.search.quick import quick_candidates
from visearch_desktop.search.regions import EXPANDED_BY, STANDS_OUT, LookAlikes, Regions, look_alikes


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
    regions: Regions | None = None,
    parts: Parts | None = None,
) -> Iterator[Ranking]:
    """Ever better answers to a query.

    While a box is dragged the first one has to come at once: where the box's details and regions name enough photos,
    it is made of these alone. What takes longer comes with the verified one, or where all of the gallery is wanted: a
    closer look at a small box on a large picture, and how alike photos are as a whole.

    Args:
        query: made ready with the gallery's descriptor.
        gallery: the photos to search.
        intent: the recipe.
        limit: how many hits; 0 or less is the whole gallery, ranked.
        verify: whether a verified ranking follows the first one (if the intent verifies at all).
        cancelled: asked between steps and verified pairs; once true, nothing more is yielded.
        on_verifying: told (done, total) after each verified candidate.
        started: ``time.perf_counter()`` when the query was taken up; now if not given.
        objects: gives more candidates, and evidence for them, if the intent asks for that; None for none.
        regions: likewise, for a query with a region.
        parts: likewise, for one without.

    Yields:
        A ranking of stage FIRST and, unless ``verify`` is false or the intent verifies none, one of stage VERIFIED.

    Raises:
        PhotoError: the query picture cannot be read when its local features are needed.
        SelfTestError: the network of the regions cannot be run.
    """
    began = time.perf_counter() if started is None else started
    if cancelled():
        return
    k = 0 if limit <= 0 else max(limit, intent.verify)
    is_hurried = k > 0 and intent.verify > 0
    in_detail, looks = _evidence(query, objects, regions, closely=not is_hurried) if intent.details else ((), None)
    if cancelled():
        return
    quick = quick_candidates(in_detail, looks, k) if looks is not None and is_hurried else None
    asked_for = max(k, COMPARED) if parts is not None and k > 0 else k
    found = quick or candidates(query, gallery, asked_for, in_detail, looks)
    if parts is not None and intent.details and query.region is None:
        alike = alike_in_parts(query, parts, found.ids[:COMPARED])
        found = found if alike is None else best(with_parts(found, alike), k)
    yield _ranking(query, gallery, found, {}, Stage.FIRST, limit, began, -1)
    if not verify or intent.verify == 0 or cancelled():
        return
    is_all = all(answer.is_all for answer in in_detail)
    if objects is not None and not is_all:
        in_detail = look_up(query, objects)
    if quick is not None or not is_all:
        found = candidates(query, gallery, k, in_detail, looks)
    if cancelled():
        return
    details = details_of(query)
    checked = _checked(query, gallery, intent, found, details, in_detail, cancelled, on_verifying)
    if checked is None:
        return
    checked = outlined(checked, in_detail)
    if looks is not None:
        found = with_looks(found, in_detail, looks.expanded(_best(query, found, checked, EXPANDED_BY)))
    yield _ranking(query, gallery, found, checked, Stage.VERIFIED, limit, began, len(details[False][1]))


def _checked(
    query: PreparedQuery,
    gallery: Gallery,
    intent: Intent,
    found: Candidates,
    details: Details,
    in_detail: Sequence[InDetail],
    cancelled: Callable[[], bool],
    on_verifying: Callable[[int, int], None] | None,
) -> dict[int, Checked] | None:
    """Those candidates that can be verified, tried; None where the search is cancelled."""
    chosen = [place for place in range(len(found.ids)) if place < intent.verify or found.details[place] > 0]
    checked: dict[int, Checked] = {}
    for done, place in enumerate(chosen, start=1):
        if cancelled():
            return None
        photo_id = int(found.ids[place])
        stored = gallery.features(photo_id) if place < intent.verify else None
        tried = check_best(details, query.views[found.views[place]].is_mirrored, stored, in_detail, photo_id)
        if tried is not None:
            checked[photo_id] = tried
        if on_verifying is not None:
            on_verifying(done, len(chosen))
    return checked


def _evidence(
    query: PreparedQuery, objects: Objects | None, regions: Regions | None, *, closely: bool
) -> tuple[tuple[InDetail, ...], LookAlikes | None]:
    """What the local index and the regions of the library find, both at once."""
    with ThreadPoolExecutor(1) as beside:
        looks = None
        if regions is not None and query.region is not None:
            looks = beside.submit(look_alikes, query, regions)
        in_detail = look_up(query, objects, closely=closely) if objects is not None else ()
        return in_detail, None if looks is None else looks.result()


def _best(query: PreparedQuery, found: Candidates, checked: Mapping[int, Checked], count: int) -> list[int]:
    """The first hits other than the query picture itself."""
    order = np.lexsort((found.ids, -_scores(query, found, checked)))
    return [photo_id for photo_id in found.ids[order].tolist() if photo_id != query.photo_id][:count]


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
    hits, order = _hits(query, found, checked, limit)
    shown = calibration_for(query.descriptor).shown
    if stage is Stage.FIRST and gallery.size() < LEAST_BACKGROUND and query.signature.any():
        shown = -1.0  # too few photos to say what stands out before they are verified
    words, agreeing = [hit.confidence for hit in hits], [hit.score >= VERIFIED_LEAD for hit in hits]
    if stage is Stage.FIRST:
        agreeing = (found.details[order] >= LEADS).tolist()
    as_a_whole: NDArray[np.bool_] = found.lifts >= shown
    alike = np.where(np.isnan(found.looks), as_a_whole, found.looks >= STANDS_OUT)
    return Ranking(
        hits=hits,
        stage=stage,
        searched=gallery.size(),
        standing_out=count_standing_out(words, agreeing, alike[order].tolist()),
        verified=len(checked),
        elapsed_ms=(time.perf_counter() - began) * 1000,
        descriptor=query.descriptor,
        query_sizes=(query.size,),
        query_details=details,
    )


def _hits(
    query: PreparedQuery, found: Candidates, checked: Mapping[int, Checked], limit: int
) -> tuple[tuple[Hit, ...], NDArray[np.intp]]:
    """The hits in their order, at most ``limit`` (if above 0), and their places among the candidates."""
    scores = _scores(query, found, checked)
    order = np.lexsort((found.ids, -scores))
    order = order if limit <= 0 else order[:limit]
    pairs = [checked.get(photo_id) for photo_id in found.ids.tolist()]
    hits = tuple(
        _hit(rank, found, i, float(scores[i]), pairs[i], _word(query, found, i, pairs[i]))
        for rank, i in enumerate(order.tolist(), start=1)
    )
    return hits, order


def _scores(query: PreparedQuery, found: Candidates, checked: Mapping[int, Checked]) -> NDArray[np.float64]:
    """(N,) what the candidates are sorted by.

    Verified photos lead, with a box only those in which something in its middle agrees: the rest of it may show what is
    behind the thing. What the details of a box promised of a photo counts no more once it was checked.
    """
    has_region, scores = query.region is not None, found.scores
    if has_region:
        scores = scores - np.where(np.isin(found.ids, list(checked)), box_bonus(found.details), 0.0)
    middles = np.full(len(found.ids), -1, dtype=np.int64)
    for place, photo_id in enumerate(found.ids.tolist()):
        pair = checked.get(photo_id)
        if pair is not None and pair.is_verified and (pair.middle or not has_region):
            middles[place] = pair.middle
    return combined_scores(found.similarities, scores, middles)


def _word(query: PreparedQuery, found: Candidates, place: int, checked: Checked | None) -> Confidence:
    """For one candidate, by how much it is alike in parts where that is known, else as a whole."""
    inliers, middle = (checked.inliers, checked.middle) if checked is not None else (0, 0)
    has_region, was_tried = query.region is not None, checked is not None
    in_parts = None if has_region or np.isnan(found.looks[place]) else calibration_in_parts(query.descriptor)
    if in_parts is not None:
        return in_parts.word(inliers, middle, float(found.looks[place]), was_tried=was_tried)
    return calibration_for(query.descriptor).word(inliers, middle, float(found.lifts[place]), has_region, was_tried)


def _hit(
    rank: int, found: Candidates, place: int, score: float, checked: Checked | None, confidence: Confidence
) -> Hit:
    verification = checked.verification if checked is not None else None
    quad = verification.quad if verification is not None else None
    return Hit(
        photo_id=int(found.ids[place]),
        rank=rank,
        score=score,
        similarity=float(found.similarities[place]),
        inliers=checked.inliers if checked is not None else 0,
        tentative=verification.tentative if verification is not None else 0,
        verdict=verification.verdict if verification is not None else None,
        quad=quad,
        confidence=confidence,
        estimated=None if quad is not None else found.places.get(int(found.ids[place])),
    )

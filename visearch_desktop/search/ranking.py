"""Candidates, as far as they were checked, become hits: in what order, with which words, how many worth showing."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.search.candidates import LEADS, Candidates, box_bonus
from visearch_desktop.search.checking import Checked
from visearch_desktop.search.confidence import calibration_for, calibration_in_parts, count_standing_out
from visearch_desktop.search.evidence import LEAST_BACKGROUND, VERIFIED_LEAD, combined_scores
from visearch_desktop.search.gallery import Gallery
from visearch_desktop.search.hits import Confidence, Hit, Ranking, Stage
from visearch_desktop.search.prepared import PreparedQuery
from visearch_desktop.search.regions import STANDS_OUT


def make_ranking(
    query: PreparedQuery,
    gallery: Gallery,
    found: Candidates,
    checked: Mapping[int, Checked],
    stage: Stage,
    limit: int,
    began: float,
    details: int,
) -> Ranking:
    """The ranking of a stage.

    Args:
        query: what was looked for.
        gallery: the photos that were searched.
        found: N candidates.
        checked: by photo, those that were tried.
        stage: of the search.
        limit: how many hits; 0 or less is all.
        began: ``time.perf_counter()`` when the query was taken up.
        details: how many local features the query has; -1 where they were not looked at.
    """
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
    by_score = scores(query, found, checked)
    order = np.lexsort((found.ids, -by_score))
    order = order if limit <= 0 else order[:limit]
    pairs = [checked.get(photo_id) for photo_id in found.ids.tolist()]
    hits = tuple(
        _hit(rank, found, i, float(by_score[i]), pairs[i], _word(query, found, i, pairs[i]))
        for rank, i in enumerate(order.tolist(), start=1)
    )
    return hits, order


def scores(query: PreparedQuery, found: Candidates, checked: Mapping[int, Checked]) -> NDArray[np.float64]:
    """(N,) what the candidates are sorted by.

    Verified photos lead, with a box only those in which something in its middle agrees: the rest of it may show what is
    behind the thing. What the details of a box promised of a photo counts no more once it was checked.
    """
    has_region, unverified = query.region is not None, found.scores
    if has_region:
        unverified = unverified - np.where(np.isin(found.ids, list(checked)), box_bonus(found.details), 0.0)
    middles = np.full(len(found.ids), -1, dtype=np.int64)
    for place, photo_id in enumerate(found.ids.tolist()):
        pair = checked.get(photo_id)
        if pair is not None and pair.is_verified and (pair.middle or not has_region):
            middles[place] = pair.middle
    return combined_scores(found.similarities, unverified, middles)


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

"""From a prepared query to rankings: candidates first, the verified ranking after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.matching.verification import Verification
from visearch_desktop.methods.matching.verify import verify as verify_pair
from visearch_desktop.search.confidence import confidence_of, count_standing_out, standing
from visearch_desktop.search.evidence import combined_scores
from visearch_desktop.search.gallery import Gallery
from visearch_desktop.search.hits import Hit, Ranking, Stage
from visearch_desktop.search.intents import Intent
from visearch_desktop.search.prepared import PreparedQuery

Verified = dict[int, Verification]
"""By photo id."""


def never() -> bool:
    """A search that nothing cancels."""
    return False


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Photo ids (N,) and similarities (N,), best first, and how far each stands out (N,) from the rest."""

    ids: NDArray[np.int64]
    similarities: NDArray[np.float32]
    standing: NDArray[np.float32]


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
) -> Iterator[Ranking]:
    """Ever better answers to a query.

    Args:
        gallery: under the descriptor of ``query.vector``.
        limit: how many hits; 0 or less is the whole gallery, ranked.
        verify: whether a verified ranking follows the first one (if the intent verifies at all).
        cancelled: asked between verified pairs; once true, nothing more is yielded.
        on_verifying: told (done, total) after each verified candidate.
        started: ``time.perf_counter()`` when the query was taken up; now if not given.
    Yields:
        A ranking of stage FIRST and, unless ``verify`` is false or the intent has no verification, one of stage VERIFIED.
    Raises:
        PhotoError: the query picture cannot be read when its local features are needed.
    """
    began = time.perf_counter() if started is None else started
    found = _candidates(query, gallery, intent, limit)
    yield _ranking(query, gallery, found, {}, Stage.FIRST, limit, began, -1)
    if not verify or intent.verify == 0 or cancelled():
        return
    features = query.features()
    best = found.ids[: intent.verify]
    verified: Verified = {}
    for done, photo_id in enumerate(best.tolist(), start=1):
        if cancelled():
            return
        stored = gallery.features(photo_id)
        if stored is not None:
            verified[photo_id] = verify_pair(features, stored, query.extractor, query.region)
        if on_verifying is not None:
            on_verifying(done, len(best))
    yield _ranking(query, gallery, found, verified, Stage.VERIFIED, limit, began, len(features))


def _candidates(query: PreparedQuery, gallery: Gallery, intent: Intent, limit: int) -> _Candidates:
    ids, similarities = gallery.nearest(query.vector, 0 if limit <= 0 else max(limit, intent.verify))
    order = np.lexsort((ids, -similarities))
    ids, similarities = ids[order], similarities[order]
    return _Candidates(ids, similarities, standing(similarities, gallery.background(query.vector)))


def _ranking(
    query: PreparedQuery,
    gallery: Gallery,
    found: _Candidates,
    verified: Verified,
    stage: Stage,
    limit: int,
    began: float,
    details: int,
) -> Ranking:
    verifications = [verified.get(photo_id) for photo_id in found.ids.tolist()]
    scores = combined_scores(found.similarities, found.standing, verifications)
    order = np.lexsort((found.ids, -scores))
    shown = order if limit <= 0 else order[:limit]
    hits = tuple(
        _hit(rank, int(found.ids[i]), float(scores[i]), float(found.similarities[i]), float(found.standing[i]),
             verifications[i])
        for rank, i in enumerate(shown.tolist(), start=1)
    )  # fmt: skip
    return Ranking(
        hits=hits,
        stage=stage,
        searched=gallery.size(),
        standing_out=count_standing_out(hits, found.standing[shown]),
        verified=len(verified),
        elapsed_ms=(time.perf_counter() - began) * 1000,
        descriptor=query.descriptor,
        query_size=query.size,
        query_details=details,
    )


def _hit(
    rank: int, photo_id: int, score: float, similarity: float, stands: float, verification: Verification | None
) -> Hit:
    is_verified = verification is not None and verification.quad is not None
    return Hit(
        photo_id=photo_id,
        rank=rank,
        score=score,
        similarity=similarity,
        inliers=verification.inliers if verification is not None and is_verified else 0,
        tentative=verification.tentative if verification is not None else 0,
        verdict=verification.verdict if verification is not None else None,
        quad=verification.quad if verification is not None else None,
        confidence=confidence_of(verification, stands),
    )

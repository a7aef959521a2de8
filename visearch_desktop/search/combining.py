"""One ranking from those of several parts of a query: all must be there, any may be, and what must not be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from visearch_desktop.search.evidence import VERIFIED_LEAD
from visearch_desktop.search.hits import Confidence, Hit, Located, Ranking
from visearch_desktop.search.query import Together

LEAST_ASKED = 1200
"""A part gives at least so many hits, and ``DEEPER`` times as many as are wanted: what all parts have in common may
be far down in each."""
DEEPER = 4
MINUS_WEIGHT = 0.5
"""What speaks for a part that photos are not to show counts half against them: they may share its surroundings only."""
LEFT_OUT = 20.0
"""More than scores differ by: photos that are not worth showing come after all that are."""

_WORDS = (Confidence.MAYBE, Confidence.LIKELY, Confidence.SURE)


@dataclass(frozen=True, slots=True)
class Part:
    """One picture or region of a query.

    Attributes:
        number: its place among the pictures of the query.
        rankings: ever better answers for it alone; as many as of every other part.
        minus: whether photos that show it are not looked for.
        has_region: whether it is a box on a picture, not all of one.
        photo_id: of the picture, where it is a photo of the library.
    """

    number: int
    rankings: Iterator[Ranking]
    minus: bool = False
    has_region: bool = False
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one part says of photos.

    Attributes:
        hits: by photo.
        shown: how many of them, from the first rank on, are worth showing.
    """

    part: Part
    hits: Mapping[int, Hit]
    shown: int


def depth(limit: int) -> int:
    """How many hits to ask of each part where ``limit`` are wanted of all together; 0 is all photos."""
    return 0 if limit <= 0 else max(LEAST_ASKED, DEEPER * limit)


def search_together(
    parts: Sequence[Part], together: Together, *, limit: int = 300, started: float | None = None
) -> Iterator[Ranking]:
    """Ever better answers to a query of several parts, one for each stage that all parts have come to.

    Args:
        parts: at least one of them not ``minus``.
        together: whether photos are to show all parts or any of them.
        limit: how many hits; 0 or less is all.
        started: ``time.perf_counter()`` when the query was taken up; now if not given.
    """
    began = time.perf_counter() if started is None else started
    while True:
        rankings = []
        for part in parts:
            ranking = next(part.rankings, None)
            if ranking is None:  # the last stage was reached, or the search is cancelled
                return
            rankings.append(ranking)
        yield combined(parts, rankings, together, limit, (time.perf_counter() - began) * 1000)


def told_of_all(part: int, parts: int, on_verifying: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """For one of several parts that are verified one after the other: tells how far all of them are."""
    return lambda done, total: on_verifying(part * total + done, parts * total)


def combined(
    parts: Sequence[Part], rankings: Sequence[Ranking], together: Together, limit: int, elapsed_ms: float
) -> Ranking:
    """One ranking of a stage from one for each part.

    A photo that shows a ``minus`` part for sure or likely is taken out; others are lowered by what speaks for it.
    """
    answers = [
        _Answer(part, {hit.photo_id: hit for hit in ranking.hits}, ranking.standing_out)
        for part, ranking in zip(parts, rankings, strict=True)
    ]
    wanted = [answer for answer in answers if not answer.part.minus]
    merge = _by_weakest if together is Together.ALL else _by_strongest
    hits = {photo_id: merge(photo_id, wanted) for photo_id in _photos(wanted, together)}
    for unwanted in (answer for answer in answers if answer.part.minus):
        hits = _without(hits, unwanted, wanted)
    order = sorted(hits.values(), key=lambda hit: (-hit.score, hit.photo_id))
    kept = order[:limit] if limit > 0 else order
    pluses = [ranking for part, ranking in zip(parts, rankings, strict=True) if not part.minus]
    return replace(
        pluses[0],
        hits=tuple(replace(hit, rank=rank) for rank, hit in enumerate(kept, start=1)),
        standing_out=sum(hit.score > -LEFT_OUT / 2 for hit in kept),
        verified=max(ranking.verified for ranking in rankings),
        elapsed_ms=elapsed_ms,
        query_sizes=tuple(size for ranking in rankings for size in ranking.query_sizes),
        query_details=min(ranking.query_details for ranking in pluses),
    )


def _photos(wanted: Sequence[_Answer], together: Together) -> set[int]:
    of_parts = [set(answer.hits) for answer in wanted]
    return set.intersection(*of_parts) if together is Together.ALL else set.union(*of_parts)


def _by_weakest(photo_id: int, wanted: Sequence[_Answer]) -> Hit:
    """A photo by the part that speaks least for it; the more parts are proven, the further up."""
    found = [(answer.part, answer.hits[photo_id]) for answer in wanted]
    part, weakest = min(found, key=lambda one: _strength(one[1]))
    proven = sum(hit.quad is not None for _, hit in found) / len(found)
    score = min(hit.score for _, hit in found) + VERIFIED_LEAD * proven
    is_shown = all(answer.hits[photo_id].rank <= answer.shown for answer in wanted)
    return _with_others(weakest, part, score if is_shown else score - LEFT_OUT, found)


def _by_strongest(photo_id: int, wanted: Sequence[_Answer]) -> Hit:
    """A photo by the part that speaks most for it; where other pictures are in it says little, and boxes much."""
    having = [answer for answer in wanted if photo_id in answer.hits]
    found = [(answer.part, answer.hits[photo_id]) for answer in having]
    part, strongest = max(found, key=lambda one: _strength(one[1]))
    score = max(hit.score for _, hit in found)
    is_shown = any(answer.hits[photo_id].rank <= answer.shown for answer in having)
    boxes = [one for one in found if one[0].has_region]
    return _with_others(strongest, part, score if is_shown else score - LEFT_OUT, boxes)


def _strength(hit: Hit) -> tuple[int, float]:
    return _WORDS.index(hit.confidence), hit.score


def _with_others(hit: Hit, part: Part, score: float, found: Sequence[tuple[Part, Hit]]) -> Hit:
    others = tuple(
        Located(one.number, other.quad, other.estimated)
        for one, other in found
        if one is not part and (other.quad is not None or other.estimated is not None)
    )
    return replace(hit, part=part.number, score=score, others=others)


def _without(hits: Mapping[int, Hit], unwanted: _Answer, wanted: Sequence[_Answer]) -> dict[int, Hit]:
    """The hits that do not show what is not wanted, lowered by what speaks for it."""
    own = hits.get(unwanted.part.photo_id or 0)
    shows_wanted = own is not None and own.confidence is not Confidence.MAYBE and not unwanted.part.has_region
    kept: dict[int, Hit] = {}
    for photo_id, hit in hits.items():
        against = unwanted.hits.get(photo_id)
        if shows_wanted and against is not None and hit is not own and against.inliers:
            agreeing = sum(answer.hits[photo_id].inliers for answer in wanted if photo_id in answer.hits)
            against = against if against.inliers > agreeing else None  # they share what is wanted and no more
        if against is None:
            kept[photo_id] = hit
        elif against.confidence is Confidence.MAYBE:
            score = hit.score - MINUS_WEIGHT * max(0.0, against.score)
            word = hit.confidence if against.quad is None else Confidence.MAYBE
            kept[photo_id] = replace(hit, score=score, confidence=word)
    return kept

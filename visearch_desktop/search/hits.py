"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from visearch_desktop.core.region import Quad, Region
from visearch_desktop.methods.matching.verdict import Verdict

SURE_INLIERS = 12  # so many verified matches make a hit sure; calibrated, and said in the window's sentences


def never() -> bool:
    """A search that nothing cancels."""
    return False


class Confidence(StrEnum):
    """How sure a hit is; calibrated on labelled photos."""

    SURE = "sure"
    LIKELY = "likely"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Located:
    """Where one more part of a query is in the photo of a hit.

    Attributes:
        part: its place among the pictures of the query.
        quad: where it was found, in the photo's upright px; None where it is not verified.
        estimated: about where it is; only without a quad.
    """

    part: int
    quad: Quad | None
    estimated: Region | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One photo of a ranking.

    Attributes:
        photo_id: in the catalogue.
        rank: from 1.
        score: what the ranking is sorted by, descending; comparable within one ranking.
        similarity: dot product of the descriptors, -1…1.
        inliers: verified matches; 0 where not verified or not accepted.
        tentative: matches before geometry; 0 where not verified.
        verdict: None where verification was not tried.
        quad: where it was found, in the photo's upright px; only for a verified hit.
        confidence: the word for it.
        estimated: about where it is, in the photo's upright px, by what its regions look like; only without a quad.
        part: the part of the query that all of this tells about, by its place among the query's pictures: of several,
            the one that the hit's place in the ranking hangs on.
        others: where the other parts are, those that were found.
    """

    photo_id: int
    rank: int
    score: float
    similarity: float
    inliers: int
    tentative: int
    verdict: Verdict | None
    quad: Quad | None
    confidence: Confidence
    estimated: Region | None = None
    part: int = 0
    others: tuple[Located, ...] = ()

    @property
    def outlines(self) -> tuple[tuple[Quad, bool], ...]:
        """Every place where something of the query is, and whether that is only estimated; what is proven is last."""
        places = (*self.others, Located(self.part, self.quad, self.estimated))
        proven = [(place.quad, False) for place in places if place.quad is not None]
        about = [(place.estimated.quad(), True) for place in places if place.quad is None and place.estimated]
        return (*about, *proven)


class Stage(StrEnum):
    """How far a ranking has come."""

    FIRST = "first"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Ranking:
    """The answer to a query, best first.

    Attributes:
        hits: as many as were asked for.
        stage: FIRST comes before verification, VERIFIED replaces it.
        searched: how many photos were compared.
        standing_out: how many of the hits are worth showing; those after look no more alike than any two photos do.
        verified: how many candidates were verified; of several parts, for the one that had most.
        elapsed_ms: since the query was taken up.
        descriptor: its key.
        query_sizes: (width, height) of each picture of the query, upright px.
        query_details: local features inside the query region, of several the least; -1 where not counted yet.
    """

    hits: tuple[Hit, ...]
    stage: Stage
    searched: int
    standing_out: int
    verified: int
    elapsed_ms: float
    descriptor: str
    query_sizes: tuple[tuple[int, int], ...]
    query_details: int

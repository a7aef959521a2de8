"""Requests and reports on one photo beside the query, beyond ``Compare``."""

from __future__ import annotations

from dataclasses import dataclass

from visearch_desktop.library.rows import HeatMap, Trace
from visearch_desktop.search.query import Query, QueryPicture


@dataclass(frozen=True, slots=True)
class GetHeatMap:
    """Where the photo looks like the picture; answers ``HeatMapReady``."""

    job: int
    picture: QueryPicture
    photo_id: int


@dataclass(frozen=True, slots=True)
class WhyNotFound:
    """Which step of the search a photo, of the library or a file, did not get past; answers ``TraceReady``."""

    job: int
    query: Query
    asked: QueryPicture
    intent: str = "same"


@dataclass(frozen=True, slots=True)
class HeatMapReady:
    """``heat`` is None where the descriptor in use has no such map."""

    job: int
    heat: HeatMap | None


@dataclass(frozen=True, slots=True)
class TraceReady:
    job: int
    trace: Trace

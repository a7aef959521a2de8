"""What rankings are worth: average precision, mP@k, recall@k, N-S score, NDCG.

Ranks count from 0 here, in a ranking from which the query and its junk were taken out; a right photo that is missing
from the ranking counts as never found.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.protocol import Precision

Ranks = NDArray[np.int64]  # (P,) of the right photos that were found, ascending

PRECISION_AT = (1, 5, 10)
RECALL_AT = (1, 10)


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one method on one data set: means over the queries that have an answer.

    Attributes:
        queries: how many were counted.
        mean_ap: mAP by the trapezoid rule.
        mean_ap_plain: mAP as the mean of the precisions at the right photos.
        mean_ap_macro: the mean over the groups; None where the set has none.
        mean_ap_by_group: mAP of each group.
        mean_precision_at: mP@k as the set's protocol defines it, by k.
        recall_at: the share of queries with a right photo among the first k, by k.
        ndcg: normalised discounted cumulative gain over the whole ranking.
        ns_score: how many of the four are among the first four, 0 to 4; None for a set that is not in fours.
        average_precisions: of each query of the set, in its order; NaN where there is no answer.
    """

    queries: int
    mean_ap: float
    mean_ap_plain: float
    mean_ap_macro: float | None
    mean_ap_by_group: Mapping[str, float]
    mean_precision_at: Mapping[int, float]
    recall_at: Mapping[int, float]
    ndcg: float
    ns_score: float | None = None
    average_precisions: tuple[float, ...] = field(default=(), repr=False)


def average_precision(ranks: Ranks, positives: int) -> float:
    """The area under the precision–recall curve by trapezoids, as the Oxford Buildings evaluation computes it.

    Args:
        ranks: (P,) int, ascending, of the right photos that were found.
        positives: how many right photos there are, > 0.
    Source:
        Philbin, Chum, Isard, Sivic, Zisserman, "Object retrieval with large vocabularies and fast spatial matching",
        CVPR 2007.
    """
    found = np.arange(len(ranks))
    before = np.where(ranks == 0, 1.0, found / np.maximum(ranks, 1))
    return float(np.sum((before + (found + 1) / (ranks + 1)) / 2) / positives)


def average_precision_plain(ranks: Ranks, positives: int) -> float:
    """The mean of the precisions at the right photos, 0 at those never found; arguments as above."""
    return float(np.sum((np.arange(len(ranks)) + 1) / (ranks + 1)) / positives)


def precision_at(ranks: Ranks, k: int) -> float:
    """The share of right photos among the first k > 0."""
    return int(np.count_nonzero(ranks < k)) / k


def precision_at_possible(ranks: Ranks, positives: int, k: int) -> float:
    """The right photos among the first k, out of as many as there can be."""
    return precision_at(ranks, k) * k / min(k, positives)


def precision_at_last_found(ranks: Ranks, k: int) -> float:
    """The precision at k, or at the last right photo where that comes before k.

    Source:
        Radenović, Iscen, Tolias, Avrithis, Chum, "Revisiting Oxford and Paris: large-scale image retrieval
        benchmarking", CVPR 2018.
    """
    return precision_at(ranks, min(k, int(ranks[-1]) + 1)) if len(ranks) else 0.0


def recall_at(ranks: Ranks, k: int) -> float:
    """1 where one of the first k is right, else 0."""
    return float(len(ranks) > 0 and ranks[0] < k)


def ndcg(ranks: Ranks, positives: int) -> float:
    """Normalised discounted cumulative gain, where a photo is right (1) or not (0).

    Source:
        Järvelin, Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002.
    """
    return float(_discounts(ranks).sum() / _discounts(np.arange(positives)).sum())


def ns_score(ranks: Ranks) -> float:
    """How many of a group of four are among the first four, the query counted.

    Source:
        Nistér, Stewénius, "Scalable recognition with a vocabulary tree", CVPR 2006.
    """
    return precision_at(ranks, 4) * 4


def score(rankings: Sequence[Sequence[Path]], dataset: DataSet) -> Scores:
    """The figures of one ranking for each query of a data set.

    Args:
        rankings: best first, in the order of the queries; paths as in ``dataset.photos``. The query itself and junk
            may be there; a path that comes again counts once; one that the data set does not have counts as wrong.
        dataset: with an answer to at least one query.

    Raises:
        ValueError: there are more or fewer rankings than queries.
    """
    numbers: dict[Path, int] = {}
    counted: list[_Counted] = []
    average_precisions = []
    for query, ranking in zip(dataset.queries, rankings, strict=True):
        one = _count(query, ranking, dataset, numbers)
        average_precisions.append(average_precision(one.ranks, one.positives) if one.positives else math.nan)
        if one.positives:
            counted.append(one)
    by_group: dict[str, list[float]] = {}
    for query, value in zip(dataset.queries, average_precisions, strict=True):
        if query.group and not math.isnan(value):
            by_group.setdefault(query.group, []).append(value)
    mean_by_group = {group: _mean(values) for group, values in sorted(by_group.items())}
    return Scores(
        queries=len(counted),
        mean_ap=_mean(value for value in average_precisions if not math.isnan(value)),
        mean_ap_plain=_mean(average_precision_plain(one.ranks, one.positives) for one in counted),
        mean_ap_macro=_mean(mean_by_group.values()) if mean_by_group else None,
        mean_ap_by_group=mean_by_group,
        mean_precision_at={k: _mean(_precision(one, dataset, k) for one in counted) for k in PRECISION_AT},
        recall_at={k: _mean(recall_at(one.ranks, k) for one in counted) for k in RECALL_AT},
        ndcg=_mean(ndcg(one.ranks, one.positives) for one in counted),
        ns_score=_mean(ns_score(one.ranks) for one in counted) if dataset.protocol.is_in_fours else None,
        average_precisions=tuple(average_precisions),
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    """Of one query: the ranks of what was found, and how many right photos there are."""

    ranks: Ranks
    positives: int


def _count(query: QueryCase, ranking: Sequence[Path], dataset: DataSet, numbers: dict[Path, int]) -> _Counted:
    """``numbers`` gives every path a number, the same for all queries; it grows."""
    dropped = query.junk if dataset.protocol.is_query_counted else query.junk | {query.image}
    positives = query.positives - dropped
    ids = _numbered(ranking, numbers)
    _, first = np.unique(ids, return_index=True)
    if len(first) < len(ids):
        ids = ids[np.sort(first)]
    ids = ids[~np.isin(ids, _numbered(dropped, numbers))]
    return _Counted(np.flatnonzero(np.isin(ids, _numbered(positives, numbers))), len(positives))


def _numbered(paths: Iterable[Path], numbers: dict[Path, int]) -> NDArray[np.int64]:
    return np.fromiter((numbers.setdefault(path, len(numbers)) for path in paths), dtype=np.int64)


def _precision(one: _Counted, dataset: DataSet, k: int) -> float:
    match dataset.protocol.precision:
        case Precision.POSSIBLE:
            return precision_at_possible(one.ranks, one.positives, k)
        case Precision.LAST_FOUND:
            return precision_at_last_found(one.ranks, k)


def _discounts(ranks: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    discounts: NDArray[np.float64] = 1 / np.log2(ranks + 2.0)
    return discounts


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return math.fsum(values) / len(values) if values else math.nan

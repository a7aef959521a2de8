"""Rows of an evaluation: what was asked for, and the figures that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from visearch_desktop.library.rows import IndexProgress

NO_REFINEMENT, VERIFY = "none", "verify"
EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Asked:
    """One row to be measured.

    Attributes:
        descriptor: name, perhaps with steps after it.
        refine: "none", or "verify": the best hundred are checked geometrically.
        index: "exact", or the name of an approximate one.
    """

    descriptor: str
    refine: str = NO_REFINEMENT
    index: str = EXACT

    @property
    def title(self) -> str:
        """``vlad+pca · verify · hnsw``: what is not the usual is said."""
        parts = [self.descriptor, self.refine * (self.refine != NO_REFINEMENT), self.index * (self.index != EXACT)]
        return " · ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; see :mod:`visearch_desktop.evaluation.metrics` for the scores.

    Attributes:
        mean_ap_macro: mean over the groups of queries; None where a set has none.
        ns_score: of sets in groups of four only.
        recall_of_exact: share of the hundred nearest photos that an approximate index finds; None for an exact one.
        ms_per_photo: median time of decoding and describing a photo, on one thread; None where it was not taken.
        ms_per_query: median time of a search for the hundred best, its photo described before.
        bytes_per_photo: mean size of what the search needs of a photo.
    """

    mean_ap: float
    mean_ap_macro: float | None
    mean_ap_by_group: Mapping[str, float] = field(default_factory=dict)
    mean_precision_at_10: float = 0.0
    recall_at_1: float = 0.0
    recall_at_10: float = 0.0
    ndcg: float = 0.0
    ns_score: float | None = None
    recall_of_exact: float | None = None
    ms_per_photo: float | None = None
    ms_per_query: float | None = None
    bytes_per_photo: float | None = None

    @property
    def headline(self) -> float:
        """The figure to compare methods by: groups of queries differ in size, so their mean where there are any."""
        return self.mean_ap if self.mean_ap_macro is None else self.mean_ap_macro


@dataclass(frozen=True, slots=True)
class Row:
    """A measured row, or the reason why there is nothing.

    Attributes:
        key: of the descriptor that was measured; "" where it was not.
        unavailable: a sentence; "" where there are figures.
    """

    asked: Asked
    figures: Figures | None = None
    key: str = ""
    unavailable: str = ""

    def document(self) -> dict[str, Any]:
        """As ``evaluate --json`` prints it; figures that were not taken are left out."""
        asked = {"descriptor": self.asked.descriptor, "refine": self.asked.refine, "index": self.asked.index}
        if self.figures is None:
            return asked | {"unavailable": self.unavailable}
        values = {name: getattr(self.figures, attribute) for name, attribute in _NAMES.items()}
        known = {name: _rounded(name, value) for name, value in values.items() if value is not None and value != {}}
        return asked | {"key": self.key} | known

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Row:
        """What :meth:`document` gave.

        Raises:
            KeyError, TypeError, ValueError: it did not give that.
        """
        asked = Asked(str(document["descriptor"]), str(document["refine"]), str(document["index"]))
        if "unavailable" in document:
            return cls(asked, unavailable=str(document["unavailable"]))
        values = {attribute: document.get(name) for name, attribute in _NAMES.items()}
        by_group = {str(group): float(value) for group, value in (values.pop(_BY_GROUP) or {}).items()}
        numbers = {name: None if value is None else float(value) for name, value in values.items()}
        if any(numbers[name] is None for name in _ALWAYS):
            raise ValueError("a figure is missing")
        figures = Figures(mean_ap_by_group=by_group, **numbers)  # type: ignore[arg-type]
        return cls(asked, figures, str(document["key"]))


_BY_GROUP = "mean_ap_by_group"
_ALWAYS = ("mean_ap", "mean_precision_at_10", "recall_at_1", "recall_at_10", "ndcg")
_NAMES = {
    "mAP": "mean_ap",
    "mAP_macro": "mean_ap_macro",
    "mAP_by_group": _BY_GROUP,
    "mP@10": "mean_precision_at_10",
    "recall@1": "recall_at_1",
    "recall@10": "recall_at_10",
    "ndcg": "ndcg",
    "ns_score": "ns_score",
    "recall_of_exact": "recall_of_exact",
    "ms_per_photo": "ms_per_photo",
    "ms_per_query": "ms_per_query",
    "bytes_per_photo": "bytes_per_photo",
}
_DIGITS = {"ms_per_photo": 2, "ms_per_query": 2, "bytes_per_photo": 0}


def _rounded(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {group: round(float(one), 4) for group, one in sorted(value.items())}
    return round(float(value), _DIGITS.get(name, 4))


@dataclass(frozen=True, slots=True)
class EvaluationProgress:
    """How far an evaluation has come.

    Attributes:
        asked: the row in hand.
        number: which of the rows it is, from 1.
        total: how many rows there are.
        step: how far what is being done for this row has come.
    """

    asked: Asked
    number: int
    total: int
    step: IndexProgress

"""The columns of the table: which figure, how it is written, and what it means in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from visearch_desktop.gui.dates import fraction, number

if TYPE_CHECKING:
    from visearch_desktop.evaluation.rows import Figures


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a row.

    Attributes:
        title, meaning: English, translated when they are shown; the meaning is a whole sentence.
        value: of measured figures; None where it was not taken.
        written: the number in the person's locale.
        is_cost: small is good.
        width: px.
    """

    title: str
    meaning: str
    value: Callable[[Figures], float | None]
    written: Callable[[float], str]
    is_cost: bool
    width: int

    def shown_title(self) -> str:
        """In the person's language."""
        return QCoreApplication.translate("EvaluationColumns", self.title)

    def shown_meaning(self) -> str:
        """In the person's language."""
        return QCoreApplication.translate("EvaluationColumns", self.meaning)


def _share(value: float) -> str:
    return fraction(value, 3)


def _cost(value: float) -> str:
    """Three figures at most: 0.42, 8.3, 61, 1,240."""
    if value >= 100:
        return number(round(value))
    return fraction(value, 0 if value >= 20 else 1 if value >= 1 else 2)


def _kilobytes(value: float) -> str:
    return _cost(value / 1000)


COLUMNS = (
    Column(
        "mAP",
        "How far up the right photos come, averaged over all questions: 1 is perfect (mean average precision).",
        lambda figures: figures.headline,
        _share,
        is_cost=False,
        width=136,
    ),
    Column(
        "recall@1",
        "How much of what should be found stands in the first place.",
        lambda figures: figures.recall_at_1,
        _share,
        is_cost=False,
        width=84,
    ),
    Column(
        "recall@10",
        "How much of what should be found is among the first ten.",
        lambda figures: figures.recall_at_10,
        _share,
        is_cost=False,
        width=88,
    ),
    Column(
        "ms a photo",
        "Milliseconds to read and describe one photo on one core.",
        lambda figures: figures.ms_per_photo,
        _cost,
        is_cost=True,
        width=92,
    ),
    Column(
        "ms a search",
        "Milliseconds to search all photos of the set.",
        lambda figures: figures.ms_per_query,
        _cost,
        is_cost=True,
        width=96,
    ),
    Column(
        "kB a photo",
        "Kilobytes that the library keeps of one photo to search it.",
        lambda figures: figures.bytes_per_photo,
        _kilobytes,
        is_cost=True,
        width=92,
    ),
)

"""The messages of *How good is it?*: what is measured on, what was measured, measuring, the plot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from visearch_desktop.service.protocol.reports import Choice

if TYPE_CHECKING:
    from visearch_desktop.evaluation.rows import Row


class SourceKind(StrEnum):
    """Whose questions and answers methods are measured by."""

    SHIPPED = "shipped"  # the table that comes with the program; nothing can be measured anew
    FOLDER = "folder"  # a data set on this computer
    GROUPS = "groups"  # the groups that the person has made in this library


@dataclass(frozen=True, slots=True)
class Source:
    """What methods are measured on; ``name`` chooses one of the shipped sets, "" the first; ``path`` is a folder's."""

    kind: SourceKind
    name: str = ""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class GetEvaluation:
    """Answers ``EvaluationReady``: what is known without measuring."""

    job: int
    source: Source


@dataclass(frozen=True, slots=True)
class RunEvaluation:
    """Measure descriptors; answers ``EvaluationRow`` as each comes, ``Measuring``, and ``Progress`` for lists of jobs.

    After ``Cancel`` the rows that came are kept.
    """

    job: int
    source: Source
    descriptors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlotColours:
    """As "#rrggbb"."""

    background: str
    text: str
    line: str
    accent: str


@dataclass(frozen=True, slots=True)
class DrawPlot:
    """Draw quality against cost; ``width`` × ``height`` logical px at ``ratio`` device px each. Answers ``PlotReady``.

    A newer plot cancels an older one.
    """

    job: int
    rows: tuple[Row, ...]
    width: int
    height: int
    ratio: float
    colours: PlotColours


@dataclass(frozen=True, slots=True)
class EvaluationReady:
    """What is known of a source.

    Attributes:
        name: of the set.
        photos, queries: how many it has.
        rows: what was measured.
        methods: all that can be measured, and why some cannot.
        sets: the names of the shipped sets.
        groups: of the person's own; ``name`` of none of them is empty.
    """

    job: int
    source: Source
    name: str
    photos: int
    queries: int
    rows: tuple[Row, ...]
    methods: tuple[Choice, ...]
    sets: tuple[str, ...] = ()
    groups: int = 0


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """One method was measured, or could not be."""

    job: int
    row: Row


@dataclass(frozen=True, slots=True)
class Measuring:
    """Method ``number`` of ``total``, ``share`` (0–1) of the whole is done; at most ten a second."""

    job: int
    descriptor: str
    number: int
    total: int
    share: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class PlotReady:
    """``encoded`` is a PNG; empty where there is nothing to draw."""

    job: int
    encoded: bytes

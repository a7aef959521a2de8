"""The lines of the table: every method that can be measured, and every row that was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from visearch_desktop.service.protocol import Choice

if TYPE_CHECKING:
    from visearch_desktop.evaluation.rows import Figures, Row

STEP_SIGN, PLAIN_REFINE, PLAIN_INDEX = "+", "none", "exact"


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        name: of the descriptor, perhaps with steps after it.
        title: in plain words, with what is not the usual.
        detail: names, as the command line takes them.
        summary: what the method does; "" where that is not known.
        unavailable: why it cannot be measured, or why it was not; "" where it can.
        figures: what was measured; None before.
        is_method: a descriptor by itself, which can be measured here and be used.
    """

    name: str
    title: str
    detail: str
    summary: str = ""
    unavailable: str = ""
    figures: Figures | None = None
    is_method: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What stays the same when the line is measured."""
        return self.name, self.detail


def lines_of(methods: Iterable[Choice], rows: Iterable[Row], *, only_measured: bool) -> list[Line]:
    """A line for each method, what is recommended first, and then for each row that is not of a method by itself.

    Args:
        methods: all that there are.
        rows: what was measured.
        only_measured: leave out methods that no row is of.
    """
    known = {method.value: method for method in methods}
    offered = sorted(known.values(), key=lambda method: (bool(method.unavailable), not method.is_recommended))
    lines = {method.value: _unmeasured(method) for method in offered}
    measured: dict[tuple[str, str], Line] = {}
    for row in rows:
        line = line_of(row, known)
        measured[line.key] = line
    if only_measured:
        return list(measured.values())
    plain = {line.name: line for line in measured.values() if line.is_method}
    others = [line for line in measured.values() if not line.is_method]
    return [plain.get(name, line) for name, line in lines.items()] + others


def line_of(row: Row, known: dict[str, Choice]) -> Line:
    """The line of a measured row."""
    asked = row.asked
    base, *steps = asked.descriptor.split(STEP_SIGN)
    method = known.get(base)
    title = method.title if method is not None else base
    extras = [f"+ {step}" for step in steps]
    if asked.refine != PLAIN_REFINE:
        extras.append(_tr("· details verified") if asked.refine == "verify" else f"· {asked.refine}")
    if asked.index != PLAIN_INDEX:
        extras.append(_tr("· index {name}").format(name=asked.index))
    is_method = not extras and method is not None
    return Line(
        name=asked.descriptor,
        title=" ".join([title, *extras]),
        detail=asked.title,
        summary=method.summary if method is not None else "",
        unavailable=row.unavailable,
        figures=row.figures,
        is_method=is_method,
    )


def _unmeasured(method: Choice) -> Line:
    return Line(method.value, method.title, method.value, method.summary, method.unavailable)


def _tr(text: str) -> str:
    return QCoreApplication.translate("EvaluationLines", text)

"""What ``doctor`` found: a line each, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # the program works, with something missing
    FAIL = "fail"  # something does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        name: what was looked at.
        found: what is so, in words.
        advice: what to do; "" where nothing has to be done.
        facts: figures for ``--json``.
    """

    name: str
    state: State
    found: str
    advice: str = ""
    facts: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """As ``doctor --json`` prints it."""
        about = {"name": self.name, "state": self.state.value, "found": self.found, "advice": self.advice}
        return about | ({"facts": self.facts} if self.facts else {})


def worst(findings: list[Finding]) -> State:
    """The state of the whole."""
    order = list(State)
    return max((finding.state for finding in findings), key=order.index, default=State.OK)

"""What a person can look for: recipes that are data, in ``resources/intents.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.paths import resource

DEFAULT_INTENT = "same"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a recipe: what it is called, one line on what it does, and what does it, where that is settled."""

    title: str
    line: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """A recipe for a search.

    Attributes:
        name: what the command line takes.
        title: what the window calls it.
        summary: one sentence on what it finds.
        descriptor: name of the descriptor that finds candidates; "" is the one the library uses by default.
        details: whether photos that share details with the query are candidates too.
        verify: how many of the best candidates are verified; 0 is none.
        refinements: names of registered refinements, in the order they run.
        steps: the recipe in plain words, for the window.
    """

    name: str
    title: str
    summary: str
    descriptor: str
    details: bool
    verify: int
    refinements: tuple[str, ...]
    steps: tuple[Step, ...]


@cache
def intents() -> tuple[Intent, ...]:
    """All recipes, in the order of the file; the first is the default."""
    table = tomllib.loads(resource("intents.toml").read_text(encoding="utf-8"))
    return tuple(
        Intent(
            name=name,
            title=entry["title"],
            summary=entry["summary"],
            descriptor=entry["descriptor"],
            details=entry["details"],
            verify=entry["verify"],
            refinements=tuple(entry["refinements"]),
            steps=tuple(Step(step["title"], step["line"], step.get("choice", "")) for step in entry["steps"]),
        )
        for name, entry in table.items()
    )


def find_intent(name: str) -> Intent:
    """The recipe of that name.

    Raises:
        UnknownNameError: there is none.
    """
    known = {intent.name: intent for intent in intents()}
    try:
        return known[name]
    except KeyError:
        raise UnknownNameError("intent", name, tuple(known)) from None


def intent_title(name: str) -> str:
    """What the window calls a recipe; the default one where there is none of that name."""
    return next((intent.title for intent in intents() if intent.name == name), intents()[0].title)

"""The intents as the window names them, read once."""

from __future__ import annotations

from functools import cache

from visearch_desktop.search.intents import Intent, intents


@cache
def known_intents() -> tuple[Intent, ...]:
    """All intents, in the order of the file; the first is the default."""
    return intents()


def intent_title(name: str) -> str:
    """The title of an intent; of the default one where the name is not known."""
    known = known_intents()
    return next((intent.title for intent in known if intent.name == name), known[0].title)

"""The intents as the window names them, from ``resources/intents.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from visearch_desktop.core.paths import resource


@dataclass(frozen=True, slots=True)
class IntentText:
    """One way of looking: its name in queries, its title, and what it finds in one sentence."""

    name: str
    title: str
    summary: str


@cache
def intent_texts() -> tuple[IntentText, ...]:
    """All intents, in the order of the file; the first is the default."""
    table = tomllib.loads(resource("intents.toml").read_text(encoding="utf-8"))
    return tuple(IntentText(name, entry["title"], entry["summary"]) for name, entry in table.items())


def intent_title(name: str) -> str:
    """The title of an intent; of the default one where the name is not known."""
    texts = intent_texts()
    return next((text.title for text in texts if text.name == name), texts[0].title)

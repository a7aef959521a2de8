"""Help pages: text files in ``resources/help``, shown as a sheet."""

from __future__ import annotations

from visearch_desktop.core.paths import resource


def read_help(name: str) -> tuple[str, list[tuple[str, str]]]:
    """The title of a page, and its headings with a paragraph each.

    Args:
        name: of the file, without ``.md``. It begins with ``# Title``; each ``## Heading`` has a paragraph below it.
    """
    title, *parts = resource(f"help/{name}.md").read_text(encoding="utf-8").split("\n## ")
    sections = [part.split("\n", 1) for part in parts]
    return title.removeprefix("#").strip(), [(heading.strip(), text.strip()) for heading, text in sections]

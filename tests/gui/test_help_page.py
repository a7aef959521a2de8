"""Help pages are whole: a title that the menu has, too, and a paragraph of sentences below each heading."""

from __future__ import annotations

import pytest

from visearch_desktop.core.paths import resource
from visearch_desktop.gui.pages.help_page import read_help
from visearch_desktop.gui.window.actions import MENUS

PAGES = sorted(one.name.removesuffix(".md") for one in resource("help").iterdir() if one.name.endswith(".md"))


@pytest.mark.parametrize("name", PAGES)
def test_a_help_page_has_its_title_in_the_menu_and_whole_paragraphs(name: str) -> None:
    title, sections = read_help(name)
    assert title in {entry.title for entry in MENUS["Help"]}
    assert len(sections) >= 4
    for heading, text in sections:
        assert heading
        assert text.endswith((".", "?"))
        assert "\n" not in text
        assert "#" not in heading + text

"""Each intent of the list can be run."""

from __future__ import annotations

import pytest

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.registry import load_all
from visearch_desktop.search.intents import DEFAULT_INTENT, find_intent, intents


def test_the_default_comes_first():
    assert intents()[0].name == DEFAULT_INTENT
    assert intents()[0].verify > 0


@pytest.mark.parametrize("intent", intents(), ids=lambda intent: intent.name)
def test_each_intent_names_things_that_exist_and_says_what_it_does(intent):
    registry = load_all()
    if intent.descriptor:
        assert intent.steps[0].choice == registry.find("descriptor", intent.descriptor).title
    for name in intent.refinements:
        assert registry.find("refinement", name)
    assert intent.title
    assert intent.summary.endswith(".")
    assert intent.steps
    assert all(step.title and step.line.endswith(".") for step in intent.steps)
    assert find_intent(intent.name) == intent


def test_an_unknown_intent_is_refused_with_the_names_there_are():
    with pytest.raises(UnknownNameError) as caught:
        find_intent("meaning")
    assert caught.value.known == tuple(intent.name for intent in intents())

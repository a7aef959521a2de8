"""Methods register themselves; listing them costs nothing."""

from __future__ import annotations

import pytest

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.registry import Method, Registry, load_all


def method(name: str, kind: str = "descriptor") -> Method:
    return Method(name, kind, dict, "a paper", name.title(), "Does nothing.")


def test_a_name_taken_twice_raises() -> None:
    registry = Registry()
    registry.add(method("gem"))
    registry.add(method("gem", kind="index"))
    with pytest.raises(ValueError, match="twice"):
        registry.add(method("gem"))


def test_methods_are_listed_by_name_and_found_by_it() -> None:
    registry = Registry()
    for name in ("vlad", "gem", "bow"):
        registry.add(method(name))
    assert [m.name for m in registry.methods("descriptor")] == ["bow", "gem", "vlad"]
    assert registry.find("descriptor", "gem").title == "Gem"
    with pytest.raises(UnknownNameError) as caught:
        registry.find("descriptor", "gm")
    assert caught.value.known == ("bow", "gem", "vlad")


def test_every_method_says_what_it_is_and_where_it_comes_from() -> None:
    registry = load_all()
    kinds = ("descriptor", "local_features", "index")
    listed = [m for kind in kinds for m in registry.methods(kind)]
    assert all(registry.methods(kind) for kind in kinds)
    for m in listed:
        assert m.source, m.name
        assert m.title, m.name
        assert m.summary.endswith("."), m.name

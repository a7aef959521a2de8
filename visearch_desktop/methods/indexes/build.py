"""Indexes by name, for everyone above this floor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.registry import REGISTRY, load_all
from visearch_desktop.methods.indexes.index import ApproximateIndex, Index

EXACT = "exact"
"""The dot product of unit vectors, all of them; the only index that an approximate one can stand in for."""


def build_index(name: str, dimension: int, options: Mapping[str, Any]) -> Index:
    """An empty index.

    Args:
        name: as registered.
        dimension: length of one signature.
        options: the descriptor's ``index_options``.
    Raises:
        UnknownNameError: there is none of that name.
    """
    load_all()
    index: Index = REGISTRY.find("index", name).build(dimension, **options)
    return index


def approximate_index(name: str) -> type[ApproximateIndex]:
    """The class of an approximate index. Raises: UnknownNameError: there is none of that name."""
    load_all("visearch_desktop.methods.indexes")
    found: Any = REGISTRY.find("approximate", name).build
    return cast("type[ApproximateIndex]", found)


def approximate_names() -> list[str]:
    """All approximate indexes."""
    load_all("visearch_desktop.methods.indexes")
    return [method.name for method in REGISTRY.methods("approximate")]


def check_index_name(name: str) -> None:
    """Raises: UnknownNameError: it is neither "exact" nor an approximate index."""
    if name != EXACT and name not in approximate_names():
        raise UnknownNameError("index", name, (EXACT, *approximate_names()))

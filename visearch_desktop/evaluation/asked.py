"""Which rows an evaluation has: names are checked and “all” is spelled out before any long work."""

from __future__ import annotations

from collections.abc import Sequence

from visearch_desktop.core.errors import UnknownNameError
from visearch_desktop.core.registry import load_all
from visearch_desktop.evaluation.rows import EXACT, NO_REFINEMENT, VERIFY, Asked
from visearch_desktop.methods.descriptors.build import (
    STEP_SIGN,
    WITHOUT_NETWORKS,
    check_descriptor_name,
    descriptor_names,
)
from visearch_desktop.methods.indexes.build import approximate_names, check_index_name

ALL = "all"
STEPS_ARE_SHOWN_ON = "vlad"
SLOW = "matching_"
"""Those that match a query with every photo, pair by pair."""


def asked_rows(
    descriptors: Sequence[str],
    refines: Sequence[str] = (NO_REFINEMENT,),
    indexes: Sequence[str] = (EXACT,),
) -> list[Asked]:
    """Every descriptor with every refinement and index, each once, what is slow last.

    "all" descriptors are all that can be chosen, each step after one on ``vlad``, and every approximate index on the
    descriptor that needs no network.

    Args:
        descriptors: names, or "all"; none given: the one that needs no network.
        refines: "none", "verify", or "all" for both.
        indexes: "exact", names of approximate ones, or "all".

    Raises:
        UnknownNameError: nothing is called that.
    """
    has_all = ALL in descriptors
    chosen_refines, chosen_indexes = _spelled_out(refines, refine_names()), _spelled_out(indexes, index_names())
    named = [name for name in descriptors if name != ALL]
    for name in named:
        check_descriptor_name(name)
    for refine in chosen_refines:
        if refine not in refine_names():
            raise UnknownNameError("refinement", refine, tuple(refine_names()))
    for index in chosen_indexes:
        check_index_name(index)
    names = [*named, *_all_descriptors()] if has_all else named or [WITHOUT_NETWORKS]
    rows = [Asked(name, refine, index) for name in names for refine in chosen_refines for index in chosen_indexes]
    if has_all:
        rows += [Asked(WITHOUT_NETWORKS, refine, index) for refine in chosen_refines for index in approximate_names()]
    return sorted(dict.fromkeys(rows), key=lambda row: row.descriptor.startswith(SLOW))


def refine_names() -> list[str]:
    """What can follow the first ranking."""
    return [NO_REFINEMENT, VERIFY]


def index_names() -> list[str]:
    """What can find the candidates: the exact index first."""
    return [EXACT, *approximate_names()]


def _all_descriptors() -> list[str]:
    names = descriptor_names()
    steps = [method.name for method in load_all().methods("after")]
    shown = [f"{STEPS_ARE_SHOWN_ON}{STEP_SIGN}{step}" for step in steps]
    return names + shown if STEPS_ARE_SHOWN_ON in names else names


def _spelled_out(names: Sequence[str], known: Sequence[str]) -> list[str]:
    return list(known) if ALL in names else list(names)

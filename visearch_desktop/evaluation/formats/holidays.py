"""INRIA Holidays, told by the names of its photos: the four digits after the 1 of ``1XXXYY.jpg`` … name a group.

The first photo of a group (``YY`` = 00) is the query, the others of the group are right; the query is taken out.

Source:
    Jégou, Douze, Schmid, "Hamming embedding and weak geometric consistency for large scale image search", ECCV 2008.
"""

from __future__ import annotations

import re
from pathlib import Path

from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.formats.layout import Layout, Place
from visearch_desktop.evaluation.protocol import STANDARD, Protocol

_NAME = re.compile(r"1\d{5}")


def _groups(place: Place) -> dict[str, list[Path]]:
    """The photos by group, in the order of their names."""
    groups: dict[str, list[Path]] = {}
    for path in place.photos:
        if _NAME.fullmatch(path.stem):
            groups.setdefault(path.stem[:-2], []).append(path)
    return {name: sorted(paths, key=lambda path: path.stem) for name, paths in sorted(groups.items())}


def recognises(place: Place) -> bool:
    """A folder where at least half of the photos are named so and one of them is a query with an answer."""
    groups = _groups(place) if place.path.is_dir() else {}
    return 2 * sum(map(len, groups.values())) >= len(place.photos) and any(map(_is_asked, groups.values()))


def read(place: Place, protocol: Protocol) -> DataSet:
    """The data set; other photos in the folder are searched, too, and never right."""
    queries = tuple(
        QueryCase(paths[0], positives=frozenset(paths[1:]), label=name)
        for name, paths in _groups(place).items()
        if _is_asked(paths)
    )
    return DataSet(place.root.name, place.root, place.photos, queries, protocol)


def _is_asked(paths: list[Path]) -> bool:
    return len(paths) > 1 and paths[0].stem.endswith("00")


LAYOUT = Layout("holidays", "INRIA Holidays (100000.jpg, 100001.jpg, …)", (STANDARD,), recognises, read)

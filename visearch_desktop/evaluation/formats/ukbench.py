"""UKBench, told by the names of its photos: ``ukbench00000.jpg`` to ``ukbench00003.jpg`` show one thing, and so on.

Every photo is a query. The four photos of its group are right, itself among them: it stays in the ranking.

Source:
    Nistér, Stewénius, "Scalable recognition with a vocabulary tree", CVPR 2006.
"""

from __future__ import annotations

import re
from pathlib import Path

from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.formats.layout import Layout, Place
from visearch_desktop.evaluation.protocol import Protocol

IN_FOURS = Protocol("standard", is_query_counted=True, is_in_fours=True)

_NAME = re.compile(r"ukbench(\d{5})")


def _numbered(place: Place) -> dict[int, Path]:
    found = ((_NAME.fullmatch(path.stem), path) for path in place.photos)
    return {int(name[1]): path for name, path in found if name}


def recognises(place: Place) -> bool:
    """A folder where at least half of the photos are named so."""
    numbered = _numbered(place) if place.path.is_dir() else {}
    return bool(numbered) and 2 * len(numbered) >= len(place.photos)


def read(place: Place, protocol: Protocol) -> DataSet:
    """The data set; where one of four is not there it is named all the same, so that it is found missing."""
    numbered = _numbered(place)
    queries = []
    for number, path in sorted(numbered.items()):
        first = number - number % 4
        four = [numbered.get(n, path.with_stem(f"ukbench{n:05}")) for n in range(first, first + 4)]
        queries.append(QueryCase(path, positives=frozenset(four), label=f"{first // 4}"))
    return DataSet(place.root.name, place.root, place.photos, tuple(queries), protocol)


LAYOUT = Layout("ukbench", "UKBench (ukbench00000.jpg, …)", (IN_FOURS,), recognises, read)

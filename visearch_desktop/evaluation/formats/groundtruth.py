"""Our own layout: photos, and beside them a ``groundtruth.json`` with a list of queries.

Of each query: ``image``, ``region`` ([x, y, w, h] in upright px, or null), ``positive``, ``junk``, and where it applies
``class``, ``group`` and ``absent``. ``files`` lists the gallery; without it every photo in the folder is searched.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from visearch_desktop.core.errors import DataSetError
from visearch_desktop.core.region import Region
from visearch_desktop.evaluation.dataset import DataSet, QueryCase
from visearch_desktop.evaluation.formats.layout import Layout, Place, text_of
from visearch_desktop.evaluation.protocol import STANDARD, Protocol

FILE = "groundtruth.json"

Read = TypeVar("Read")


def _file(place: Place) -> Path:
    return place.root / FILE if place.path.is_dir() else place.path


def recognises(place: Place) -> bool:
    """A folder with a ``groundtruth.json``, or any JSON file."""
    return (place.path / FILE).is_file() if place.path.is_dir() else place.path.suffix.lower() == ".json"


def read(place: Place, protocol: Protocol) -> DataSet:
    """The data set of a ground truth.

    Raises:
        DataSetError: it is not JSON, or not of that form.
    """
    path = _file(place)
    try:
        document = json.loads(text_of(path))
    except (ValueError, RecursionError) as error:
        raise DataSetError(path, "it is not valid JSON") from error
    if not isinstance(document, dict) or not isinstance(document.get("queries"), list):
        raise DataSetError(path, "it has no list of queries")
    queries = _each(_query, place, document["queries"], path, "query")
    gallery = _each(_image, place, document["files"], path, "file") if "files" in document else place.photos
    answers = {path for query in queries for path in query.positives | query.junk}
    return DataSet(_name(document, place.root), place.root, tuple(sorted(answers.union(gallery))), queries, protocol)


def _name(document: dict[str, Any], root: Path) -> str:
    """The name it gives itself, where that can be the name of a folder."""
    name = document.get("name")
    is_plain = isinstance(name, str) and name.replace("-", "").replace("_", "").isalnum()
    return str(name) if is_plain else root.name


def _each(
    read_one: Callable[[Place, Any], Read], place: Place, entries: Any, path: Path, what: str
) -> tuple[Read, ...]:
    """Read all entries of a list, and say which is wrong."""
    if not isinstance(entries, list):
        raise DataSetError(path, f"it has no list where each {what} should be")
    read: list[Read] = []
    for number, entry in enumerate(entries, start=1):
        try:
            read.append(read_one(place, entry))
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            raise DataSetError(path, f"{what} number {number} in it is not of the known form") from error
    return tuple(read)


def _query(place: Place, query: Any) -> QueryCase:
    return QueryCase(
        image=_image(place, query),
        region=_region(query.get("region")),
        positives=frozenset(place.named(name) for name in _names(query["positive"])),
        junk=frozenset(place.named(name) for name in _names(query.get("junk", []))),
        group=str(query.get("group") or ""),
        label=str(query.get("class") or ""),
        absent=bool(query.get("absent")),
    )


def _image(place: Place, entry: Any) -> Path:
    """The photo of a query or a file, which is a name or has one."""
    (name,) = _names([entry if isinstance(entry, str) else entry["image"]])
    return place.named(name)


def _names(names: Any) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) and name and "\0" not in name for name in names):
        raise ValueError("photos are not given as a list of names")
    return names


def _region(numbers: Any) -> Region | None:
    if numbers is None:
        return None
    x, y, width, height = (float(number) for number in numbers)
    if not all(map(math.isfinite, (x, y, width, height))) or width <= 0 or height <= 0:
        raise ValueError(f"the region {numbers} has no size")
    return Region(x, y, width, height)


LAYOUT = Layout("groundtruth", f"a folder with {FILE}", (STANDARD,), recognises, read)

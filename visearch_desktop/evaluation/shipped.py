"""What we measured ourselves: the table that comes with the program, made by ``make figures``."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass

from visearch_desktop.core.paths import resource
from visearch_desktop.evaluation.rows import Row

log = logging.getLogger(__name__)

FILE = "help/methods.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """The rows of one data set."""

    dataset: str
    photos: int
    queries: int
    rows: tuple[Row, ...]


def shipped() -> list[MeasuredSet]:
    """All that was measured, a data set after the other; empty where the table is missing or damaged."""
    try:
        document = json.loads(resource(FILE).read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ValueError(f"the format is {document['format']}")
        return [
            MeasuredSet(
                dataset=str(one["dataset"]),
                photos=int(one["photos"]),
                queries=int(one["queries"]),
                rows=tuple(map(Row.from_document, one["rows"])),
            )
            for one in document["sets"]
        ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("the table of measured methods cannot be read: %s", error)
        return []

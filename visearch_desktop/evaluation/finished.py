"""Rows that were measured before, kept in a file of the library that they were measured in."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from visearch_desktop import __version__
from visearch_desktop.evaluation.rows import Asked, Row

log = logging.getLogger(__name__)

FILE = "evaluation.json"
FORMAT = 1


class Finished:
    """What is known without measuring.

    A row counts as long as nothing that it depends on is another one: the data set, the descriptor's key, refinement,
    index, and the version of the program.

    Args:
        root: the library's folder.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / FILE
        self._entries = _read(self._path)

    def find(self, fingerprint: str, asked: Asked, key: str) -> Row | None:
        """The row of a descriptor's key on a data set; None where it must be measured."""
        found = self._rows(fingerprint).get(asked)
        return found if found is not None and found.key == key else None

    def rows(self, fingerprint: str) -> list[Row]:
        """All that is known of a data set, in the order in which it was measured."""
        return list(self._rows(fingerprint).values())

    def keep(self, fingerprint: str, row: Row) -> None:
        """Write a row at once, in the place of what was known before; one without figures is not kept."""
        if row.figures is None:
            return
        entry = {"dataset": fingerprint, "version": __version__, "row": row.document()}
        others = [one for one in self._entries if not _is_same(one, entry)]
        self._entries = [*others, entry]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps({"format": FORMAT, "rows": self._entries}, indent=1), encoding="utf-8")
        beside.replace(self._path)

    def _rows(self, fingerprint: str) -> dict[Asked, Row]:
        known: dict[Asked, Row] = {}
        for entry in self._entries:
            if entry.get("dataset") != fingerprint or entry.get("version") != __version__:
                continue
            try:
                row = Row.from_document(entry["row"])
            except (KeyError, TypeError, ValueError):
                continue  # written by hand, or by nobody
            known[row.asked] = row
        return known


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    names = ("descriptor", "refine", "index")
    rows = [entry.get("row") for entry in (one, other)]
    if one.get("dataset") != other.get("dataset") or not all(isinstance(row, dict) for row in rows):
        return False
    return all(rows[0].get(name) == rows[1].get(name) for name in names)  # type: ignore[union-attr]


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] == FORMAT:
            return [entry for entry in document["rows"] if isinstance(entry, dict)]
        log.info("%s is of another format; everything is measured anew", path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError, KeyError) as error:
        log.warning("%s cannot be read (%s); everything is measured anew", path, error)
    return []

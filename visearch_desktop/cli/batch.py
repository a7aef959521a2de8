"""Queries as the command line asks them, and their answers as it prints them."""

from __future__ import annotations

import json
import logging
import sys
from collections import deque
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visearch_desktop.cli import output
from visearch_desktop.cli.asked import Asked, from_entry
from visearch_desktop.core import sentences
from visearch_desktop.core.errors import PhotoError, Problem, UsageError, VisearchError
from visearch_desktop.core.region import Quad
from visearch_desktop.search.hits import Hit, Ranking

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a query: results, or an error.

    Attributes:
        facts: what is known of the query beyond what was asked.
        results: a dictionary a file, as ``search --json`` prints it.
    """

    asked: Asked
    facts: dict[str, Any] = field(default_factory=dict)
    elapsed_ms: float = 0.0
    results: tuple[dict[str, Any], ...] = ()
    error: BaseException | None = None

    def document(self) -> dict[str, Any]:
        """As ``search --json`` prints it."""
        query = self.asked.document() | self.facts
        if self.error is not None:
            return {"query": query, "error": sentences.sentence(self.error), "results": []}
        return {"query": query, "elapsed_ms": round(self.elapsed_ms, 3), "results": list(self.results)}

    def summary(self) -> str:
        """One line for a person."""
        if self.error is not None:
            return sentences.sentence(self.error)
        if not self.facts["standing_out"]:
            return f"nothing found among {self.facts['searched']:,} photos; these are the least unlike."
        return f"searched {self.facts['searched']:,} photos in {self.elapsed_ms:.0f} ms."


class Searching:
    """Answers queries from one open library, all in the same manner."""

    def __init__(
        self,
        library: Library,
        descriptor: str | None,
        index: str | None,
        intent: str,
        count: int,
        verify: bool,
        *,
        rotations: bool = False,
        mirrored: bool = False,
    ) -> None:
        """Args: count: how many results at most; 0 is the whole library."""
        self._ways = {"rotations": rotations, "mirrored": mirrored}
        self._library, self._descriptor, self._index = library, descriptor, index
        self._intent, self._count, self._verify = intent, count, verify
        self._paths: dict[int, tuple[Path, ...]] = {}

    def answer(self, asked: Asked) -> Answer:
        """The last and best ranking for a query.

        Raises:
            VisearchError: a picture cannot be read, a region is outside of it, nothing is indexed.
        """
        for image in asked.images:
            if not image.exists():
                raise PhotoError(image, Problem.READ_FAILED, {"detail": "there is no such file"})
        query = replace(asked.query(), rotations=self._ways["rotations"], mirrored=self._ways["mirrored"])
        rankings = self._library.search(
            query,
            intent=self._intent,
            descriptor=self._descriptor,
            index=self._index,
            limit=self._count,
            verify=self._verify,
        )
        ranking: Ranking = deque(rankings, maxlen=1).pop()
        facts = {
            "size": list(ranking.query_sizes[0]),
            "intent": self._intent,
            "descriptor": ranking.descriptor,
            "searched": ranking.searched,
            "verified": ranking.verified,
            "standing_out": ranking.standing_out,
        }
        facts |= {name: True for name, wanted in self._ways.items() if wanted}
        results = self._results(ranking.hits, has_parts=len(query.pictures) > 1)
        return Answer(asked, facts, ranking.elapsed_ms, results)

    def answer_or_error(self, asked: Asked) -> Answer:
        """Like :meth:`answer`, but a failure is an answer too; a bug is logged."""
        try:
            return self.answer(asked)
        except VisearchError as error:
            return Answer(asked, error=error)
        except Exception as error:
            log.exception("a query of the batch failed")
            return Answer(asked, error=error)

    def _results(self, hits: tuple[Hit, ...], *, has_parts: bool) -> tuple[dict[str, Any], ...]:
        """A result a file; identical files follow each other, ranks count files."""
        results: list[dict[str, Any]] = []
        for hit in hits:
            if hit.photo_id not in self._paths:
                self._paths[hit.photo_id] = self._library.paths_of(hit.photo_id)
            parts = _parts(hit) if has_parts else {}
            results += [_result(hit, path) | parts for path in self._paths[hit.photo_id]]
            if self._count and len(results) >= self._count:
                del results[self._count :]
                break
        return tuple({"path": result["path"], "rank": rank} | result for rank, result in enumerate(results, start=1))


def _result(hit: Hit, path: Path) -> dict[str, Any]:
    return {
        "path": output.printable(path.absolute()),
        "score": round(hit.score, 6),
        "similarity": round(hit.similarity, 6),
        "inliers": hit.inliers,
        "quad": _corners(hit.quad),
        "confidence": hit.confidence.value,
    }


def _parts(hit: Hit) -> dict[str, Any]:
    """Of a query of several parts: which one the result tells about, and where the others are that were found."""
    return {
        "part": hit.part,
        "others": [
            {"part": other.part, "quad": _corners(other.quad)} for other in hit.others if other.quad is not None
        ],
    }


def _corners(quad: Quad | None) -> list[list[float]] | None:
    return [[round(x, 2), round(y, 2)] for x, y in quad] if quad is not None else None


def read_batch(file: Path | None) -> list[Asked]:
    """The queries of a batch file.

    Raises:
        UsageError: it is no JSON, or not a list of queries as :func:`visearch_desktop.cli.asked.from_entry` takes them.
    """
    assert file is not None
    is_stdin = str(file) == "-"
    try:
        text = sys.stdin.read() if is_stdin else file.read_text(encoding="utf-8")
        entries = json.loads(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"The batch “{output.printable(file)}” cannot be read as JSON ({error}).") from error
    if not isinstance(entries, list):
        raise UsageError("A batch is a JSON list of queries.")
    root = Path.cwd() if is_stdin else file.absolute().parent
    return [from_entry(entry, number, root) for number, entry in enumerate(entries, start=1)]

"""A data set: photos to search, queries, and which photos are right for each."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from visearch_desktop.core.errors import MissingPhotosError, NoQueriesError, TwoRolesError
from visearch_desktop.core.region import Region
from visearch_desktop.evaluation.protocol import STANDARD, Protocol


@dataclass(frozen=True, slots=True)
class QueryCase:
    """One query and its answers.

    Attributes:
        image: the query photo; it may or may not be one of the gallery.
        region: the part of it that is asked for, in upright px; None for all of it.
        positives: the photos that are right.
        junk: photos that are neither right nor wrong: taken out of the ranking.
        group: the kind of query; mAP is also given by group. "" where a set has none.
        label: what the query shows.
        absent: the gallery is known to hold no answer; such a query has no average precision.
    """

    image: Path
    region: Region | None = None
    positives: frozenset[Path] = frozenset()
    junk: frozenset[Path] = frozenset()
    group: str = ""
    label: str = ""
    absent: bool = False


@dataclass(frozen=True)
class DataSet:
    """Photos, queries and answers. All paths are absolute, and a photo has one path.

    Attributes:
        name: for tables and folders: a plain file name.
        root: the folder that holds the photos.
        photos: the gallery, sorted.
        queries: in the order of the ground truth.
        protocol: how rankings are counted.
    """

    name: str
    root: Path
    photos: tuple[Path, ...]
    queries: tuple[QueryCase, ...]
    protocol: Protocol = STANDARD

    @cached_property
    def fingerprint(self) -> str:
        """16 hex digits over everything that changes a figure; the same wherever the folder lies."""
        queries = [
            [
                self._name_of(query.image),
                list(query.region.as_tuple()) if query.region is not None else None,
                sorted(map(self._name_of, query.positives)),
                sorted(map(self._name_of, query.junk)),
                query.group,
            ]
            for query in self.queries
        ]
        facts = [self.protocol.name, list(map(self._name_of, self.photos)), queries]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=True).encode()).hexdigest()[:16]

    def check(self) -> None:
        """Look for what would make a long run worthless. No photo is opened.

        Raises:
            NoQueriesError: there is no query with an answer.
            TwoRolesError: a photo is right and junk for one query.
            MissingPhotosError: a photo is named that does not exist.
        """
        if not any(query.positives for query in self.queries):
            raise NoQueriesError(self.root)
        for query in self.queries:
            both = query.positives & query.junk
            if both:
                raise TwoRolesError(min(both), query.image.name)
        named = {path for query in self.queries for path in (query.image, *query.positives, *query.junk)}
        missing = sorted(path for path in named.union(self.photos) if not os.path.isfile(path))  # noqa: PTH113 - never raises
        if missing:
            raise MissingPhotosError(missing[0], len(missing))

    def _name_of(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

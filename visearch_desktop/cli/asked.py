"""One query as the command line or a batch file puts it: pictures, regions of the first one, and what is not wanted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from visearch_desktop.cli import output
from visearch_desktop.core.errors import UsageError
from visearch_desktop.core.region import Region
from visearch_desktop.search.query import Query, QueryPicture, Together


@dataclass(frozen=True, slots=True)
class Asked:
    """One query.

    Attributes:
        image: its first picture.
        regions: of that, in its upright px; none is all of it.
        also: more pictures.
        not_regions: of the first picture, that photos are not to show.
        not_images: pictures that photos are not to show.
        together: whether photos are to show all regions and pictures or any of them.
    """

    image: Path
    regions: tuple[Region, ...] = ()
    also: tuple[Path, ...] = ()
    not_regions: tuple[Region, ...] = ()
    not_images: tuple[Path, ...] = ()
    together: Together = Together.ALL

    @property
    def images(self) -> tuple[Path, ...]:
        """All files."""
        return (self.image, *self.also, *self.not_images)

    def below(self, root: Path) -> Asked:
        """The same with paths that are relative to a folder made absolute."""
        also, not_images = (tuple(root / path for path in paths) for paths in (self.also, self.not_images))
        return replace(self, image=root / self.image, also=also, not_images=not_images)

    def query(self) -> Query:
        """As a library takes it: regions (or all) of the first picture, the others, and last what is not wanted."""
        wanted = [_picture(self.image, region) for region in self.regions or (None,)]
        wanted += [_picture(path) for path in self.also]
        unwanted = [_picture(self.image, region, minus=True) for region in self.not_regions]
        unwanted += [_picture(path, minus=True) for path in self.not_images]
        return Query((*wanted, *unwanted), self.together)

    def document(self) -> dict[str, Any]:
        """As ``search --json`` repeats it: "image" and "region", and of the rest what the query has."""
        regions = [list(region.as_tuple()) for region in self.regions]
        several = {
            "regions": regions if len(regions) > 1 else [],
            "also": [output.printable(path) for path in self.also],
            "not_regions": [list(region.as_tuple()) for region in self.not_regions],
            "not": [output.printable(path) for path in self.not_images],
        }
        found: dict[str, Any] = {
            "image": output.printable(self.image),
            "region": regions[0] if len(regions) == 1 else None,
        }
        found |= {name: values for name, values in several.items() if values}
        return found | ({"together": self.together.value} if max(1, len(regions)) + len(self.also) > 1 else {})


def from_entry(entry: Any, number: int, root: Path) -> Asked:
    """A query of a batch.

    Args:
        entry: from JSON: an object with "image"; it may have "region" or "regions", "also", "not_regions", "not" and
            "together" ("all" or "any").
        number: of the query, for the sentences.
        root: what its paths are relative to.

    Raises:
        UsageError: it is no such thing.
    """
    image = entry.get("image") if isinstance(entry, dict) else None
    if not isinstance(image, str) or not image:
        raise UsageError(f"Query {number} of the batch has no “image”.")
    region = entry.get("region")
    if region is not None and entry.get("regions"):
        raise UsageError(f"Query {number} of the batch has both “region” and “regions”.")
    try:
        together = Together(entry.get("together", "all"))
    except ValueError:
        raise UsageError(f"“together” of query {number} is neither “all” nor “any”.") from None
    regions = _regions(entry, "regions", number) if region is None else (_region(region, number),)
    also, not_images = _paths(entry, "also", number), _paths(entry, "not", number)
    not_regions = _regions(entry, "not_regions", number)
    return Asked(Path(image), regions, also, not_regions, not_images, together).below(root)


def _picture(path: Path, region: Region | None = None, *, minus: bool = False) -> QueryPicture:
    return QueryPicture(path=path, name=path.name, region=region, minus=minus)


def _paths(entry: Mapping[str, Any], key: str, number: int) -> tuple[Path, ...]:
    values = _listed(entry, key, number)
    if not all(isinstance(value, str) and value for value in values):
        raise UsageError(f"“{key}” of query {number} is not a list of paths.")
    return tuple(map(Path, values))


def _regions(entry: Mapping[str, Any], key: str, number: int) -> tuple[Region, ...]:
    return tuple(_region(value, number) for value in _listed(entry, key, number))


def _listed(entry: Mapping[str, Any], key: str, number: int) -> list[Any]:
    values = entry.get(key)
    if values is None:
        return []
    if not isinstance(values, list):
        raise UsageError(f"“{key}” of query {number} is not a list.")
    return values


def _region(region: Any, number: int) -> Region:
    if not (
        isinstance(region, list)
        and len(region) == 4
        and all(isinstance(value, int | float) and not isinstance(value, bool) for value in region)
        and all(math.isfinite(value) for value in region)
    ):
        raise UsageError(f"The region of query {number} is not a list of four numbers [x, y, w, h].")
    return Region(*region)

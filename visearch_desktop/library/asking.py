"""What is asked of an open library: what shows the same as a query, where, and why a photo was not found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import NothingToSearchError, OnlyMinusError, UsageError, VisearchError
from visearch_desktop.library.comparing import compare
from visearch_desktop.library.descriptors import QUERY_THREADS, Descriptors
from visearch_desktop.library.galleries import Galleries
from visearch_desktop.library.gallery import LibraryGallery
from visearch_desktop.library.heat_maps import HeatMaps
from visearch_desktop.library.object_index import ObjectIndex
from visearch_desktop.library.pictures import Pictures
from visearch_desktop.library.regions import LibraryRegions
from visearch_desktop.library.rows import Comparison, HeatMap, LostAt, Trace
from visearch_desktop.library.tracing import follow, locate, of_parts
from visearch_desktop.search import pipeline
from visearch_desktop.search.combining import Part, depth, search_together, told_of_all
from visearch_desktop.search.hits import Ranking, never
from visearch_desktop.search.intents import Intent, find_intent
from visearch_desktop.search.parts import Parts
from visearch_desktop.search.picture import OpenPicture
from visearch_desktop.search.prepared import PreparedQuery, prepare
from visearch_desktop.search.query import Query, QueryPicture
from visearch_desktop.search.regions import Regions
from visearch_desktop.search.turned import turns

ENOUGH = 40
"""So many details that agree need no closer look at a box: the window draws no more lines."""


class Questions:
    """Answers what a person wants to know of their photos; may be used by any thread.

    Args:
        catalogue: the open catalogue.
        descriptors: of the library.
        galleries: the photos under each descriptor.
        objects: the local index.
        regions: what the photos' regions look like.
        pictures: opens what is asked about.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        descriptors: Descriptors,
        galleries: Galleries,
        objects: ObjectIndex,
        regions: LibraryRegions,
        pictures: Pictures,
    ) -> None:
        self._catalogue, self._descriptors, self._galleries = catalogue, descriptors, galleries
        self._objects, self._regions, self._pictures = objects, regions, pictures
        self._heat_maps = HeatMaps(QUERY_THREADS)

    def search(
        self,
        query: Query,
        *,
        intent: str = "same",
        descriptor: str | None = None,
        index: str | None = None,
        limit: int = 300,
        verify: bool = True,
        details: bool = True,
        cancelled: Callable[[], bool] = never,
        on_verifying: Callable[[int, int], None] | None = None,
    ) -> Iterator[Ranking]:
        """Ever better answers to a query; see :func:`visearch_desktop.search.pipeline.search`.

        Args:
            query: each of its pictures is also tried turned and mirrored where the query says so; those of several are
                searched for one by one and :mod:`visearch_desktop.search.combining` makes one answer of theirs.
            intent: name of the recipe.
            descriptor: name; None is the intent's, or the best that the library has.
            index: "exact" or the name of an approximate index; None is what suits the number of photos.
            limit: number of hits; 0 is the whole library, ranked.
            verify: whether a verified ranking follows the first one.
            details: whether the local index is asked, if the intent asks for that; not to measure a descriptor alone.
            cancelled: asked again and again; once true, nothing more comes.
            on_verifying: told (done, total).

        Raises:
            NothingToSearchError: no photo is described.
            PhotoError, RegionError: the picture cannot be read, the region lies outside of it.
            UnknownNameError, NetworkMissingError, MissingExtraError: by intent and descriptor.
            UsageError: the query has no picture.
            OnlyMinusError: it has none of what photos are to show.
        """
        started = time.perf_counter()
        recipe = find_intent(intent)
        prepared, gallery = self._prepared(query, descriptor or recipe.descriptor or None, index)
        ask = partial(
            pipeline.search, gallery=gallery, intent=recipe, verify=verify, cancelled=cancelled, started=started,
            objects=self._to_ask() if details else None,
        )  # fmt: skip
        known = [self._looks_to_ask(part, recipe) if details else (None, None) for part in prepared]
        if len(prepared) == 1:
            regions, halves = known[0]
            yield from ask(prepared[0], limit=limit, on_verifying=on_verifying, regions=regions, parts=halves)
            return
        parts = [
            Part(
                number,
                ask(
                    part, limit=depth(limit), regions=known[number][0], parts=known[number][1],
                    on_verifying=on_verifying and told_of_all(number, len(prepared), on_verifying),
                ),
                query.pictures[number].minus, part.region is not None, part.photo_id,
            )
            for number, part in enumerate(prepared)
        ]  # fmt: skip
        yield from search_together(parts, query.together, limit=limit, started=started)

    def _prepared(
        self, query: Query, descriptor: str | None, index: str | None = None
    ) -> tuple[list[PreparedQuery], LibraryGallery]:
        """The parts of a query made ready, and the photos to search."""
        if not query.pictures:
            raise UsageError("The query has no picture.")
        if all(picture.minus for picture in query.pictures):
            raise OnlyMinusError
        chosen, gallery = self._galleries.choose(descriptor, index)
        ways = turns(rotations=query.rotations, mirrored=query.mirrored)
        prepared = []
        for picture in map(self._pictures.known, query.pictures):
            opened = self._pictures.open(picture)
            stored = None if picture.photo_id is None else gallery.signature(picture.photo_id)
            part = prepare(opened, picture.region, chosen, self._descriptors.extractor, stored, ways)
            prepared.append(replace(part, photo_id=picture.photo_id))
        return prepared, gallery

    def _to_ask(self) -> ObjectIndex | None:
        """The local index; None where there is nothing in it, or nothing to ask it with."""
        return self._objects if len(self._objects) and self._objects.maker() is not None else None

    def _looks_to_ask(self, query: PreparedQuery, recipe: Intent) -> tuple[Regions | None, Parts | None]:
        """The regions of the photos, for a box, which are read with the first one; their parts, for a whole picture.

        Neither where the recipe makes no use of them.
        """
        if not recipe.details:
            return None, None
        return (None, self._regions.parts()) if query.region is None else (self._regions.to_ask(), None)

    def why_not_found(self, query: Query, asked: QueryPicture, *, intent: str = "same") -> Trace:
        """Which step of a search a photo did not get past; of several parts of a query, for the one that lost it.

        Args:
            query: as for :meth:`search`.
            asked: a photo of the library, or a file anywhere.
            intent: name of the recipe.

        Raises:
            PhotoError, RegionError, UnknownNameError, NetworkMissingError, MissingExtraError, UsageError: as for
                :meth:`search`; there is no such file.
        """
        recipe, found = find_intent(intent), locate(self._catalogue, asked)
        if found.photo_id is None:
            return found
        try:
            prepared, gallery = self._prepared(query, recipe.descriptor or None)
        except NothingToSearchError:
            return replace(found, lost_at=LostAt.NOT_DESCRIBED)
        objects = self._to_ask()
        traces = [follow(found, part, gallery, recipe, objects, *self._looks_to_ask(part, recipe)) for part in prepared]
        return of_parts(traces, [picture.minus for picture in query.pictures], query.together)

    def heat_map(self, picture: QueryPicture, photo_id: int) -> HeatMap | None:
        """Where a photo looks like a picture; None where the descriptor in use is not of a network.

        Raises:
            PhotoError, RegionError, UsageError: as for :meth:`compare`.
        """
        opened, photo = self._pictures.open(picture), self._pictures.open(QueryPicture(photo_id=photo_id))
        try:
            descriptor, _ = self._galleries.choose(None)
        except NothingToSearchError:
            return None
        return self._heat_maps.make(descriptor, opened, picture.region, photo)

    def compare(self, picture: QueryPicture, photo_id: int) -> Comparison:
        """Match a picture to one photo of the library; a region once more, more closely, where little agrees.

        Raises:
            PhotoError, RegionError, UsageError: the picture cannot be read, the region lies outside of it, the library
                has no such photo.
        """
        extractor = self._descriptors.extractor
        opened, photo = self._pictures.open(picture), self._pictures.open(QueryPicture(photo_id=photo_id))
        similarity = self._similarity(picture, opened, photo_id)
        found = compare(opened, picture.region, photo, photo_id, extractor, similarity)
        if picture.region is None or self._objects.details is None or _agreeing(found) >= ENOUGH:
            return found
        closer = compare(opened, picture.region, photo, photo_id, self._objects.asked, similarity)
        return closer if _agreeing(closer) > _agreeing(found) else found

    def _similarity(self, picture: QueryPicture, opened: OpenPicture, photo_id: int) -> float:
        """As a search would give it; 0 while the photo is not described."""
        try:
            descriptor, gallery = self._galleries.choose(None)
        except NothingToSearchError:
            return 0.0
        query = prepare(opened, picture.region, descriptor, self._descriptors.extractor)
        return gallery.similarity(query.signature, photo_id)

    def get_ready(self, picture: QueryPicture) -> None:
        """Compute what any box on a picture will need, before one is drawn. What is against it the search will say."""
        asking = self._to_ask()
        with suppress(VisearchError):
            opened, regions = self._pictures.open(self._pictures.known(picture)), self._regions.to_ask()
            opened.get_ready(asking, None if regions is None else regions.describer.maker)

    def count_details(self, picture: QueryPicture) -> int:
        """How many local features lie in the picture's region. Raises: PhotoError, RegionError, UsageError."""
        opened = self._pictures.open(picture)
        region = None if picture.region is None else picture.region.clipped(*opened.size)
        return len(opened.features(self._descriptors.extractor, region))


def _agreeing(found: Comparison) -> int:
    """How many details agree; 0 where that is not verified."""
    return found.inliers if found.quad is not None else 0

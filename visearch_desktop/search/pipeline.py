"""From a prepared query to rankings: candidates first, the verified ranking after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from visearch_desktop.search.candidates import Candidates, best, candidates, with_looks, with_parts
from visearch_desktop.search.checking import Checked, Details, check_best, details_of, outlined
from visearch_desktop.search.details import InDetail, Objects, look_up
from visearch_desktop.search.gallery import Gallery
from visearch_desktop.search.hits import Ranking, Stage, never
from visearch_desktop.search.intents import Intent
from visearch_desktop.search.parts import COMPARED, Parts, alike_in_parts
from visearch_desktop.search.prepared import PreparedQuery
from visearch_desktop.search.quick import quick_candidates
from visearch_desktop.search.ranking import make_ranking, scores
from visearch_desktop.search.regions import EXPANDED_BY, LookAlikes, Regions, look_alikes


def search(
    query: PreparedQuery,
    gallery: Gallery,
    intent: Intent,
    *,
    limit: int = 300,
    verify: bool = True,
    cancelled: Callable[[], bool] = never,
    on_verifying: Callable[[int, int], None] | None = None,
    started: float | None = None,
    objects: Objects | None = None,
    regions: Regions | None = None,
    parts: Parts | None = None,
) -> Iterator[Ranking]:
    """Ever better answers to a query.

    While a box is dragged the first one has to come at once: where the box's details and regions name enough photos,
    it is made of these alone. What takes longer comes with the verified one, or where all of the gallery is wanted: a
    closer look at a small box on a large picture, and how alike photos are as a whole.

    Args:
        query: made ready with the gallery's descriptor.
        gallery: the photos to search.
        intent: the recipe.
        limit: how many hits; 0 or less is the whole gallery, ranked.
        verify: whether a verified ranking follows the first one (if the intent verifies at all).
        cancelled: asked between steps and verified pairs; once true, nothing more is yielded.
        on_verifying: told (done, total) after each verified candidate.
        started: ``time.perf_counter()`` when the query was taken up; now if not given.
        objects: gives more candidates, and evidence for them, if the intent asks for that; None for none.
        regions: likewise, for a query with a region.
        parts: likewise, for one without.

    Yields:
        A ranking of stage FIRST and, unless ``verify`` is false or the intent verifies none, one of stage VERIFIED.

    Raises:
        PhotoError: the query picture cannot be read when its local features are needed.
        SelfTestError: the network of the regions cannot be run.
    """
    began = time.perf_counter() if started is None else started
    if cancelled():
        return
    k = 0 if limit <= 0 else max(limit, intent.verify)
    is_hurried = k > 0 and intent.verify > 0
    in_detail, looks = _evidence(query, objects, regions, closely=not is_hurried) if intent.details else ((), None)
    if cancelled():
        return
    quick = quick_candidates(in_detail, looks, k) if looks is not None and is_hurried else None
    if parts is not None and intent.details and query.region is None:
        found = _compared_in_parts(query, gallery, k, in_detail, parts)
    else:
        found = quick or candidates(query, gallery, k, in_detail, looks)
    yield make_ranking(query, gallery, found, {}, Stage.FIRST, limit, began, -1)
    if not verify or intent.verify == 0 or cancelled():
        return
    is_all = all(answer.is_all for answer in in_detail)
    if objects is not None and not is_all:
        in_detail = look_up(query, objects)
    if quick is not None or not is_all:
        found = candidates(query, gallery, k, in_detail, looks)
    if cancelled():
        return
    details = details_of(query)
    checked = _checked(query, gallery, intent, found, details, in_detail, cancelled, on_verifying)
    if checked is None:
        return
    checked = outlined(checked, in_detail)
    if looks is not None:
        found = with_looks(found, in_detail, looks.expanded(_best(query, found, checked, EXPANDED_BY)))
    yield make_ranking(query, gallery, found, checked, Stage.VERIFIED, limit, began, len(details[False][1]))


def _compared_in_parts(
    query: PreparedQuery, gallery: Gallery, k: int, in_detail: Sequence[InDetail], parts: Parts
) -> Candidates:
    """The candidates of a whole picture; those that come first without are compared with it part by part."""
    found = candidates(query, gallery, max(k, COMPARED) if k > 0 else 0, in_detail)
    alike = alike_in_parts(query, parts, found.ids[:COMPARED])
    return best(found if alike is None else with_parts(found, alike), k)


def _checked(
    query: PreparedQuery,
    gallery: Gallery,
    intent: Intent,
    found: Candidates,
    details: Details,
    in_detail: Sequence[InDetail],
    cancelled: Callable[[], bool],
    on_verifying: Callable[[int, int], None] | None,
) -> dict[int, Checked] | None:
    """Those candidates that can be verified, tried; None where the search is cancelled."""
    chosen = [place for place in range(len(found.ids)) if place < intent.verify or found.details[place] > 0]
    checked: dict[int, Checked] = {}
    for done, place in enumerate(chosen, start=1):
        if cancelled():
            return None
        photo_id = int(found.ids[place])
        stored = gallery.features(photo_id) if place < intent.verify else None
        tried = check_best(details, query.views[found.views[place]].is_mirrored, stored, in_detail, photo_id)
        if tried is not None:
            checked[photo_id] = tried
        if on_verifying is not None:
            on_verifying(done, len(chosen))
    return checked


def _evidence(
    query: PreparedQuery, objects: Objects | None, regions: Regions | None, *, closely: bool
) -> tuple[tuple[InDetail, ...], LookAlikes | None]:
    """What the local index and the regions of the library find, both at once."""
    with ThreadPoolExecutor(1) as beside:
        looks = None
        if regions is not None and query.region is not None:
            looks = beside.submit(look_alikes, query, regions)
        in_detail = look_up(query, objects, closely=closely) if objects is not None else ()
        return in_detail, None if looks is None else looks.result()


def _best(query: PreparedQuery, found: Candidates, checked: Mapping[int, Checked], count: int) -> list[int]:
    """The first hits other than the query picture itself."""
    order = np.lexsort((found.ids, -scores(query, found, checked)))
    return [photo_id for photo_id in found.ids[order].tolist() if photo_id != query.photo_id][:count]

"""Why a photo was not found: it is followed through a search, step by step, to the one that lost it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np

from visearch_desktop.catalogue import folders, photos, problems, views
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import Folder
from visearch_desktop.catalogue.problems import ProblemFile
from visearch_desktop.core.errors import PhotoError, UsageError
from visearch_desktop.core.sentences import problem_hint, problem_sentence
from visearch_desktop.library.folders import folder_name
from visearch_desktop.library.gallery import LibraryGallery
from visearch_desktop.library.rows import LostAt, Trace
from visearch_desktop.photos.fingerprint import fingerprint
from visearch_desktop.photos.walk import is_excluded, is_photo_name
from visearch_desktop.search import pipeline
from visearch_desktop.search.checking import check_best, check_in_detail, details_of
from visearch_desktop.search.details import InDetail, Objects, look_up
from visearch_desktop.search.intents import Intent
from visearch_desktop.search.parts import Parts
from visearch_desktop.search.prepared import PreparedQuery
from visearch_desktop.search.query import QueryPicture, Together
from visearch_desktop.search.regions import STANDS_OUT, Regions, look_alikes


def locate(catalogue: Catalogue, asked: QueryPicture) -> Trace:
    """The first steps: whether the library knows the photo, and if not, why.

    Args:
        catalogue: the open catalogue.
        asked: a photo of the library, or a file.

    Returns:
        With a photo, if there is one; then nothing is lost yet.

    Raises:
        UsageError: it is neither.
        PhotoError: there is no such file.
    """
    known = photos.count_present(catalogue)
    if asked.photo_id is not None:
        return replace(_of_photo(catalogue, asked.photo_id), photos=known)
    if asked.path is None:
        raise UsageError("Only a photo of the library, or a file, can be missing from it.")
    return replace(_of_file(catalogue, Path(os.path.abspath(asked.path))), photos=known)  # noqa: PTH100 - as added


def _of_photo(catalogue: Catalogue, photo_id: int) -> Trace:
    shown = views.shown_files(catalogue, list(views.standing_for(catalogue, [photo_id]).values()))
    if not shown or not views.paths_of(catalogue, photo_id):
        return Trace(LostAt.NO_FOLDER, None, shown[0].name if shown else "")
    return Trace(LostAt.NOWHERE, photo_id, shown[0].name, folder_name(shown[0].folder))


def _of_file(catalogue: Catalogue, path: Path) -> Trace:
    problem = _problem(catalogue, path)
    if problem is not None:
        said = problem_sentence(problem.problem, problem.facts), problem_hint(problem.problem)
        return Trace(LostAt.UNREADABLE, None, path.name, folder_name(problem.folder), *said)
    photo_id = _photo(catalogue, path)
    if photo_id is not None:
        return replace(_of_photo(catalogue, photo_id), name=path.name)
    folder = _folder_above(folders.list_folders(catalogue), path)
    if folder is None:
        return Trace(LostAt.NO_FOLDER, None, path.name)
    lost_at = LostAt.PASSED_OVER if _is_passed_over(folder, path) else LostAt.NOT_READ_YET
    return Trace(lost_at, None, path.name, folder_name(folder.path))


def _problem(catalogue: Catalogue, path: Path) -> ProblemFile | None:
    listed = problems.list_problems(catalogue) + problems.list_problems(catalogue, ignored=True)
    return next((one for one in listed if _is_same(one.path, path)), None)


def _photo(catalogue: Catalogue, path: Path) -> int | None:
    """The photo that the file is, or that has the same content and lies elsewhere."""
    there = path.stat() if path.is_file() else None
    photo_id = None if there is None else views.photo_at(catalogue, path, there.st_size, there.st_mtime_ns)
    if photo_id is None:
        try:
            content = fingerprint(path)
        except PhotoError:
            if there is not None:
                return None
            raise
        copy = photos.find_photos(catalogue, {content}).get(content)
        photo_id = copy if copy is not None and views.paths_of(catalogue, copy) else None
    return photo_id


def _folder_above(added: Iterable[Folder], path: Path) -> Folder | None:
    return next((folder for folder in added if _relative(folder, path) is not None), None)


def _relative(folder: Folder, path: Path) -> PurePath | None:
    here, above = (Path(os.path.normcase(os.path.realpath(one))) for one in (path, folder.path))
    return PurePath(here.relative_to(above)) if here.is_relative_to(above) else None


def _is_passed_over(folder: Folder, path: Path) -> bool:
    relative = _relative(folder, path) or PurePath(path.name)
    is_hidden = any(part.startswith(".") for part in relative.parts)
    return is_hidden or not is_photo_name(path) or is_excluded(relative, folder.excludes)


def _is_same(one: Path, other: Path) -> bool:
    return os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(other))


def of_parts(traces: Sequence[Trace], minus: Sequence[bool], together: Together) -> Trace:
    """The trace that decides, of those through the searches for each part of a query.

    Args:
        traces: of the same photo.
        minus: of each, whether photos are not to show the part.
        together: whether a photo is to show all the other parts or any of them.
    """
    wanted = [trace for trace, is_minus in zip(traces, minus, strict=True) if not is_minus]
    lost = [trace for trace in wanted if trace.lost_at is not LostAt.NOWHERE]
    found = [trace for trace in wanted if trace.lost_at is LostAt.NOWHERE]
    if not found or (lost and together is Together.ALL):
        return lost[0]
    shows = [trace for trace, is_minus in zip(traces, minus, strict=True) if is_minus]
    out = next((trace for trace in shows if trace.lost_at is LostAt.NOWHERE), None)
    return found[0] if out is None else replace(out, lost_at=LostAt.NOT_THIS)


def follow(
    trace: Trace,
    query: PreparedQuery,
    gallery: LibraryGallery,
    intent: Intent,
    objects: Objects | None = None,
    regions: Regions | None = None,
    parts: Parts | None = None,
) -> Trace:
    """The steps of a search.

    Args:
        trace: of a photo that the library knows.
        query: what is looked for.
        gallery: the photos to search.
        intent: the recipe.
        objects: as for :func:`visearch_desktop.search.pipeline.search`, like ``regions`` and ``parts``.
        regions: see there.
        parts: likewise.

    Raises:
        PhotoError: the query picture cannot be read.
    """
    photo_id = trace.photo_id
    assert photo_id is not None
    trace = replace(trace, described=gallery.size(), looked_at=intent.verify)
    if gallery.signature(photo_id) is None:
        return replace(trace, lost_at=LostAt.NOT_DESCRIBED)
    first = next(
        pipeline.search(query, gallery, intent, limit=0, verify=False, objects=objects, regions=regions, parts=parts)
    )
    rank = next((hit.rank for hit in first.hits if hit.photo_id == photo_id), 0)
    trace = replace(trace, rank=rank)
    if not intent.verify:
        return replace(trace, lost_at=LostAt.NOWHERE if 0 < rank <= first.standing_out else LostAt.RANKED_LOW)
    if regions is not None and intent.details:
        trace = replace(trace, has_alike_part=_has_alike_part(query, regions, photo_id))
    return _looked_at(trace, query, gallery, look_up(query, objects) if objects is not None and intent.details else ())


def _has_alike_part(query: PreparedQuery, regions: Regions, photo_id: int) -> bool | None:
    looks = look_alikes(query, regions)
    return None if looks is None else bool(looks.evidence_of(np.array([photo_id]))[0] >= STANDS_OUT)


def _looked_at(trace: Trace, query: PreparedQuery, gallery: LibraryGallery, in_detail: Sequence[InDetail]) -> Trace:
    """The last steps: the photo is looked at closely, whether or not a search would come to it."""
    photo_id = trace.photo_id
    assert photo_id is not None
    stored, details = gallery.features(photo_id), details_of(query)
    by_index = check_in_detail(in_detail, photo_id)
    found = check_best(details, False, stored, in_detail, photo_id)
    trace = replace(trace, query_details=len(details[False][1]))
    if found is not None:
        trace = replace(trace, verdict=found.verification.verdict.value, inliers=found.verification.inliers)
    if by_index is None and not 0 < trace.rank <= trace.looked_at:
        return replace(trace, lost_at=LostAt.RANKED_LOW)
    if found is None:
        return replace(trace, lost_at=LostAt.NO_DETAILS_YET)
    return replace(trace, lost_at=LostAt.NOWHERE if found.is_verified else LostAt.NOT_VERIFIED)

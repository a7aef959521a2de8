"""What each request is answered with: the only place that knows both the protocol and the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from visearch_desktop.library.control import Control
from visearch_desktop.service import protocol as p
from visearch_desktop.service.lanes import Lane, Send, Throttle

if TYPE_CHECKING:
    from visearch_desktop.library.library import Library

PREVIEW_QUALITY = 88

LANES: dict[type[p.Request], Lane] = {
    p.GetOverview: Lane.READS,
    p.GetSections: Lane.READS,
    p.GetPage: Lane.READS,
    p.GetRows: Lane.READS,
    p.GetThumbnails: Lane.READS,
    p.GetDetails: Lane.READS,
    p.GetProblems: Lane.READS,
    p.GetLabels: Lane.READS,
    p.GetGroupPhotos: Lane.READS,
    p.GetDuplicates: Lane.READS,
    p.GetPreview: Lane.PICTURES,
    p.CountDetails: Lane.COUNTS,
    p.Search: Lane.SEARCHES,
    p.Compare: Lane.COMPARISONS,
    p.GetHeatMap: Lane.COMPARISONS,
    p.WhyNotFound: Lane.COMPARISONS,
}
"""The requests that only read, and where each of them queues."""

LATEST_WINS = (p.Search, p.Compare)


def answer(request: p.Request, library: Library, control: Control, send: Send) -> None:
    """Answer a request that only reads; nothing is sent once the job is cancelled."""

    def send_unless_cancelled(report: p.Report) -> None:
        control.check()
        send(report)

    if isinstance(request, p.Search):
        _search(request, library, control, send_unless_cancelled)
    elif isinstance(request, p.GetThumbnails):
        for photo_id in request.photo_ids:
            send_unless_cancelled(p.ThumbnailReady(request.job, photo_id, library.thumbnail(photo_id)))
    else:
        send_unless_cancelled(_read(request, library))
        if isinstance(request, p.CountDetails) and request.picture.region is None:  # somebody may draw a box next
            library.get_ready(request.picture)


def _read(request: p.Request, library: Library) -> p.Report:
    job = request.job
    match request:
        case p.GetOverview():
            return p.OverviewReady(job, library.overview())
        case p.GetSections(view=view):
            return p.SectionsReady(job, view, library.sections(view))
        case p.GetPage(view=view, offset=offset, limit=limit):
            return p.PageReady(job, view, offset, library.page(view, offset, limit))
        case p.GetRows(photo_ids=photo_ids):
            return p.RowsReady(job, library.rows(photo_ids))
        case p.GetDetails(photo_id=photo_id):
            return p.DetailsReady(job, library.details(photo_id))
        case p.GetProblems():
            return p.ProblemsReady(job, library.problems())
        case p.GetLabels() | p.GetGroupPhotos() | p.GetDuplicates():
            return _groups(request, library)
        case p.GetPreview(picture=picture, longest_px=longest_px):
            return _preview(job, library, picture, longest_px)
        case p.CountDetails(picture=picture):
            return p.DetailsCounted(job, library.count_details(picture))
        case p.Compare(picture=picture, photo_id=photo_id):
            return p.ComparisonReady(job, library.compare(picture, photo_id))
        case p.GetHeatMap(picture=picture, photo_id=photo_id):
            return p.HeatMapReady(job, library.heat_map(picture, photo_id))
        case p.WhyNotFound(query=query, asked=asked, intent=intent):
            return p.TraceReady(job, library.why_not_found(query, asked, intent=intent))
        case _:
            raise TypeError(f"{type(request).__name__} does not only read")


def _groups(request: p.GetLabels | p.GetGroupPhotos | p.GetDuplicates, library: Library) -> p.Report:
    job = request.job
    match request:
        case p.GetLabels():
            return p.LabelsReady(job, library.labels())
        case p.GetGroupPhotos(kind=kind, group_id=group_id):
            return p.GroupPhotosReady(job, library.group_photos(kind, group_id))
        case p.GetDuplicates(keep_by=keep_by, limit=limit):
            return p.DuplicatesReady(job, keep_by, library.duplicates(keep_by, limit))


def _preview(job: int, library: Library, picture: p.QueryPicture, longest_px: int) -> p.PreviewReady:
    from visearch_desktop.photos.thumbnails import encode_jpeg

    photo = library.preview(picture, longest_px)
    return p.PreviewReady(job, encode_jpeg(photo.pixels, PREVIEW_QUALITY), photo.width, photo.height)


def _search(request: p.Search, library: Library, control: Control, send: Send) -> None:
    throttle = Throttle(per_second=10)

    def on_verifying(done: int, total: int) -> None:
        if throttle.allows():
            send(p.Verifying(request.job, done, total))

    is_cancelled: Callable[[], bool] = lambda: control.is_cancelled  # noqa: E731
    rankings = library.search(
        request.query,
        intent=request.intent,
        limit=request.limit,
        verify=request.verify,
        cancelled=is_cancelled,
        on_verifying=on_verifying,
    )
    for ranking in rankings:
        send(_with_rows(request.job, ranking, library))


def _with_rows(job: int, ranking: p.Ranking, library: Library) -> p.RankingReady:
    """Hits with a row each; a photo that left the library in the meantime leaves the ranking too."""
    rows = {row.photo_id: row for row in library.rows(tuple(hit.photo_id for hit in ranking.hits))}
    hits = tuple(hit for hit in ranking.hits if hit.photo_id in rows)
    if len(hits) < len(ranking.hits):
        gone = sum(hit.photo_id not in rows for hit in ranking.hits[: ranking.standing_out])
        hits = tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1))
        ranking = replace(ranking, hits=hits, standing_out=ranking.standing_out - gone)
    return p.RankingReady(job, ranking, tuple(rows[hit.photo_id] for hit in hits))

"""Looking through a library: its overview, its sections, its pages, and all about one photo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from visearch_desktop.catalogue import features, groups, labels, photos, problems, vectors, views
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.catalogue.views import Selection, ShownFile
from visearch_desktop.core.errors import UsageError
from visearch_desktop.library.folders import folder_name, folder_rows
from visearch_desktop.library.rows import (
    GroupKind,
    Order,
    Overview,
    PhotoDetails,
    PhotoRow,
    PhotoView,
    Section,
    VisualGroup,
)

_ORDERS = {
    Order.NEWEST: (views.BY_TIME, True),
    Order.OLDEST: (views.BY_TIME, False),
    Order.NAME: (views.BY_NAME, False),
    Order.ADDED: (views.BY_ADDED, True),
}


SHOWN_OF_A_GROUP = 12
"""So many photos of each group are shown among the other groups; the group itself has all."""


def overview(
    catalogue: Catalogue, descriptor: str, vector_key: str | None, features_key: str | None, title: str = ""
) -> Overview:
    """The library in numbers.

    Args:
        catalogue: the open catalogue.
        descriptor: name of the one that searches use.
        vector_key: its key; None while it has none (it has learned nothing yet).
        features_key: of the local features.
        title: what the descriptor is called.
    """
    return Overview(
        photos=photos.count_present(catalogue),
        recent=views.count(catalogue, Selection(recent=True)),
        looked=vectors.count(catalogue, vector_key) if vector_key else 0,
        closer=features.count(catalogue, features_key) if features_key else 0,
        problems=problems.count_problems(catalogue),
        folders=folder_rows(catalogue),
        descriptor=descriptor,
        descriptor_title=title,
        groups={GroupKind(kind): count for kind, count in groups.counts(catalogue).items()},
    )


def sections(catalogue: Catalogue, view: PhotoView) -> tuple[Section, ...]:
    """The runs of a view in its order: groups, months where it is sorted by time, else one; none where it is empty."""
    if view.is_of_groups and view.groups is not None:
        return _group_sections(catalogue, view.groups)
    selection = _selection(view)
    if view.order not in (Order.NEWEST, Order.OLDEST):
        count = views.count(catalogue, selection)
        return (Section("", count),) if count else ()
    months = [Section(month, count) for month, count in views.count_by_month(catalogue, selection)]
    return tuple(months if view.order is Order.NEWEST else reversed(months))


def page(
    catalogue: Catalogue, thumbnails: Thumbnails, view: PhotoView, offset: int, limit: int
) -> tuple[PhotoRow, ...]:
    """Rows ``offset`` to ``offset + limit`` of a view; fewer at its end."""
    if view.is_of_groups and view.groups is not None:
        file_ids = groups.page(catalogue, view.groups, SHOWN_OF_A_GROUP, max(0, offset), max(0, limit))
        return photo_rows(thumbnails, views.shown_files(catalogue, file_ids))
    columns, descending = _ORDERS[view.order]
    file_ids = views.page(catalogue, _selection(view), columns, descending, max(0, offset), max(0, limit))
    return photo_rows(thumbnails, views.shown_files(catalogue, file_ids))


def rows(catalogue: Catalogue, thumbnails: Thumbnails, photo_ids: Sequence[int]) -> tuple[PhotoRow, ...]:
    """Rows of given photos in their order; of one that left, as it was seen last; unknown ones are left out."""
    files = views.standing_for(catalogue, photo_ids)
    wanted = [files[int(photo_id)] for photo_id in photo_ids if int(photo_id) in files]
    return photo_rows(thumbnails, views.shown_files(catalogue, wanted))


def details(catalogue: Catalogue, thumbnails: Thumbnails, photo_id: int, features_key: str | None) -> PhotoDetails:
    """All about one photo.

    Raises:
        UsageError: the library has no such photo.
    """
    facts = photos.facts_of(catalogue, photo_id)
    shown = views.shown_files(catalogue, list(views.standing_for(catalogue, [photo_id]).values()))
    if facts is None or not shown:
        raise UsageError("This photo is not in the library any more.")
    (file,) = shown
    latitude, longitude = facts.latitude, facts.longitude
    return PhotoDetails(
        row=photo_rows(thumbnails, shown)[0],
        content_hash=facts.content_hash,
        folder_name=folder_name(file.folder),
        also_at=tuple(path for path in views.paths_of(catalogue, photo_id) if path != file.path),
        size_bytes=file.size_bytes,
        camera=facts.camera,
        lens=facts.lens,
        exposure=facts.exposure,
        position=(latitude, longitude) if latitude is not None and longitude is not None else None,
        altitude_m=facts.altitude_m,
        details=features.count_of(catalogue, features_key, photo_id) if features_key else None,
    )


def visual_groups(catalogue: Catalogue, kind: GroupKind) -> tuple[VisualGroup, ...]:
    """The visual groups of a kind, largest first."""
    names = labels.most_common_in_groups(catalogue, kind)
    return tuple(
        VisualGroup(kind, group_id, names.get(group_id, ""), tuple(groups.members(catalogue, kind, group_id)))
        for group_id, *_ in groups.sizes(catalogue, kind)
    )


def paths_of(catalogue: Catalogue, photo_id: int) -> tuple[Path, ...]:
    """Where a photo lies, the one that stands for it first."""
    return tuple(views.paths_of(catalogue, photo_id))


def thumbnail(catalogue: Catalogue, thumbnails: Thumbnails, photo_id: int) -> bytes:
    """A photo's encoded thumbnail; empty where there is none yet."""
    content_hash = photos.hashes_of(catalogue, [photo_id]).get(int(photo_id))
    return thumbnails.get(content_hash) if content_hash else b""


def _group_sections(catalogue: Catalogue, kind: GroupKind) -> tuple[Section, ...]:
    names = labels.most_common_in_groups(catalogue, kind)
    return tuple(
        Section(
            str(group_id), min(count, SHOWN_OF_A_GROUP), count, names.get(group_id, ""), (oldest[:7], newest[:7]), first
        )
        for group_id, count, oldest, newest, first in groups.sizes(catalogue, kind)
    )


def _selection(view: PhotoView) -> Selection:
    group = (str(view.groups), view.group_id) if view.groups is not None and view.group_id is not None else None
    return Selection(view.folder_id, view.below.strip("/"), view.recent, group)


def photo_rows(thumbnails: Thumbnails, files: Sequence[ShownFile]) -> tuple[PhotoRow, ...]:
    """A row for each file."""
    looked = thumbnails.having({file.content_hash for file in files})
    return tuple(
        PhotoRow(
            photo_id=file.photo_id,
            name=file.name,
            path=file.path,
            taken=file.shown_time,
            width=file.width,
            height=file.height,
            has_thumbnail=file.content_hash in looked,
            is_offline=file.is_offline,
        )
        for file in files
    )

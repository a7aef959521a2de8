"""Which copies of a picture are needed no more: the best of each group stays, and what it does not show stays too.

A file is only proposed for the trash where it was compared with the best one itself and shows the same: the whole of
it, not mirrored, with enough of the same details. Files that are not connected now are not spoken of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import permutations

from visearch_desktop.catalogue import copies, features, views
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.copies import Difference, Pair
from visearch_desktop.catalogue.thumbnails import Thumbnails
from visearch_desktop.catalogue.views import ShownFile
from visearch_desktop.library.browsing import photo_rows
from visearch_desktop.library.duplicate_rows import Change, DuplicateFile, DuplicateGroup, Duplicates, KeepBy, Verdict
from visearch_desktop.library.rows import PhotoRow

KEEP_BY = tuple(KeepBy)
SHOWS_ALL, AGAIN = 0.95, 0.2
"""So much of each photo's area the other one shows where neither is cropped; and so many of the details agree where it
is not the same view by day and by night (``tests/benchmarks/groups.py``)."""
TURNED_DEG = 2.0
"""By less a photo is not turned, it is just not measured better."""

_LARGER = 1.02
SHARPNESS_STEP = 1.1
"""Files that differ by less are equally sharp, and the next measure tells."""

_Judged = tuple[Verdict, Change, float]
_ORDER = (Verdict.KEEP, Verdict.TRASH, Verdict.DECIDE)


def duplicates(
    catalogue: Catalogue,
    thumbnails: Thumbnails,
    key: str,
    features_key: str,
    keep_by: Sequence[KeepBy] = KEEP_BY,
    limit: int = 0,
) -> Duplicates:
    """The groups of near duplicates with what is proposed for each file, largest group first.

    Args:
        catalogue: the open catalogue.
        thumbnails: of the library.
        key: that the differences of photos are stored under.
        features_key: of the local features.
        keep_by: which file is the best, of those that lie as most of the group do: the first of these that tells; then
            the shorter name, for copies are called "photo (1)".
        limit: how many groups; 0 is all.
    """
    grouped = copies.grouped_files(catalogue)
    first = grouped[: limit or None]
    shown = views.shown_files(catalogue, [file_id for _, file_ids in first for file_id in file_ids])
    rows = {file.file_id: (file, row) for file, row in zip(shown, photo_rows(thumbnails, shown), strict=True)}
    photo_ids = {file.photo_id for file in shown}
    differences = copies.among(catalogue, key, photo_ids)
    details = features.counts(catalogue, features_key, photo_ids)
    made = [
        DuplicateGroup(group_id, _judged([rows[one] for one in file_ids if one in rows], details, differences, keep_by))
        for group_id, file_ids in first
    ]
    return Duplicates(tuple(made), len(grouped), sum(len(file_ids) for _, file_ids in grouped))


def _judged(
    group: Sequence[tuple[ShownFile, PhotoRow]],
    details: Mapping[int, int],
    differences: Mapping[Pair, Difference],
    keep_by: Sequence[KeepBy],
) -> tuple[DuplicateFile, ...]:
    as_most_lie = _lying_as_most({file.photo_id for file, _ in group}, differences)

    def worth(one: tuple[ShownFile, PhotoRow]) -> tuple[float | str, ...]:
        file = one[0]
        chosen = (_WORTH[by](file, details.get(file.photo_id, 0)) for by in keep_by)
        return (file.photo_id not in as_most_lie, *chosen, len(file.name), file.name, str(file.path))

    group = sorted(group, key=worth)
    best, seen, judged = group[0][0], set[int](), []
    for file, row in group:
        verdict, change, turned_deg = _judge(file, best, differences.get((best.photo_id, file.photo_id)))
        if file.photo_id in seen and change is not Change.BEST:
            verdict, change = Verdict.TRASH, Change.SAME_FILE
        seen.add(file.photo_id)
        judged.append(DuplicateFile(file.file_id, row, file.size_bytes, change, turned_deg, verdict))
    return tuple(sorted(judged, key=lambda one: _ORDER.index(one.verdict)))


def _sharpness(file: ShownFile, details: int) -> int:
    """In steps: what is blurred or dark has fewer details; what was saved badly may have more, but has fewer bytes."""
    return round(math.log((details + 1) ** 2 * max(1, file.size_bytes), SHARPNESS_STEP))


def _lying_as_most(photo_ids: Collection[int], differences: Mapping[Pair, Difference]) -> set[int]:
    """The photos that are turned and mirrored as most others are; all, where no way to lie has most."""
    alike = dict.fromkeys(photo_ids, 0)
    for one, other in permutations(photo_ids, 2):
        of = differences.get((one, other))
        alike[one] += of is not None and not of.is_mirrored and of.turned_deg < TURNED_DEG
    most = max(alike.values())
    return {photo_id for photo_id, count in alike.items() if 2 * count >= most}


def _judge(file: ShownFile, best: ShownFile, of: Difference | None) -> _Judged:
    """What is proposed for a file; ``of`` says how it differs from the best one, None where nobody looked."""
    if file.photo_id == best.photo_id:
        return (Verdict.KEEP, Change.BEST, 0.0) if file is best else (Verdict.TRASH, Change.SAME_FILE, 0.0)
    if of is not None and of.is_mirrored:
        return Verdict.DECIDE, Change.MIRRORED, of.turned_deg
    if of is None or of.again < AGAIN:
        return Verdict.DECIDE, Change.ALIKE, 0.0
    if min(of.shown, of.other_shown) < SHOWS_ALL:  # `shown` is of the best one
        change = Change.CROPPED if of.shown < of.other_shown else Change.WIDER
        return Verdict.DECIDE, change, of.turned_deg
    pixels, most = file.width * file.height, best.width * best.height
    if of.turned_deg >= TURNED_DEG:
        change = Change.TURNED
    elif pixels * _LARGER < most:
        change = Change.SMALLER
    else:
        change = Change.LARGER if pixels > most * _LARGER else Change.SAVED_AGAIN
    return Verdict.TRASH, change, of.turned_deg


_WORTH: dict[KeepBy, Callable[[ShownFile, int], float | str]] = {
    KeepBy.LARGEST: lambda file, _details: -file.width * file.height,
    KeepBy.SHARPEST: lambda file, details: -_sharpness(file, details),
    KeepBy.OLDEST: lambda file, _details: file.shown_time or "~",  # without a date: last
}

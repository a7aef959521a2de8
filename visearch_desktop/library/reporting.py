"""What an indexing run came to, as it is told."""

from __future__ import annotations

from collections.abc import Sequence

from visearch_desktop.catalogue import files
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.catalogue.folders import Folder
from visearch_desktop.core.sentences import folder_offline
from visearch_desktop.library import folders, problems
from visearch_desktop.library.indexing import Found
from visearch_desktop.library.rows import IndexReport


def index_report(
    catalogue: Catalogue, chosen: Sequence[Folder], found: Found, seconds: float, index_s: float, *, is_cancelled: bool
) -> IndexReport:
    """The report on a run.

    Args:
        catalogue: after the run.
        chosen: the folders that it was to bring up to date.
        found: by the run.
        seconds: that all of it took.
        index_s: of them, for building graphs.
        is_cancelled: whether it was stopped.
    """
    roots = [folder.path for folder in chosen]
    rows = [row for row in problems.problem_rows(catalogue) if any(row.path.is_relative_to(root) for root in roots)]
    counts = {row.path: row.count for row in folders.folder_rows(catalogue)}
    offline = [folder_offline(folder.path.name, counts.get(folder.path, 0)) for folder in found.offline]
    return IndexReport(
        folders=tuple(roots),
        photos=files.count_present(catalogue),
        added=found.tally.added,
        updated=found.tally.updated,
        removed=found.removed,
        problems=tuple(rows),
        seconds=seconds,
        stages={
            "scan": found.scan_s,
            "decode": found.tally.decode_s,
            "describe": found.tally.describe_s + found.learn_s,
            "index": found.tally.write_s + index_s,
        },
        cancelled=is_cancelled,
        notes=(*offline, *found.notes, *found.tally.notes),
    )

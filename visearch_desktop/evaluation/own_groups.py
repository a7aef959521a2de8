"""Groups that a person made in their own library, as a data set: they know best what is the same."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from visearch_desktop.core.errors import NoQueriesError
from visearch_desktop.evaluation.dataset import DataSet, QueryCase

LEAST = 2


def own_groups(groups: Mapping[str, Sequence[Path]], photos: Sequence[Path], name: str) -> DataSet:
    """Every photo of a group asks for the others of it, among all photos of the library.

    Args:
        groups: photos by label; those with a single one ask nothing.
        photos: the whole library: absolute paths, one a photo.
        name: of the data set.

    Raises:
        NoQueriesError: no group has two photos.
    """
    chosen = {label: sorted(set(members)) for label, members in sorted(groups.items())}
    queries = [
        QueryCase(image=photo, positives=frozenset(members) - {photo}, label=label)
        for label, members in chosen.items()
        for photo in members
        if len(members) >= LEAST
    ]
    gallery = sorted({*photos, *(query.image for query in queries)})
    root = Path(os.path.commonpath([path.parent for path in gallery])) if gallery else Path()
    if not queries:
        raise NoQueriesError(root)
    return DataSet(name, root, tuple(gallery), tuple(queries))

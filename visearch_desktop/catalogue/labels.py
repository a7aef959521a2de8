"""Labels: what a person says that photos show. A photo has one label, or none."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from visearch_desktop.catalogue.catalogue import Catalogue


def labels_of(catalogue: Catalogue, photo_ids: Iterable[int]) -> dict[int, str]:
    """The labels of photos; those without one are left out."""
    rows = catalogue.connection.execute(
        "SELECT photo_id, label FROM labels WHERE photo_id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(photo_id) for photo_id in photo_ids]),),
    )
    return dict(rows.fetchall())


def set_labels(catalogue: Catalogue, labels: Mapping[int, str]) -> None:
    """Give photos these labels, in place of those they have; "" takes a photo's label away. Unknown photos stay so."""
    with catalogue.transaction() as connection:
        connection.executemany(
            """INSERT INTO labels (photo_id, label) SELECT id, ? FROM photos WHERE id = ?
               ON CONFLICT (photo_id) DO UPDATE SET label = excluded.label""",
            [(label, int(photo_id)) for photo_id, label in labels.items() if label],
        )
        connection.executemany(
            "DELETE FROM labels WHERE photo_id = ?", [(int(i),) for i, label in labels.items() if not label]
        )


def list_labels(catalogue: Catalogue) -> dict[str, tuple[int, ...]]:
    """The photos of each label that the library shows, by number; labels in the order of the alphabet."""
    rows = catalogue.connection.execute(
        """SELECT label, photo_id FROM labels JOIN photos ON photos.id = photo_id
           WHERE photos.is_present = 1 ORDER BY label COLLATE NOCASE, label, photo_id"""
    )
    found: dict[str, list[int]] = {}
    for label, photo_id in rows:
        found.setdefault(label, []).append(photo_id)
    return {label: tuple(photo_ids) for label, photo_ids in found.items()}


def most_common_in_groups(catalogue: Catalogue, kind: str) -> dict[int, str]:
    """For each visual group of a kind that has a labelled photo: the label of most of its photos."""
    rows = catalogue.connection.execute(
        """SELECT group_id, label FROM labels JOIN visual_groups ON visual_groups.photo_id = labels.photo_id
           WHERE kind = ? GROUP BY group_id, label ORDER BY COUNT(*), label DESC""",
        (kind,),
    )
    return dict(rows.fetchall())

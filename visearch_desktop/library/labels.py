"""The groups that a person makes: photos that show the same thing, under a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from visearch_desktop.catalogue import labels as table
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.core.errors import UsageError

LONGEST = 100


def labels(catalogue: Catalogue) -> dict[str, tuple[int, ...]]:
    """The photos of each group that the library shows, groups by the alphabet."""
    return table.list_labels(catalogue)


def label_photos(catalogue: Catalogue, photo_ids: Iterable[int], name: str) -> dict[int, str]:
    """Say that photos show the same; they leave the groups they were in.

    Args:
        catalogue: the open catalogue.
        photo_ids: at least one.
        name: of the group; upper and lower case and spaces around it make no other group.
    Returns:
        The label that each photo had before, "" where it had none: what :func:`set_labels` takes to undo this.
    Raises:
        UsageError: there is no name, or it is too long.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise UsageError("A group needs a name.")
    if len(wanted) > LONGEST:
        raise UsageError(f"The name of a group may have {LONGEST} letters at most.")
    known = {label.casefold(): label for label in table.list_labels(catalogue)}
    return set_labels(catalogue, dict.fromkeys(photo_ids, known.get(wanted.casefold(), wanted)))


def unlabel_photos(catalogue: Catalogue, photo_ids: Iterable[int]) -> dict[int, str]:
    """Take photos out of their groups; returns what :func:`set_labels` takes to undo this."""
    return set_labels(catalogue, dict.fromkeys(photo_ids, ""))


def set_labels(catalogue: Catalogue, wanted: Mapping[int, str]) -> dict[int, str]:
    """Give each photo its label, or none (""); returns the labels they had before."""
    with catalogue.transaction():
        had = table.labels_of(catalogue, wanted)
        table.set_labels(catalogue, wanted)
    return {photo_id: had.get(photo_id, "") for photo_id in wanted}

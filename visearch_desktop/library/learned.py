"""What descriptors learned from the library, and which of it is in use.

A model is stored under the key of the descriptor that it makes. One of them is in use; while another one is about to
take its place, its vectors are computed under their own key, and searches go on with the old ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visearch_desktop.catalogue import models, purge
from visearch_desktop.catalogue.catalogue import Catalogue
from visearch_desktop.methods.descriptors.descriptor import Model

IN_USE, COMING = "in use", "coming"


@dataclass(frozen=True, slots=True)
class Learned:
    """A trained descriptor.

    Attributes:
        key: of the descriptor, and of its model.
        photos: how many photos it was learned from.
        is_provisional: learned in the middle of a run, so that people can search; the end of the run learns again.
    """

    key: str
    photos: int
    is_provisional: bool


def state(catalogue: Catalogue, name: str, which: str = IN_USE) -> Learned | None:
    """What a descriptor uses, or (``COMING``) what is about to take its place."""
    found = models.get(catalogue, name, which)
    if found is None:
        return None
    return Learned(str(found["key"]), int(found["photos"]), bool(found["is_provisional"]))


def model(catalogue: Catalogue, name: str, key: str) -> Model | None:
    """The arrays that a descriptor learned."""
    return models.get(catalogue, name, key)


def announce(catalogue: Catalogue, name: str, coming: Learned, arrays: Model) -> None:
    """Store a new model, whose vectors are to be computed before it is used."""
    with catalogue.transaction():
        before = state(catalogue, name, COMING)
        used = state(catalogue, name)
        if before is not None and before.key != coming.key and (used is None or used.key != before.key):
            _forget(catalogue, name, before.key)
        models.put(catalogue, name, coming.key, arrays)
        _store(catalogue, name, COMING, coming)


def take_over(catalogue: Catalogue, name: str) -> None:
    """Use the coming model from now on; the vectors of the one before it are forgotten."""
    with catalogue.transaction():
        coming, before = state(catalogue, name, COMING), state(catalogue, name)
        if coming is None:
            return
        _store(catalogue, name, IN_USE, coming)
        models.delete(catalogue, name, COMING)
        if before is not None and before.key != coming.key:
            _forget(catalogue, name, before.key)


def _store(catalogue: Catalogue, name: str, which: str, learned: Learned) -> None:
    models.put(
        catalogue,
        name,
        which,
        {
            "key": np.array(learned.key),
            "photos": np.array(learned.photos),
            "is_provisional": np.array(learned.is_provisional),
        },
    )


def _forget(catalogue: Catalogue, name: str, key: str) -> None:
    models.delete(catalogue, name, key)
    purge.delete_key(catalogue, key)

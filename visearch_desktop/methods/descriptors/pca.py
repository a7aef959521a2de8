"""Principal components: vectors in the few directions in which the library's photos differ most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from visearch_desktop.core.registry import register
from visearch_desktop.core.whitening import fit_whitening
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Model
from visearch_desktop.methods.descriptors.library_whitening import LibraryWhitened, enough_to_learn, unchanged

MOST_NUMBERS = 128


class PrincipalComponents(LibraryWhitened):
    """The 128 strongest directions at most, none weighted, of unit length again. Few photos: vectors as they are."""

    def train(self, sample: Sequence[Any], seed: int = 0) -> Model:
        """The directions of a sample (N, D) of base vectors; needs no chance, so the seed plays no part."""
        rows = np.asarray(sample, dtype=np.float32)
        if not enough_to_learn(rows):
            return unchanged()
        mean, projection = fit_whitening(rows, min(MOST_NUMBERS, *rows.shape), shrinkage=0.0, exponent=0.0)
        return {"mean": mean, "projection": projection}


@register(
    name="pca",
    kind="after",
    source="Jégou and Chum: Negative evidences and co-occurrences, ECCV 2012",
    title="PCA",
    summary="Keeps the 128 numbers of a vector that tell the library's photos apart best: smaller, hardly worse.",
)
def pca(base: Descriptor) -> PrincipalComponents:
    """Principal components of a descriptor's vectors."""
    return PrincipalComponents(f"{base.name}+pca", base)

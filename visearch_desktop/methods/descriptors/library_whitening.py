"""Another descriptor's vectors, whitened with what the library's own photos taught."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vector
from visearch_desktop.core.whitening import apply_whitening, fit_whitening, numbers_to_keep
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Model, Source, model_hash

FEW_PHOTOS = 20


class LibraryWhitened(Descriptor):
    """PCA-whitening of a base descriptor, learned on the library (Jégou and Chum, ECCV 2012).

    Libraries may be small: :func:`visearch_desktop.core.whitening.fit_whitening` says why that does no harm. Under 20
    photos the vectors are left as they are.
    """

    version = 1
    source = Source.BASE
    learns = True
    least_sample = 1

    def __init__(self, name: str, base: Descriptor, model: Model | None = None) -> None:
        """Untrained without a model.

        Args:
            name: as registered.
            base: gives the vectors.
            model: of :meth:`train`: ``mean`` (D,) and ``projection`` (D, d), or neither ((0,) and (0, 0)).
        """
        self.name = name
        self.base = base
        self.working_px = base.working_px
        self._model = dict(model) if model is not None else None

    @property
    def parameters(self) -> Mapping[str, object]:
        """The base's key and the model's numbers."""
        if self.base is None or self._model is None:
            raise TypeError(f"{self.name} has not learned from the library yet")
        return {"base": self.base.key, "model": model_hash(self._model)}

    @property
    def is_ready(self) -> bool:
        """Whether it has a model."""
        return self._model is not None

    def describe(self, item: Vector) -> Vector:
        """(d,) of a base vector (D,)."""
        return np.asarray(self.describe_all([item])[0], dtype=np.float32)

    def describe_all(self, items: Sequence[Vector]) -> NDArray[np.float32]:
        """(N, d) of N base vectors; zero vectors stay zero."""
        if self._model is None:
            raise TypeError(f"{self.name} has not learned from the library yet")
        rows = np.asarray(items, dtype=np.float32)
        if not self._model["mean"].size:
            return rows
        return apply_whitening(rows, (self._model["mean"], self._model["projection"]))

    def train(self, sample: Sequence[Any], seed: int = 0) -> Model:
        """The whitening of a sample (N, D) of base vectors; needs no chance, so the seed plays no part."""
        rows = np.asarray(sample, dtype=np.float32)
        if not enough_to_learn(rows):
            return unchanged()
        mean, projection = fit_whitening(rows, numbers_to_keep(*rows.shape))
        return {"mean": mean, "projection": projection}

    def with_model(self, model: Model) -> Self:
        """A trained copy."""
        assert self.base is not None
        return type(self)(self.name, self.base, model)

    def with_base(self, base: Descriptor) -> Self:
        """An untrained copy on another base."""
        return type(self)(self.name, base)


def enough_to_learn(rows: NDArray[np.float32]) -> bool:
    """Whether (N, D) vectors tell directions apart: there are 20 of them, and they are not all the same."""
    return len(rows) >= FEW_PHOTOS and bool((rows != rows[0]).any())


def unchanged() -> Model:
    """The model that leaves vectors as they are."""
    return {"mean": np.zeros(0, np.float32), "projection": np.zeros((0, 0), np.float32)}

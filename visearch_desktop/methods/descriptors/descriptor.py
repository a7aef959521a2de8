"""What every descriptor offers: something of a photo goes in, one unit vector comes out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vector, descriptor_key

Model = Mapping[str, NDArray[Any]]
"""What a descriptor learned from a library: named arrays, stored in the catalogue without pickle."""


class Source(StrEnum):
    """What a descriptor is computed from."""

    PIXELS = "pixels"  # (h, w, 3) uint8 RGB, upright, longest side <= working_px: done in the workers
    LOCAL_FEATURES = "local_features"  # LocalFeatures of `features_method`, from the catalogue
    VECTOR = "vector"  # the (D,) vector of `base`, from the catalogue


class Descriptor(ABC):
    """One vector for a photo or a region of it; registered with kind "descriptor".

    A descriptor that must first learn from the library (a vocabulary, a whitening) says so with :attr:`learns`.
    Untrained it has no key and cannot describe; :meth:`with_model` gives a new, trained one. Nothing changes in place.

    Attributes:
        name: as registered.
        version: raised when the same parameters give other vectors.
        source: what :meth:`describe` takes.
        working_px: for PIXELS, the longest side the photo is decoded to.
        features_method: for LOCAL_FEATURES, the name of the method that makes them.
        base: for VECTOR, the descriptor whose vectors are taken.
        learns: whether a model is needed before anything can be described.
        least_sample: with fewer described photos than this, training is not tried.
    """

    name: str
    version: int = 1
    source: Source = Source.PIXELS
    working_px: int = 512
    features_method: str = ""
    base: Descriptor | None = None
    learns: bool = False
    least_sample: int = 1

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, object]:
        """Everything that changes the vectors, JSON-able: weights' checksum, preprocessing, sizes, the model's hash."""

    @cached_property
    def key(self) -> str:
        """``name@version/hash-of(parameters)``: vectors under different keys never meet."""
        return descriptor_key(self.name, self.version, self.parameters)

    @property
    def is_ready(self) -> bool:
        """Whether it can describe: true unless it learns and has no model yet."""
        return not self.learns

    @property
    def note(self) -> str:
        """A sentence once it has described, if another device is used than was asked for; else ""."""
        return "" if self.base is None else self.base.note

    @abstractmethod
    def describe(self, item: Any) -> Vector:
        """(D,) float32 of unit length, or all zero where there is nothing to describe (no details, one colour).

        Args:
            item: what :attr:`source` says.
        """

    def describe_all(self, items: Sequence[Any]) -> NDArray[np.float32]:
        """(N, D) of N items; overridden where a batch is cheaper."""
        return np.stack([self.describe(item) for item in items])

    def train(self, sample: Sequence[Any], seed: int = 0) -> Model:
        """What it learns from a sample of the library's items, the same for the same sample and seed."""
        raise TypeError(f"{self.name} learns nothing")

    def with_model(self, model: Model) -> Descriptor:
        """A trained copy of this descriptor."""
        raise TypeError(f"{self.name} learns nothing")

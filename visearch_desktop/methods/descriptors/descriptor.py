"""What every descriptor offers: something of a photo goes in, one signature comes out, for most a unit vector."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import descriptor_key, from_bytes, to_bytes
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor

Model = Mapping[str, NDArray[Any]]
"""What a descriptor learned from a library: named arrays, stored in the catalogue without pickle."""

Signature = NDArray[Any]
"""What stands for a photo: (D,) float32 of unit length, or whatever one-dimensional array the descriptor's own index
compares. Empty or all zero where there is nothing to describe."""


class Source(StrEnum):
    """What a descriptor is computed from."""

    PIXELS = "pixels"  # (h, w, 3) uint8 RGB, upright, longest side <= working_px: done in the workers
    LOCAL_FEATURES = "local_features"  # LocalFeatures of `extractor`, from the catalogue
    BASE = "base"  # the signature of `base`, from the catalogue


class Descriptor(ABC):
    """One signature for a photo or a region of it; registered with kind "descriptor".

    Most signatures are unit vectors compared by their dot product. A descriptor whose signatures are something else
    names its own :attr:`index` and overrides :meth:`pack` and :meth:`unpack`.

    A descriptor that must first learn from the library (a vocabulary, a whitening) says so with :attr:`learns`.
    Untrained it has no key and cannot describe; :meth:`with_model` gives a new, trained one. Nothing changes in place.

    Attributes:
        name: as registered.
        version: raised when the same parameters give other signatures.
        source: what :meth:`describe` takes.
        working_px: for PIXELS, the longest side the photo is decoded to.
        extractor: for LOCAL_FEATURES, the method that makes them.
        base: for BASE, the descriptor whose signatures are taken.
        learns: whether a model is needed before anything can be described.
        least_sample: with fewer described photos than this, training is not tried.
        index: name of the registered index that compares its signatures; "exact" is the dot product of unit vectors,
            which an approximate index may then stand in for.
    """

    name: str
    version: int = 1
    source: Source = Source.PIXELS
    working_px: int = 512
    extractor: LocalFeatureExtractor | None = None
    base: Descriptor | None = None
    learns: bool = False
    least_sample: int = 1
    index: str = "exact"

    @property
    @abstractmethod
    def parameters(self) -> Mapping[str, object]:
        """What changes the signatures, JSON-able: weights' checksum, preprocessing, sizes, keys of what it is made of.

        What was learned is in it as :func:`model_hash`.
        """

    @cached_property
    def key(self) -> str:
        """``name@version/hash-of(parameters)``: signatures under different keys never meet."""
        return descriptor_key(self.name, self.version, self.parameters)

    @property
    def index_options(self) -> Mapping[str, Any]:
        """Keyword arguments for the builder of its own index, beyond the dimension."""
        return {}

    @property
    def is_ready(self) -> bool:
        """Whether it can describe: true unless it learns and has no model yet."""
        return not self.learns

    @property
    def note(self) -> str:
        """A sentence once it has described, if another device is used than was asked for; else ""."""
        return "" if self.base is None else self.base.note

    @abstractmethod
    def describe(self, item: Any) -> Signature:
        """The signature of one item: unit float32 (D,), unless the descriptor has an index of its own.

        Args:
            item: what :attr:`source` says.
        """

    def describe_all(self, items: Sequence[Any]) -> Sequence[Signature] | NDArray[np.float32]:
        """The signatures of N items; overridden where a batch is cheaper."""
        return [self.describe(item) for item in items]

    def pack(self, signature: Signature) -> bytes:
        """A signature as the catalogue stores it: little-endian float16."""
        return to_bytes(signature)

    def unpack(self, blob: bytes) -> Signature:
        """What :meth:`pack` gave, ready to be compared."""
        return from_bytes(blob)

    def train(self, sample: Sequence[Any], seed: int = 0) -> Model:
        """What it learns from a sample of the library's items, the same for the same sample and seed."""
        raise TypeError(f"{self.name} learns nothing")

    def with_model(self, model: Model) -> Descriptor:
        """A trained copy of this descriptor."""
        raise TypeError(f"{self.name} learns nothing")

    def with_base(self, base: Descriptor) -> Descriptor:
        """A copy on another base (the trained one of the same name), itself untrained."""
        raise TypeError(f"{self.name} has no base")


class ByteDescriptor(Descriptor):
    """A descriptor whose signatures are bytes, (B,) uint8, stored as they are and compared by an index of its own."""

    def pack(self, signature: Signature) -> bytes:
        """The bytes themselves."""
        return signature.astype(np.uint8, copy=False).tobytes()

    def unpack(self, blob: bytes) -> Signature:
        """(B,) uint8."""
        return np.frombuffer(blob, np.uint8)


def model_hash(model: Model) -> str:
    """A hash of a model's names and numbers, for :attr:`Descriptor.parameters`."""
    digest = hashlib.sha256()
    for name in sorted(model):
        array = np.ascontiguousarray(model[name])
        digest.update(f"{name}{array.dtype.str}{array.shape}".encode() + array.tobytes())
    return digest.hexdigest()

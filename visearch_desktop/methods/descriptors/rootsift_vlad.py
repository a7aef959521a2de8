"""RootSIFT–VLAD: how a photo's local features lie around the visual words of the person's own library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.core.whitening import Whitening, apply_whitening, fit_whitening
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Model, Source, model_hash
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.local_features.vocabulary import learn_vocabulary, unit_rows

WORDS = 256
WORDS_EACH = 2
LOCAL_NUMBERS = 64
POWER = 0.5
SAMPLE_FEATURES = 150_000
SAMPLE_PHOTOS = 2_500
HALF_WHITE = 0.5
"""Directions are divided by the root of their deviation; more makes most of what a small library knows least."""
PHOTOS_PER_NUMBER = 5
"""So many photos are needed for each number of the whitened vector: more numbers than that are learned from noise."""
MOST_NUMBERS = 384
LEAST_TO_WHITEN = 80
"""With fewer photos the vectors stay as they are: 16,384 numbers each."""


@register(
    name="rootsift_vlad",
    kind="descriptor",
    source="Jégou et al., CVPR 2010; Arandjelović and Zisserman, CVPR 2013; Delhumeau et al., ACM MM 2013",
    title="Details (RootSIFT–VLAD)",
    summary="Compares the details of photos as a whole; learns from your own photos and needs no download.",
)
class RootSiftVlad(Descriptor):
    """Unit residuals to the two nearest of 256 words, summed, normalised word by word, square-rooted, PCA-whitened.

    Args:
        model: what :meth:`train` learned; without it nothing can be described.
    """

    name = "rootsift_vlad"
    source = Source.LOCAL_FEATURES
    extractor = RootSift()
    learns = True
    least_sample = 1

    def __init__(self, model: Model | None = None) -> None:
        self._model = None if model is None else {name: np.asarray(array) for name, array in model.items()}
        self._whitening: Whitening | None = None
        self._hash = ""
        if self._model is not None:
            self._hash = model_hash(self._model)
            if self._model["projection"].size:
                self._whitening = (self._model["mean"], self._model["projection"])

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {
            "features": self.extractor.key,
            "words": [WORDS, WORDS_EACH, LOCAL_NUMBERS],
            "power": POWER,
            "model": self._hash,
        }

    @property
    def is_ready(self) -> bool:
        """True once it has learned."""
        return self._model is not None

    def describe(self, item: LocalFeatures) -> Vector:
        """The vector of a photo's local features; all zero where it has none."""
        if self._model is None:
            raise TypeError("rootsift_vlad has not learned its vocabulary yet")
        raw = vlad(_local(item, self._model["axes"], self._model["centre"]), self._model["words"])
        return raw if self._whitening is None else apply_whitening(raw, self._whitening)

    def train(self, sample: Sequence[LocalFeatures], seed: int = 0) -> Model:
        """Axes of the local descriptors, the words, and (from 80 photos on) the whitening.

        Args:
            sample: of the library's photos, at least one; beyond 2,500 every n-th is taken.
            seed: of the vocabulary.
        """
        chosen = sample[:: -(-len(sample) // SAMPLE_PHOTOS) or 1]  # not a list: a library reads them as they are needed
        share = max(1, SAMPLE_FEATURES // max(len(chosen), 1))
        rows = np.concatenate([
            np.zeros((0, 128), dtype=np.float32),
            *(unit_rows(features.descriptors[:share]) for features in chosen),
        ])  # fmt: skip
        axes, centre = _local_axes(rows)
        words = learn_vocabulary(_turned(rows, axes, centre), WORDS, seed)
        model = {"axes": axes, "centre": centre, "words": words}
        if len(chosen) >= LEAST_TO_WHITEN:
            raw = np.stack([vlad(_local(features, axes, centre), words) for features in chosen])
            numbers = min(MOST_NUMBERS, len(chosen) // PHOTOS_PER_NUMBER)
            if np.any(raw.std(axis=0) > 0):
                mean, projection = fit_whitening(raw, numbers, shrinkage=1.0, exponent=HALF_WHITE)
                return {**model, "mean": mean, "projection": projection}
        nothing = np.zeros((WORDS * LOCAL_NUMBERS, 0), dtype=np.float32)
        return {**model, "mean": np.zeros(WORDS * LOCAL_NUMBERS, dtype=np.float32), "projection": nothing}

    def with_model(self, model: Model) -> RootSiftVlad:
        """A copy that has learned."""
        return RootSiftVlad(model)


def vlad(rows: NDArray[np.float32], words: NDArray[np.float32]) -> Vector:
    """Vector of locally aggregated descriptors.

    Args:
        rows: (N, D) unit rows.
        words: (K, D).
    Returns:
        (K·D,) unit length, or zero if N is 0.
    """
    sums = np.zeros(words.shape, dtype=np.float32)
    if len(rows):
        closeness = rows @ words.T - 0.5 * np.einsum("ij,ij->i", words, words)
        every = np.arange(len(rows))
        for _ in range(WORDS_EACH):
            nearest = closeness.argmax(axis=1)
            closeness[every, nearest] = -np.inf
            member = np.zeros((len(words), len(rows)), dtype=np.float32)
            member[nearest, every] = 1
            sums += member @ _unit(rows - words[nearest])
    flat = _unit(sums).ravel()
    return normalise(np.sign(flat) * np.abs(flat) ** POWER)


def _local_axes(rows: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(128, 64) directions local descriptors vary most in, each over the root of its deviation; (128,) their mean."""
    width = rows.shape[1]
    if len(rows) <= width:
        return np.eye(width, LOCAL_NUMBERS, dtype=np.float32), np.zeros(width, dtype=np.float32)
    mean, axes = fit_whitening(rows, LOCAL_NUMBERS, shrinkage=0.0, exponent=HALF_WHITE)
    return axes, mean


def _local(features: LocalFeatures, axes: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    return _turned(unit_rows(features.descriptors), axes, centre)


def _turned(rows: NDArray[np.float32], axes: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    return _unit(np.asarray((rows - centre) @ axes, dtype=np.float32))


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.asarray(rows / np.maximum(lengths, np.float32(1e-9)), dtype=np.float32)

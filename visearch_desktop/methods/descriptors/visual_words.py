"""Visual words: each local feature becomes the nearest words of a vocabulary that the library's own photos teach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.methods.descriptors.descriptor import ByteDescriptor, Model, Source, model_hash
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.local_features.visual_word_rows import BITS, WORDS_EACH, feature_rows, to_signature
from visearch_desktop.methods.local_features.vocabulary import learn_vocabulary, nearest_words, sampled_rows

MOST_WORDS, LEAST_WORDS = 8192, 16
FEATURES_EACH = 8
"""A word is learned from so many features at least: a library of fewer features has fewer words, a power of two."""
ROUNDS = 6


@register(
    name="visual_words",
    kind="descriptor",
    source="Sivic and Zisserman, ICCV 2003; 64-bit signatures: Jégou, Douze and Schmid, ECCV 2008",
    title="Visual words",
    summary="The step before every bag of visual words: learns up to 8,192 words from the library's local features.",
    is_step=True,
)
class VisualWords(ByteDescriptor):
    """One row a local feature: its three nearest words, its Hamming-embedding bits and its place.

    Args:
        model: what :meth:`train` learned; without it nothing can be described.
    """

    name = "visual_words"
    source = Source.LOCAL_FEATURES
    extractor = RootSift()
    learns = True
    index = ""

    def __init__(self, model: Model | None = None) -> None:
        self._model = None if model is None else {name: np.asarray(array) for name, array in model.items()}
        self._hash = "" if model is None else model_hash(model)

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {"features": self.extractor.key, "each": WORDS_EACH, "model": self._hash}

    @property
    def is_ready(self) -> bool:
        """True once it has learned."""
        return self._model is not None

    def describe(self, item: LocalFeatures) -> NDArray[np.uint8]:
        """Rows of ``FEATURE`` as bytes, in the order of the features."""
        if self._model is None:
            raise TypeError("visual_words has not learned its vocabulary yet")
        local = self.extractor.comparable(item)
        words, squared = nearest_words(local, self._model["words"], WORDS_EACH)
        above = local @ self._model["projection"] > self._model["medians"][words[:, 0]]
        bits = np.packbits(above, axis=1, bitorder="little")
        return to_signature(feature_rows(item, words, squared, bits))

    def train(self, sample: Sequence[LocalFeatures], seed: int = 0) -> Model:
        """The words (K, 128), a projection (128, 64) and each word's medians under it (K, 64).

        Args:
            sample: of the library's photos.
            seed: of the vocabulary and the projection.
        """
        rows = sampled_rows(self.extractor, sample)
        words = learn_vocabulary(rows, words_for(len(rows)), seed, ROUNDS)
        turned, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((rows.shape[1], BITS)))
        projection = turned.astype(np.float32)
        return {"words": words, "projection": projection, "medians": _medians(rows, words, projection)}

    def with_model(self, model: Model) -> VisualWords:
        """A copy that has learned."""
        return VisualWords(model)


def words_for(features: int) -> int:
    """How many words a sample of so many features can teach: a power of two from 16 to 8,192."""
    enough = max(1, features // FEATURES_EACH)
    return min(MOST_WORDS, max(LEAST_WORDS, 1 << (enough.bit_length() - 1)))


def _medians(
    rows: NDArray[np.float32], words: NDArray[np.float32], projection: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(K, 64) medians of the projected rows nearest to each word; a word without rows takes its own projection."""
    medians = words @ projection
    nearest = nearest_words(rows, words)[0][:, 0]
    ordered = (rows @ projection)[np.argsort(nearest, kind="stable")]
    counts = np.bincount(nearest, minlength=len(words))
    ends = np.cumsum(counts)
    for word in np.flatnonzero(counts):
        medians[word] = np.median(ordered[ends[word] - counts[word] : ends[word]], axis=0)
    return np.asarray(medians, dtype=np.float32)

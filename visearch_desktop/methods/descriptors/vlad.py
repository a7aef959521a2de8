"""VLAD: the local features less the visual word nearest to each, summed word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Model, Source, model_hash
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.vocabulary import learn_vocabulary, nearest_words, sampled_rows

WORDS = 64


class Vlad(Descriptor):
    """Sums of residuals about 64 words, each word's sum made as long as every other, the whole of unit length.

    Plain: what power normalisation and PCA add is seen by asking for ``vlad+power+pca``. The vocabulary is the
    library's own.

    Args:
        name: as registered.
        local_features: the method that makes the local features.
        model: what :meth:`train` learned; without it nothing can be described.
    """

    source = Source.LOCAL_FEATURES
    learns = True
    extractor: LocalFeatureExtractor

    def __init__(self, name: str, local_features: str, model: Model | None = None) -> None:
        self.name = name
        self.extractor = build_extractor(local_features)
        self.working_px = self.extractor.working_px
        self._words = None if model is None else np.asarray(model["words"])
        self._hash = "" if model is None else model_hash(model)

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {"features": self.extractor.key, "model": self._hash}

    @property
    def is_ready(self) -> bool:
        """True once it has learned."""
        return self._words is not None

    def describe(self, item: LocalFeatures) -> Vector:
        """(64 · D,) of a photo's local features; all zero where it has none."""
        if self._words is None:
            raise TypeError(f"{self.name} has not learned its vocabulary yet")
        sums = residual_sums(self.extractor.comparable(item), self._words)
        return normalise(normalise(sums).ravel())

    def train(self, sample: Sequence[LocalFeatures], seed: int = 0) -> Model:
        """The words (64, D) of a sample of the library's photos."""
        return {"words": learn_vocabulary(sampled_rows(self.extractor, sample), WORDS, seed)}

    def with_model(self, model: Model) -> Vlad:
        """A copy that has learned."""
        return Vlad(self.name, self.extractor.name, model)


def residual_sums(rows: NDArray[np.float32], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sums of residuals, Jégou et al., CVPR 2010, eq. 1.

    Args:
        rows: (N, D) local descriptors.
        words: (K, D).
    Returns:
        (K, D): for each word the sum of what its rows have beyond it.
    """
    nearest = nearest_words(rows, words)[0][:, 0]
    member = np.zeros((len(words), len(rows)), dtype=np.float32)
    member[nearest, np.arange(len(rows))] = 1
    return np.asarray(member @ (rows - words[nearest]), dtype=np.float32)


@register(
    name="vlad",
    kind="descriptor",
    source="Jégou et al., CVPR 2010; normalised word by word: Arandjelović and Zisserman: All about VLAD, CVPR 2013",
    title="VLAD",
    summary="Sums up how local features lie around 64 typical ones: one vector that knows details, quick to compare.",
)
def vlad() -> Vlad:
    """VLAD of RootSIFT."""
    return Vlad("vlad", "rootsift")

"""Fisher vector: how a photo's local features would change a mixture of Gaussians that knows the whole library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.registry import register
from visearch_desktop.core.vectors import Vector, normalise
from visearch_desktop.core.whitening import fit_whitening
from visearch_desktop.methods.descriptors.descriptor import Descriptor, Model, Source, model_hash
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.mixture import Mixture, fit_mixture
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.methods.local_features.vocabulary import sampled_rows

GAUSSIANS = 64
LOCAL_NUMBERS = 64
POWER = 0.5


@register(
    name="fisher",
    kind="descriptor",
    source="Perronnin, Sánchez and Mensink: Improving the Fisher kernel, ECCV 2010",
    title="Fisher vector",
    summary="Sums up where and how widely local features lie around 64 typical ones: one vector that knows details.",
)
class FisherVector(Descriptor):
    """Gradients by the means and variances of 64 Gaussians, of local features reduced to 64 numbers: 8,192 in all.

    Args:
        model: what :meth:`train` learned; without it nothing can be described.
    """

    name = "fisher"
    source = Source.LOCAL_FEATURES
    extractor = RootSift()
    learns = True

    def __init__(self, model: Model | None = None) -> None:
        self._model = None if model is None else {name: np.asarray(array) for name, array in model.items()}
        self._hash = "" if model is None else model_hash(model)
        self._mixture = None
        if self._model is not None:
            self._mixture = Mixture(self._model["weights"], self._model["means"], self._model["variances"])

    @property
    def parameters(self) -> Mapping[str, object]:
        """See :class:`Descriptor`."""
        return {"features": self.extractor.key, "power": POWER, "model": self._hash}

    @property
    def is_ready(self) -> bool:
        """True once it has learned."""
        return self._model is not None

    def describe(self, item: LocalFeatures) -> Vector:
        """(8192,) of a photo's local features; all zero where it has none."""
        if self._model is None or self._mixture is None:
            raise TypeError("fisher has not learned its mixture yet")
        rows = (self.extractor.comparable(item) - self._model["centre"]) @ self._model["axes"]
        gradients = fisher_gradients(rows, self._mixture)
        return normalise(np.sign(gradients) * np.abs(gradients) ** POWER)

    def train(self, sample: Sequence[LocalFeatures], seed: int = 0) -> Model:
        """The axes of the local features, (128, 64) about their centre (128,), and the mixture.

        Args:
            sample: of the library's photos.
            seed: of the mixture.
        """
        rows = sampled_rows(self.extractor, sample)
        centre, axes = np.zeros(rows.shape[1], np.float32), np.eye(rows.shape[1], LOCAL_NUMBERS, dtype=np.float32)
        if len(rows) > rows.shape[1]:
            centre, axes = fit_whitening(rows, LOCAL_NUMBERS, shrinkage=0.0, exponent=0.0)
        mixture = fit_mixture(np.asarray((rows - centre) @ axes, np.float32), GAUSSIANS, seed)
        learned = {"weights": mixture.weights, "means": mixture.means, "variances": mixture.variances}
        return {"centre": centre, "axes": axes, **learned}

    def with_model(self, model: Model) -> FisherVector:
        """A copy that has learned."""
        return FisherVector(model)


def fisher_gradients(rows: NDArray[np.floating[Any]], mixture: Mixture) -> NDArray[np.float64]:
    """Mean gradient of the log-likelihood by means and deviations, whitened by the Fisher information.

    Args:
        rows: (N, D).
        mixture: of K Gaussians.
    Returns:
        (2 · K · D,), eqs. 7 and 8 of the paper: by the means, then by the deviations; zero where N is 0, and about
        zero for rows that the mixture itself made.
    """
    shares = mixture.responsibilities(rows)
    totals = shares.sum(axis=0)[:, None]
    means, variances = mixture.means, mixture.variances
    sums, squares = shares.T @ rows, shares.T @ rows**2
    by_mean = (sums - totals * means) / np.sqrt(variances)
    by_deviation = (squares - 2 * means * sums + totals * means**2) / variances - totals
    scale = max(len(rows), 1) * np.sqrt(mixture.weights)[:, None]
    return np.concatenate([(by_mean / scale).ravel(), (by_deviation / (np.sqrt(2) * scale)).ravel()])

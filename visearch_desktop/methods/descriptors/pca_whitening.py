"""PCA-whitening: turn vectors so that common directions count less, and keep the first few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import normalise


@dataclass(frozen=True, slots=True)
class Whitening:
    """A learned projection.

    Attributes:
        mean: (D,) float32.
        projection: (d, D) float32, most telling direction first.
    """

    mean: NDArray[np.float32]
    projection: NDArray[np.float32]

    def apply(self, vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """(D,) or (N, D) -> (d,) or (N, d) of unit length; zero vectors stay zero."""
        given = np.asarray(vectors, dtype=np.float32)
        moved = normalise((given - self.mean) @ self.projection.T)
        return np.where(np.any(given != 0, axis=-1, keepdims=True), moved, np.float32(0))


def fit_whitening(
    vectors: NDArray[np.floating[Any]], dimensions: int, *, power: float = 0.5, shrinkage: float = 0.0
) -> Whitening:
    """Learn a PCA-whitening (Jégou and Chum, "Negative evidences and co-occurrences in image retrieval", ECCV 2012).

    Few vectors know little of the directions in which they vary least, and full whitening makes most of just these:
    a few hundred vectors want a ``power`` of 0.25 and some shrinkage.

    Args:
        vectors: (N, D), N >= 2.
        dimensions: how many directions to keep; at most min(N - 1, D) are.
        power: each direction is divided by its variance to this; 0.5 whitens, 0 only turns.
        shrinkage: added to the variances first, as a multiple of their mean.
    Raises:
        ValueError: there are fewer than 2 vectors, or they are all the same.
    """
    given = np.asarray(vectors, dtype=np.float32)
    if given.ndim != 2 or len(given) < 2:
        raise ValueError("whitening is learned from at least 2 vectors")
    mean = given.mean(axis=0, dtype=np.float64).astype(np.float32)
    centred = given - mean
    variances, directions = _principal(centred)
    kept = min(dimensions, int(np.count_nonzero(variances > variances[0] * 1e-9))) if variances[0] > 0 else 0
    if kept == 0:
        raise ValueError("whitening cannot be learned from vectors that are all the same")
    scales = (variances[:kept] + shrinkage * variances.mean()) ** -power
    return Whitening(mean, np.asarray(directions[:kept] * scales[:, None], dtype=np.float32))


def _principal(centred: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Variances (n,), descending, and unit directions (n, D), n = min(N - 1, D), their largest numbers positive."""
    count, dimensions = centred.shape
    if count <= dimensions:
        values, sides = np.linalg.eigh((centred @ centred.T).astype(np.float64))
        order = np.argsort(-values, kind="stable")[: count - 1]
        lengths = np.sqrt(np.maximum(values[order], 1e-12))
        directions = (sides[:, order] / lengths).T @ centred.astype(np.float64)
    else:
        values, columns = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        order = np.argsort(-values, kind="stable")
        directions = columns[:, order].T
    largest = np.abs(directions).argmax(axis=1)
    directions *= np.sign(directions[np.arange(len(directions)), largest])[:, None]
    return np.maximum(values[order], 0.0) / count, directions

"""PCA-whitening that holds up on small samples, because the eigenvalues are shrunk towards each other.

Plain whitening divides each principal direction by its standard deviation. Directions that a few hundred samples
cannot estimate come out far too small and are blown up to the size of the real ones; here they are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors, normalise

LEAST_EIGENVALUE = 1e-12
LEAST_SHRINKAGE, MOST_SHRINKAGE = 0.5, 3.0
ENOUGH_NUMBERS = 1024
FULL_BASIS_UP_TO = 4096

Whitening = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Mean (D,) and projection (D, d)."""


def numbers_to_keep(count: int, width: int) -> int:
    """How many of D = ``width`` numbers to keep of a network's vectors, by places-develop.

    A sample of fewer vectors than numbers does not know which directions matter, and all are kept; of more, the 1024
    strongest lose nothing.
    """
    return width if count < width else min(width, ENOUGH_NUMBERS)


def fit_whitening(
    sample: NDArray[np.floating[Any]], dimension: int, *, shrinkage: float | None = None, exponent: float = 1.0
) -> Whitening:
    """Learn a PCA-whitening (Jégou and Chum, ECCV 2012) that is safe on a few vectors.

    The eigenvalues λ of the covariance become λ + shrinkage · mean(λ) before they are used, the mean being over the
    directions that the sample spans: strong directions are evened out, weak and unseen ones are treated alike and
    never blown up.

    Args:
        sample: (N, D) descriptors, N from 1.
        dimension: how many numbers to keep at most. Up to D = 4096 all D can be kept whatever N is; beyond, only
            those directions that the sample spans.
        shrinkage: 0 is plain whitening, large values leave PCA with no whitening; None takes D / N, the fewer the
            vectors the more, between 0.5 and 3.
        exponent: 1 divides by the standard deviation, 0 is PCA with no whitening.
    Returns:
        The mean (D,) and the projection (D, d), both float32, the same for the same sample.
    Raises:
        ValueError: the sample holds no vectors, or numbers that are not finite.
    """
    rows = np.asarray(sample)
    if rows.ndim != 2 or not rows.size:
        raise ValueError(f"a whitening is learned from (N, D) vectors, not from {rows.shape}")
    rows = rows.astype(np.float64 if rows.shape[1] <= FULL_BASIS_UP_TO else np.float32, copy=False)
    if not np.isfinite(rows).all():
        raise ValueError("a whitening is learned from finite numbers")
    count, width = rows.shape
    if shrinkage is None:
        shrinkage = min(max(width / count, LEAST_SHRINKAGE), MOST_SHRINKAGE)
    mean = rows.mean(axis=0, dtype=np.float64)
    eigenvalues, axes = _principal_axes(rows - mean.astype(rows.dtype))
    spread = float(eigenvalues.sum()) / max(1, min(count - 1, width))
    kept = max(1, min(dimension, len(eigenvalues)))
    floor = shrinkage * spread or LEAST_EIGENVALUE
    weights = np.maximum(eigenvalues[:kept] + floor, LEAST_EIGENVALUE) ** (-exponent / 2)
    return mean.astype(np.float32), (axes[:, :kept] * weights).astype(np.float32)


def apply_whitening(vectors: NDArray[np.floating[Any]], whitening: Whitening) -> Vectors:
    """Centre, project and normalise again; zero vectors, which describe nothing, stay zero.

    Args:
        vectors: (D,) or (N, D).
        whitening: what :func:`fit_whitening` gave.
    Returns:
        (d,) or (N, d) float32 of unit length; all zero where a vector is the mean itself.
    """
    mean, projection = whitening
    given = np.asarray(vectors, dtype=np.float32)
    return np.where(given.any(axis=-1, keepdims=True), normalise((given - mean) @ projection), np.float32(0))


def _principal_axes(
    centred: NDArray[np.floating[Any]],
) -> tuple[NDArray[np.float64], NDArray[np.floating[Any]]]:
    """Eigenvalues (r,), strongest first, and axes (D, r) of the covariance.

    r is D, or for a very large D the number of directions that the sample spans, by way of the Gram matrix; the large
    matrices are then float32, which halves what they take.
    """
    count, width = centred.shape
    if width <= FULL_BASIS_UP_TO:
        eigenvalues, axes = np.linalg.eigh(centred.T @ centred / count)
        eigenvalues, axes = eigenvalues[::-1], axes[:, ::-1]
    else:
        eigenvalues, left = np.linalg.eigh((centred @ centred.T).astype(np.float64) / count)
        spanned = eigenvalues > max(1e-10 * float(eigenvalues[-1]), LEAST_EIGENVALUE)
        spanned[-1] = True
        eigenvalues, left = eigenvalues[spanned][::-1], left[:, spanned][:, ::-1]
        lengths = np.sqrt(np.maximum(eigenvalues * count, LEAST_EIGENVALUE))
        axes = centred.T @ (left / lengths).astype(centred.dtype)
    signs = np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(axes.shape[1])])
    return np.maximum(eigenvalues, 0.0), axes * np.where(signs == 0, 1.0, signs)

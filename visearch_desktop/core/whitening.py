"""PCA-whitening that holds up on small samples: fewer dimensions, shrunk eigenvalues, a gentle exponent.

Plain whitening divides each principal direction by its standard deviation. Directions that a few hundred samples
cannot estimate come out far too small and are blown up to the size of the real ones; here they are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors, normalise

SHRINKAGE = 0.5
EXPONENT = 1.0
SAMPLES_A_DIMENSION = 2

Whitening = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Mean (D,) and projection (D, d)."""


def fit_whitening(
    sample: NDArray[np.floating[Any]], dimension: int, *, shrinkage: float = SHRINKAGE, exponent: float = EXPONENT
) -> Whitening:
    """Learn a PCA-whitening (Jégou and Chum, ECCV 2012) that is safe on a few hundred vectors.

    The eigenvalues λ of the covariance become λ + shrinkage · mean(λ) before they are used, the mean being over the
    directions that the sample spans: strong directions are evened out, weak ones are never raised above them.

    Args:
        sample: (N, D) descriptors, N from 1; a large D is no problem where N is small.
        dimension: how many numbers to keep at most; at least two samples stand behind each that is kept, so fewer
            come out of a small sample.
        shrinkage: 0 is plain whitening, large values leave PCA with no whitening.
        exponent: 1 divides by the standard deviation, 0 is PCA with no whitening.
    Returns:
        The mean (D,) and the projection (D, d), both float32, the same for the same sample.
    Raises:
        ValueError: the sample holds no vectors, or numbers that are not finite.
    """
    rows = np.asarray(sample, dtype=np.float64)
    if rows.ndim != 2 or not rows.size:
        raise ValueError(f"a whitening is learned from (N, D) vectors, not from {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError("a whitening is learned from finite numbers")
    mean = rows.mean(axis=0)
    eigenvalues, axes = _principal_axes(rows - mean)
    kept = max(1, min(dimension, len(rows) // SAMPLES_A_DIMENSION, len(eigenvalues)))
    floor = shrinkage * eigenvalues.mean() + 1e-12
    weights = (eigenvalues[:kept] + floor) ** (-exponent / 2)
    return mean.astype(np.float32), (axes[:, :kept] * weights).astype(np.float32)


def apply_whitening(vectors: NDArray[np.floating[Any]], whitening: Whitening) -> Vectors:
    """Centre, project and normalise again.

    Args:
        vectors: (D,) or (N, D).
        whitening: what :func:`fit_whitening` gave.
    Returns:
        (d,) or (N, d) float32 of unit length; all zero where a vector is the mean itself.
    """
    mean, projection = whitening
    return normalise((np.asarray(vectors, dtype=np.float32) - mean) @ projection)


def _principal_axes(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues (r,), strongest first, and axes (D, r) of the covariance, by way of the smaller of two matrices."""
    count, dimension = centred.shape
    if count >= dimension:
        eigenvalues, axes = np.linalg.eigh(centred.T @ centred / count)
        eigenvalues, axes = eigenvalues[::-1], axes[:, ::-1]
    else:
        eigenvalues, left = np.linalg.eigh(centred @ centred.T / count)
        eigenvalues, left = eigenvalues[::-1], left[:, ::-1]
        eigenvalues = np.maximum(eigenvalues, 0.0)
        lengths = np.sqrt(eigenvalues * count)
        axes = centred.T @ left / np.where(lengths > 1e-9, lengths, np.inf)
    eigenvalues = np.maximum(eigenvalues, 0.0)
    spanned = max(1, int(np.sum(eigenvalues > 1e-10 * max(float(eigenvalues[0]), 1e-30))))
    eigenvalues, axes = eigenvalues[:spanned], axes[:, :spanned]
    turned = np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(spanned)])
    return eigenvalues, axes * np.where(turned == 0, 1.0, turned)

"""Descriptor vectors: unit float32 in memory, float16 at rest, compared by their dot product; and their keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]  # (D,)
Vectors = NDArray[np.float32]  # (N, D)


def normalise(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Scale to unit L2 length along the last axis; zero and non-finite vectors become zero vectors.

    Args:
        vectors: (D,) or (N, D), any float type.
    Returns:
        The same shape, float32.
    """
    wide = np.nan_to_num(np.asarray(vectors, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(wide, axis=-1, keepdims=True)
    return (wide / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)


def to_bytes(vector: NDArray[np.floating[Any]]) -> bytes:
    """(D,) as little-endian float16, as the catalogue stores it."""
    return np.asarray(vector, dtype="<f2").tobytes()


def from_bytes(blob: bytes) -> Vector:
    """What :func:`to_bytes` wrote, as unit float32 (D,)."""
    return normalise(np.frombuffer(blob, dtype="<f2"))


def similarities(query: Vector, gallery: Vectors) -> NDArray[np.float32]:
    """(N,) dot products of a (D,) query with an (N, D) gallery."""
    return np.asarray(gallery @ query, dtype=np.float32)


def descriptor_key(name: str, version: int, parameters: Mapping[str, object]) -> str:
    """``name@version/hash``: the hash is over the weights' checksum, preprocessing and parameters.

    Args:
        name: of the method.
        version: of its code.
        parameters: JSON-able facts; the same facts in another order give the same key.
    """
    text = json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"{name}@{version}/{hashlib.sha256(text.encode()).hexdigest()[:16]}"

"""Visual words: k-means on local descriptors, the same for the same features and seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS = 15
BLOCK = 16_384


def unit_rows(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, D) quantised descriptors as float32 rows of unit length; rows of zeros stay zero."""
    rows = levels.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    rows /= np.where(lengths > 0, lengths, np.float32(1))
    return rows


def learn_vocabulary(rows: NDArray[np.float32], words: int, seed: int) -> NDArray[np.float32]:
    """Centres by Lloyd's algorithm, started at random rows.

    Args:
        rows: (N, D) float32; N may be anything from 0.
        words: K, how many centres.
        seed: of the start.
    Returns:
        (K, D) float32. Where N < K the rest are random directions, so that any library has a vocabulary.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(rows))[:words]
    spare = np.abs(rng.standard_normal((words - len(order), rows.shape[1]))).astype(np.float32)
    centres = np.concatenate([rows[order], spare / np.linalg.norm(spare, axis=1, keepdims=True)])
    if len(rows) <= words:
        return np.asarray(centres, dtype=np.float32)
    for _ in range(ROUNDS):
        sums, counts = _sums(rows, centres)
        empty = counts == 0
        sums[empty] = rows[rng.integers(0, len(rows), int(empty.sum()))]
        centres = sums / np.where(empty, 1, counts)[:, None]
    return np.asarray(centres, dtype=np.float32)


def _sums(rows: NDArray[np.float32], centres: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(K, D) sum and (K,) number of the rows nearest to each centre."""
    sums = np.zeros(centres.shape)
    counts = np.zeros(len(centres))
    offset = 0.5 * np.einsum("ij,ij->i", centres, centres)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        nearest = (block @ centres.astype(np.float32).T - offset).argmax(axis=1)
        member = np.zeros((len(centres), len(block)), dtype=np.float32)
        member[nearest, np.arange(len(block))] = 1
        sums += member @ block
        counts += member.sum(axis=1)
    return sums, counts

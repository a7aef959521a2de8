"""Visual words: k-means on local descriptors, the same for the same features and seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.methods.local_features.extractor import LocalFeatureExtractor
from visearch_desktop.methods.local_features.features import LocalFeatures

ROUNDS = 15
BLOCK_SCORES = 1 << 24
"""So many scores of rows by words are held at once: 64 MB."""
SAMPLE_FEATURES = 150_000
SAMPLE_PHOTOS = 2_500


def unit_rows(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(N, D) quantised descriptors as float32 rows of unit length; rows of zeros stay zero."""
    rows = levels.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    rows /= np.where(lengths > 0, lengths, np.float32(1))
    return rows


def sampled_rows(extractor: LocalFeatureExtractor, sample: Sequence[LocalFeatures]) -> NDArray[np.float32]:
    """(N, D) local descriptors to learn from: at most 150,000, the same share of every photo, the strongest first.

    Args:
        extractor: what made the features.
        sample: of photos, perhaps none; beyond 2,500 every so manieth is taken.
    """
    chosen = sample[:: -(-len(sample) // SAMPLE_PHOTOS) or 1]  # not a list: a library reads them as they are needed
    share = max(1, SAMPLE_FEATURES // max(len(chosen), 1))
    rows = [extractor.comparable(features.only(np.arange(min(share, len(features))))) for features in chosen]
    kept = [some for some in rows if len(some)]
    return np.concatenate(kept) if kept else np.zeros((0, 128), dtype=np.float32)


def learn_vocabulary(rows: NDArray[np.float32], words: int, seed: int, rounds: int = ROUNDS) -> NDArray[np.float32]:
    """Centres by Lloyd's algorithm, started at random rows.

    Args:
        rows: (N, D) float32; N may be anything from 0.
        words: K, how many centres.
        seed: of the start.
        rounds: how often the centres move.
    Returns:
        (K, D) float32. Where N < K the rest are random directions, so that any library has a vocabulary.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(rows))[:words]
    spare = np.abs(rng.standard_normal((words - len(order), rows.shape[1]))).astype(np.float32)
    centres = np.concatenate([rows[order], spare / np.linalg.norm(spare, axis=1, keepdims=True)])
    if len(rows) <= words:
        return np.asarray(centres, dtype=np.float32)
    columns = np.ascontiguousarray(rows.T)
    for _ in range(rounds):
        nearest, _ = nearest_words(rows, centres.astype(np.float32))
        counts = np.bincount(nearest[:, 0], minlength=words)
        sums = np.stack([np.bincount(nearest[:, 0], column, words) for column in columns], axis=1)
        empty = counts == 0
        sums[empty] = rows[rng.integers(0, len(rows), int(empty.sum()))]
        centres = sums / np.where(empty, 1, counts)[:, None]
    return np.asarray(centres, dtype=np.float32)


def nearest_words(
    rows: NDArray[np.float32], words: NDArray[np.float32], each: int = 1
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The nearest words of each row, nearest first.

    Args:
        rows: (N, D) float32.
        words: (K, D) float32, K >= 1.
        each: n, how many; fewer words than that repeat the farthest.
    Returns:
        (N, n) numbers of words and (N, n) squared distances.
    """
    nearest = np.zeros((len(rows), each), dtype=np.intp)
    squared = np.zeros((len(rows), each), dtype=np.float32)
    offset = 0.5 * np.einsum("ij,ij->i", words, words)
    block = max(1, BLOCK_SCORES // len(words))
    for start in range(0, len(rows), block):
        some = slice(start, start + block)
        scores = rows[some] @ words.T - offset
        lengths = np.einsum("ij,ij->i", rows[some], rows[some])
        every = np.arange(len(scores))
        for place in range(min(each, len(words))):
            best = scores.argmax(axis=1)
            nearest[some, place], squared[some, place] = best, lengths - 2 * scores[every, best]
            scores[every, best] = -np.inf
    last = min(each, len(words)) - 1
    nearest[:, last:], squared[:, last:] = nearest[:, last, None], squared[:, last, None]
    return nearest, np.maximum(squared, np.float32(0))

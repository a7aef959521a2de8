"""From pairs of features of one word to photos: votes first, then which of them agree on one pose of the thing.

Votes count by Hamming distance, and less where one feature of the query votes often for one photo (burstiness: Jégou,
Douze and Schmid, CVPR 2009). A pair also says how the thing is turned and scaled and where it lies; every pair is tried
as that hypothesis for its photo (Philbin, Chum, Isard, Sivic and Zisserman, CVPR 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIGMA = 12.0
"""In bits: a pair of features of one word is worth exp(-d² / σ²)."""
MOST_HYPOTHESES = 48
"""So many pairs of a photo are tried as hypotheses, those worth most."""
PAIRS_AT_ONCE = 1 << 18
NEAR = 0.3
"""How far from where a hypothesis puts it a feature may lie, as a share of the thing's half diagonal in the photo."""
LEAST_NEAR = 0.012
"""The same, of the photo's longer side: positions of small things are no better than that."""
SCALE_OCTAVES = 0.8
TURN_RAD = 0.5


@dataclass(frozen=True, slots=True)
class Hits:
    """H pairs of a query's feature and a stored one.

    Attributes:
        photos: (H,) int64 places of photos.
        query: (H,) int64 places of the query's features.
        entries: (H,) int64 places of stored features.
        distances: (H,) uint8 Hamming distances.
        ranks: (H,) uint8: to which of the query feature's nearest words the pair belongs.
        idf: (H,) float32 of the word.
    """

    photos: NDArray[np.int64]
    query: NDArray[np.int64]
    entries: NDArray[np.int64]
    distances: NDArray[np.uint8]
    ranks: NDArray[np.uint8]
    idf: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.photos)

    def only(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Hits:
        """Those a mask or a list of positions chooses."""
        return Hits(
            self.photos[keep], self.query[keep], self.entries[keep], self.distances[keep], self.ranks[keep],
            self.idf[keep],
        )  # fmt: skip

    def worth(self) -> NDArray[np.float64]:
        """(H,) of each pair; whole multiples of 2^-20, so that sums do not depend on the order."""
        close = np.exp(-((np.arange(65) / SIGMA) ** 2))[self.distances]
        return np.asarray(np.rint(close * self.idf * 2**20) / 2**20, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Poses:
    """What H pairs say on where the thing lies in their photos.

    Attributes:
        query: (H,) complex128 positions x + iy in the query.
        photo: (H,) the same in the photo.
        octaves: (H,) log2 of the photo's over the query's size of the feature.
        turned_rad: (H,) photo's minus query's angle.
        longest: (H,) longer side of the photo.
    """

    query: NDArray[np.complex128]
    photo: NDArray[np.complex128]
    octaves: NDArray[np.float64]
    turned_rad: NDArray[np.float64]
    longest: NDArray[np.float64]


def votes(hits: Hits, photos: int) -> NDArray[np.float64]:
    """(P,) of each photo: the worth of its pairs, each over the root of how many pairs its query feature has there."""
    key = hits.photos << 20 | hits.query
    order = np.argsort(key)
    starts = _first_of(key[order])
    each = np.diff(np.append(starts, len(key)))
    worth = np.rint(hits.worth()[order] / np.sqrt(np.repeat(each, each)) * 2**20) / 2**20
    return np.bincount(hits.photos[order], worth, photos).astype(np.float64)


def one_to_one(hits: Hits) -> Hits:
    """The closest pairs, such that a feature is in one pair of a photo only; sorted by photo, then closest first."""
    closeness = hits.distances.astype(np.int64) << 4 | hits.ranks
    asked = hits.photos << 20 | hits.query
    order = np.lexsort((hits.entries, closeness, asked))
    order = order[_first_of(asked[order])]
    order = order[np.lexsort((asked[order], closeness[order], hits.entries[order]))]
    order = order[_first_of(hits.entries[order])]
    order = order[np.lexsort((hits.entries[order], closeness[order], hits.photos[order]))]
    return hits.only(order)


def _first_of(sorted_keys: NDArray[np.int64]) -> NDArray[np.intp]:
    """Where a run of equal keys begins."""
    is_first = np.ones(len(sorted_keys), dtype=np.bool_)
    is_first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    return np.flatnonzero(is_first)


def agreeing(
    photos: NDArray[np.int64], worth: NDArray[np.float64], poses: Poses, radius: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """Of each photo the pairs that agree with its best hypothesis.

    Args:
        photos: (H,) ascending.
        worth: (H,) of each pair.
        poses: of the pairs.
        radius: half the diagonal of what is searched for, in px of the query.
    Returns:
        (P,) the photos that occur, (P,) the worth of the pairs that agree, (H,) which these are.
    """
    if not len(photos):
        return photos, np.zeros(0), np.zeros(0, np.bool_)
    starts = _first_of(photos)
    each = np.diff(np.append(starts, len(photos)))
    hypotheses = _hypotheses(worth, starts, each)
    owner = np.searchsorted(starts, hypotheses, side="right") - 1
    sums = np.zeros(len(hypotheses))
    pairs_of = each[owner]
    parts = np.cumsum(pairs_of) // PAIRS_AT_ONCE
    for part in range(int(parts[-1]) + 1):
        some = np.flatnonzero(parts == part)
        if len(some):
            row, other = _expand(starts[owner[some]], pairs_of[some])
            agree = _agree(poses, hypotheses[some][row], other, radius)
            sums[some] = np.bincount(row, worth[other] * agree, len(some))
    order = np.lexsort((hypotheses, -sums, owner))
    best = order[_first_of(owner[order])]
    row, other = _expand(starts, each)
    together = _agree(poses, hypotheses[best][row], other, radius)
    return photos[starts], sums[best], together


def _hypotheses(worth: NDArray[np.float64], starts: NDArray[np.intp], each: NDArray[np.intp]) -> NDArray[np.intp]:
    """The pairs of each photo that are worth most, at most :data:`MOST_HYPOTHESES`, by photo."""
    owner = np.repeat(np.arange(len(starts)), each)
    order = np.lexsort((-worth, owner))
    place = np.arange(len(worth)) - np.repeat(starts, each)
    return np.sort(order[place < MOST_HYPOTHESES])


def _expand(begins: NDArray[np.intp], counts: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row numbers repeated ``counts`` times, and the places ``begins`` … ``begins + counts``."""
    row = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, begins[row] + within


def _agree(poses: Poses, one: NDArray[np.intp], other: NDArray[np.intp], radius: float) -> NDArray[np.bool_]:
    """Whether other pairs lie where one of them, taken as a similarity, puts them, as large and turned as it says."""
    octaves = poses.octaves[one]
    scale = np.exp2(octaves)
    factor = scale * np.exp(1j * poses.turned_rad[one])
    off = np.abs(factor * (poses.query[other] - poses.query[one]) + poses.photo[one] - poses.photo[other])
    tolerance = np.maximum(NEAR * radius * scale, LEAST_NEAR * poses.longest[one])
    turned = (poses.turned_rad[other] - poses.turned_rad[one] + np.pi) % (2 * np.pi) - np.pi
    return np.asarray(
        (off < tolerance)
        & (np.abs(poses.octaves[other] - octaves) < SCALE_OCTAVES)
        & (np.abs(turned) < TURN_RAD)
    )  # fmt: skip

"""Which tentative matches agree with one similarity: one pair of keypoints says how a picture moves, turns and scales.

Fast spatial matching with one correspondence (Philbin, Chum, Isard, Sivic, Zisserman, CVPR 2007): no sampling, hence no
chance, and few right matches among many wrong ones are found as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_HYPOTHESES = 150
SCALE_OCTAVES = 0.8
TURN_RAD = 0.5
TOLERANCE = 0.06
"""Of the photo's longer side, for a match as far away as the picture is large."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """T matched keypoints: complex positions x + iy, and what each pair says on scale and turn.

    Attributes:
        query, photo: (T,) complex128 positions in working px.
        octaves: (T,) log2 of the photo's over the query's keypoint size, in working px.
        turned_rad: (T,) photo's minus query's angle.
    """

    query: NDArray[np.complex128]
    photo: NDArray[np.complex128]
    octaves: NDArray[np.float64]
    turned_rad: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.query)


def largest_agreement(pairs: Pairs, tolerance_px: float) -> NDArray[np.bool_]:
    """(T,) the matches that agree with the similarity most matches agree with.

    Args:
        pairs: best first; the first 150 make hypotheses.
        tolerance_px: how far a match may lie from where the similarity puts it.
    """
    if len(pairs) == 0:
        return np.zeros(0, dtype=np.bool_)
    first = slice(0, MOST_HYPOTHESES)
    factor = np.exp2(pairs.octaves[first]) * np.exp(1j * pairs.turned_rad[first])
    shift = pairs.photo[first] - factor * pairs.query[first]
    off = np.abs(factor[:, None] * pairs.query[None, :] + shift[:, None] - pairs.photo[None, :])
    agree = off < tolerance_px
    agree &= np.abs(pairs.octaves[first][:, None] - pairs.octaves[None, :]) < SCALE_OCTAVES
    agree &= np.abs(turn_between(pairs.turned_rad[first][:, None], pairs.turned_rad[None, :])) < TURN_RAD
    return np.asarray(agree[int(agree.sum(axis=1).argmax())])


def turn_between(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The angle from one to the other, -pi…pi."""
    return np.asarray((other - one + np.pi) % (2 * np.pi) - np.pi)

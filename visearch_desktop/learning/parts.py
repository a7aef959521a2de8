"""The fixed parts of photos that the teachers describe."""

from __future__ import annotations

import numpy as np

LEAST_PART, MOST_PART = 0.15, 0.7
"""Of the photo's area."""
WIDEST = 0.3
"""The logarithm of the greatest ratio of a part's sides to those of a square."""


def part_of(number: int, crop: int, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """x, y, width and height of a fixed part of a photo; crop 0 is the whole photo."""
    height, width = shape
    if not crop:
        return 0, 0, width, height
    rng = np.random.default_rng([number, crop])
    share = rng.uniform(LEAST_PART, MOST_PART)
    aspect = np.exp(rng.uniform(-WIDEST, WIDEST))
    side = (share * width * height) ** 0.5
    w, h = min(width, round(side * aspect)), min(height, round(side / aspect))
    return int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1)), w, h

"""How far a run is, and how fast it learns there."""

from __future__ import annotations

import math
from dataclasses import dataclass

LAST_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Length:
    """How long a run is: so many steps, or so many minutes of training; pauses between kills do not count.

    Attributes:
        steps: 0 where minutes count.
        minutes: 0 where steps count.
    """

    steps: int = 0
    minutes: float = 0.0

    def progress(self, step: int, seconds: float) -> float:
        """0…1, after so many steps that took so many seconds."""
        return min(1.0, step / self.steps if self.steps else seconds / (60 * self.minutes))


def rate_at(progress: float, warm_up: float) -> float:
    """Share of the highest learning rate: rising, then falling like a cosine (Loshchilov and Hutter, ICLR 2017)."""
    if progress < warm_up:
        return max(LAST_SHARE, progress / warm_up)
    past = (progress - warm_up) / max(1e-9, 1 - warm_up)
    return LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * past)) / 2


def averaged_share(step: int) -> float:
    """How much of the mean of weights stays in a step: it looks back over about the last tenth of the run."""
    return min(0.9995, (step + 1) / (step + 10))

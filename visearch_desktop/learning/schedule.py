"""How far a run is, and how fast it learns there."""

from __future__ import annotations

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


def rate_at(progress: float, warm_up: float, decay: float) -> float:
    """Share of the highest learning rate: it rises, stays, and falls evenly in the end.

    A run that was stopped while it stayed can be made longer at no loss (Hägele et al., NeurIPS 2024).

    Args:
        progress: 0…1 of the run.
        warm_up: share of the run in which it rises.
        decay: share of the run in which it falls.
    """
    rising = progress / warm_up if warm_up else 1.0
    falling = (1 - progress) / decay if decay else 1.0
    return max(LAST_SHARE, min(1.0, rising, falling))


def averaged_share(step: int) -> float:
    """How much of the mean of weights stays in a step: it looks back over 500 steps, less than the end of any run."""
    return min(0.998, (step + 1) / (step + 10))

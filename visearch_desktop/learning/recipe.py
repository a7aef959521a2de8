"""What decides a training run, in one place; kept beside the run, so that it only goes on as it began."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from visearch_desktop.core.errors import UsageError

ARCHITECTURE = "compact_resnet"
"""Of the student, where nothing else is asked: plain convolutions, which many processors train and run faster in
relation to what they compute than depthwise ones (``tests/benchmarks``: ``learning``, ``networks``)."""

RECIPE = "recipe.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices of one run.

    Attributes:
        seed: of weights, order and views.
        architecture: of the student's convolutions.
        photos: of a batch; each is seen twice.
        view_px: sides of square views, one of which is drawn for each step; other shapes have as many pixels.
        late_view_px: likewise at the end of a run: who has seen small views alone knows edges everywhere, and the
            photos in use are large (Touvron et al.: Fixing the Train-Test Resolution Discrepancy, NeurIPS 2019).
        late: share of the run that is its end.
        learning_rate: the highest, of AdamW.
        orthogonal_rate: likewise of Muon, which takes the convolutions.
        weight_decay: of matrices, not of biases and norms.
        warm_up: share of the run in which the learning rates rise.
        decay: share of the run in which they fall.
        hints: weight of matching the inner maps of a teacher that sees the views.
        descriptor: weight of matching what the teachers' descriptors would be of each view.
        dense: weight of matching the teachers' feature maps.
        relations: weight of matching the teachers' similarities within the batch.
        instances: weight of telling photos apart under changes at the end of the run; it rises evenly from 0, because
            a student that knows nothing yet learns to tell apart by what the teachers do not mean.
        ranking: likewise of average precision over the batch, as another way to tell photos apart; 0 is without.
        temperature: of telling photos apart.
        remembered: how many descriptors of earlier batches are told apart, too.
        alike: photos that are this similar for the teachers are not told apart.
        on_others: share of photos that are seen whole and small, in front of another photo in each view.
        pairs: share of photos whose second view is of another photo that shows the same thing, where pairs are given.
    """

    seed: int = 0
    architecture: str = ARCHITECTURE
    photos: int = 32
    view_px: tuple[int, ...] = (128, 160)
    late_view_px: tuple[int, ...] = (192, 256)
    late: float = 0.2
    learning_rate: float = 2e-3
    orthogonal_rate: float = 0.05
    weight_decay: float = 0.02
    warm_up: float = 0.01
    decay: float = 0.3
    hints: float = 2.0
    descriptor: float = 1.0
    dense: float = 1.0
    relations: float = 1.0
    instances: float = 0.1
    ranking: float = 0.0
    temperature: float = 0.07
    remembered: int = 4096
    alike: float = 0.5
    on_others: float = 0.3
    pairs: float = 0.3

    def stages(self) -> tuple[tuple[Recipe, float], ...]:
        """What decides the views from the beginning, and from then on; each with the share of the run it ends at."""
        return (self, 1 - self.late), (replace(self, view_px=self.late_view_px), 1.0)

    def keep(self, folder: Path) -> None:
        """Write it into a run's folder, or see that the run began with it.

        Raises:
            UsageError: the run began with another one.
        """
        file = folder / RECIPE
        mine = json.dumps(asdict(self), indent=1)
        if file.is_file() and (differing := _differing(json.loads(file.read_text("utf-8")), json.loads(mine))):
            raise UsageError(
                f"The run in “{folder}” began with other choices ({', '.join(differing)}): take a new one."
            )
        file.write_text(mine, encoding="utf-8")


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a run."""
    record: dict[str, Any] = json.loads((folder / RECIPE).read_text(encoding="utf-8"))
    record.update({name: tuple(value) for name, value in record.items() if isinstance(value, list)})
    return Recipe(**record)


def _differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [name for name in now if before.get(name) != now[name]]

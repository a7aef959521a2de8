"""What one batch costs the student: everything that it should match or tell apart, weighed and added."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from visearch_desktop.learning import losses
from visearch_desktop.learning.batches import Batch
from visearch_desktop.learning.recipe import Recipe
from visearch_desktop.learning.student import Heads, Seen
from visearch_desktop.learning.teachers import MOST_CELLS, Lessons


class Memory(NamedTuple):
    """Descriptors of earlier batches, and whose they are (-1: of nobody yet)."""

    descriptors: torch.Tensor
    photos: torch.Tensor

    @classmethod
    def empty(cls, count: int, dimension: int, device: torch.device) -> Memory:
        """Of ``count`` places."""
        return cls(torch.zeros(count, dimension, device=device), torch.full((count,), -1, device=device))

    def remember(self, descriptors: torch.Tensor, photos: torch.Tensor) -> Memory:
        """With the newest in front, and the oldest gone."""
        count = len(self.photos)
        return Memory(
            torch.cat([descriptors.detach(), self.descriptors])[:count], torch.cat([photos, self.photos])[:count]
        )


class Teaching:
    """The teachers' lessons on a device."""

    def __init__(self, lessons: Lessons, recipe: Recipe, device: torch.device) -> None:
        """Keeps the descriptors on the device, and the maps where they are."""
        self._lessons, self._recipe, self._device = lessons, recipe, device
        self._descriptors = torch.from_numpy(lessons.descriptors).to(device)

    @property
    def descriptor_numbers(self) -> int:
        """In the teachers' descriptors together."""
        return int(self._descriptors.shape[-1])

    @property
    def cell_numbers(self) -> int:
        """In a cell of the teachers' maps together."""
        return sum(cells.shape[-1] for cells in self._lessons.maps)

    def costs(self, seen: Seen, heads: Heads, batch: Batch, memory: Memory) -> dict[str, torch.Tensor]:
        """The weighed losses by name; their sum is what is made small."""
        recipe, count = self._recipe, len(batch.crops)
        numbers = torch.from_numpy(batch.photos).to(self._device)
        crops = torch.from_numpy(batch.crops).to(self._device)
        taught = self._descriptors[numbers[:count], crops]
        costs = {}
        if recipe.descriptor:
            costs["descriptor"] = losses.match_descriptors(heads.descriptor(seen.projected[:count]), taught)
        if recipe.relations:
            costs["relations"] = losses.match_relations(seen.descriptor[:count], taught)
        if recipe.dense:
            costs["dense"] = self._cells_cost(seen, heads, batch)
        if recipe.instances:
            costs["instances"] = self._instances_cost(seen, numbers, memory)
        if recipe.ranking:
            right = numbers[:count, None] == numbers[None, count:]
            right = right | torch.eye(count, dtype=torch.bool, device=self._device)
            costs["ranking"] = losses.listwise_ap(seen.descriptor[:count] @ seen.descriptor[count:].T, right)
        return {name: cost * getattr(recipe, name) for name, cost in costs.items()}

    def _instances_cost(self, seen: Seen, numbers: torch.Tensor, memory: Memory) -> torch.Tensor:
        count = len(numbers) // 2
        used = int((memory.photos >= 0).sum())
        remembered = memory.descriptors[:used] if used else None
        alike_remembered = self._alike(numbers[:count], memory.photos[:used]) if used else None
        return losses.info_nce(
            seen.descriptor[:count], seen.descriptor[count:], self._recipe.temperature,
            self._alike(numbers[:count], numbers[:count]), remembered, alike_remembered,
        )  # fmt: skip

    def _alike(self, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        """Which photos the teachers hold for so similar that they may show the same thing, or are the same."""
        whole = self._descriptors[:, 0]
        return (whole[one] @ whole[other].T > self._recipe.alike) | (one[:, None] == other[None, :])

    def _cells_cost(self, seen: Seen, heads: Heads, batch: Batch) -> torch.Tensor:
        rows, columns = seen.cells.shape[2:]
        places = torch.from_numpy(batch.places).to(self._device).view(-1, rows, columns, 2)
        inside = ((places > 0) & (places < 1)).all(dim=-1)
        steps = torch.from_numpy(batch.steps).to(self._device).clamp(max=1)
        weight = inside * steps.view(-1, 1, 1)
        made = heads.cells(seen.cells)
        cost, at = torch.zeros((), device=self._device), 0
        for maps, sizes in zip(self._lessons.maps, self._lessons.sizes, strict=True):
            width = maps.shape[-1]
            taught = self._looked_up(maps[batch.photos], sizes[batch.photos], places)
            cost = cost + losses.match_cells(made[:, at : at + width], taught, weight)
            at += width
        return cost / len(self._lessons.maps)

    def _looked_up(self, maps: NDArray[np.float16], sizes: NDArray[np.int64], places: torch.Tensor) -> torch.Tensor:
        """(n, d, rows, columns): the teachers' cells at places in 0…1 of the photos' widths and heights."""
        cells = torch.from_numpy(maps).to(self._device).permute(0, 3, 1, 2).float()
        size = torch.from_numpy(sizes[:, ::-1].astype(np.float32)).to(self._device).view(-1, 1, 1, 2)
        held = torch.minimum((places * size).clamp(min=0.5), size - 0.5)  # never between a map and the empty cells
        return functional.grid_sample(cells, held * (2 / MOST_CELLS) - 1, mode="bilinear", align_corners=False)

"""What one batch costs the student: everything that it should match or tell apart, weighed and added."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from visearch_desktop.learning import losses
from visearch_desktop.learning.batches import Batch
from visearch_desktop.learning.hints import HintTeacher
from visearch_desktop.learning.recipe import Recipe
from visearch_desktop.learning.student import Heads, Seen, Student
from visearch_desktop.learning.teachers import MOST_CELLS, Lesson, Lessons, whole_photos
from visearch_desktop.methods.networks.gem_network import GEM_FLOOR

LEAST_KNOWN = 2
GEM_P = 3
"""Of the teachers, whose maps are kept for it."""


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

    def __init__(
        self, lessons: Lessons, recipe: Recipe, device: torch.device, hint_teacher: HintTeacher | None = None
    ) -> None:
        """Keeps the descriptors on the device, and the maps where they are.

        Args:
            lessons: of teachers that saw the photos.
            recipe: see there.
            device: where the student is.
            hint_teacher: sees the views.
        """
        self._recipe, self._device, self._hint_teacher = recipe, device, hint_teacher
        self._teachers = [_Teacher(lesson, device) for lesson in lessons]
        everybody = (*lessons, hint_teacher.lesson) if hint_teacher else lessons
        self._whole = torch.from_numpy(whole_photos(everybody)).to(device)
        self._descriptor_numbers = [lesson.whitening[1].shape[1] for lesson in everybody]
        self._cell_numbers = [lesson.basis[1].shape[1] for lesson in everybody]

    def new_heads(self, student: Student) -> Heads:
        """With random weights, for all that is taught; the student is on the processor."""
        inner = self._hint_teacher.inner_channels if self._hint_teacher else ()
        return Heads(student, sum(self._descriptor_numbers), sum(self._cell_numbers), inner)

    def costs(
        self, seen: Seen, heads: Heads, batch: Batch, memory: Memory, progress: float = 1.0
    ) -> dict[str, torch.Tensor]:
        """The weighed losses by name; their sum is what is made small. ``progress`` is that of the run, 0…1."""
        recipe = self._recipe
        weights = {
            "hints": recipe.hints, "descriptor": recipe.descriptor, "dense": recipe.dense,
            "relations": recipe.relations, "instances": recipe.instances * progress,
            "ranking": recipe.ranking * progress,
        }  # fmt: skip
        costs = self._taught(seen, heads, batch)
        numbers = torch.from_numpy(batch.photos).to(self._device)
        if weights["instances"]:
            costs["instances"] = self._instances_cost(seen, numbers, memory)
        if weights["ranking"]:
            costs["ranking"] = self._ranking_cost(seen, numbers)
        return {name: weights[name] * cost for name, cost in costs.items() if weights[name]}

    def _taught(self, seen: Seen, heads: Heads, batch: Batch) -> dict[str, torch.Tensor]:
        """How far the student is from each teacher, on average."""
        cells = torch.split(heads.cells(seen.cells), self._cell_numbers, dim=1)
        described = torch.split(heads.described(seen), self._descriptor_numbers, dim=1)
        rows, columns = seen.cells.shape[2:]
        places = torch.from_numpy(batch.places).to(self._device).view(-1, rows, columns, 2)
        inside = ((places > 0) & (places < 1)).all(dim=-1).float()
        trusted = inside * torch.from_numpy(batch.steps).to(self._device).clamp(max=1).view(-1, 1, 1)
        parts: dict[str, list[torch.Tensor]] = {"hints": [], "descriptor": [], "dense": [], "relations": []}
        for teacher, of_cells, of_view in zip(self._teachers, cells, described, strict=False):
            known = torch.from_numpy(teacher.knows(batch.photos)).to(self._device)
            if known.sum() < LEAST_KNOWN:
                continue
            taught = teacher.cells(batch.photos[known.cpu().numpy()], places[known])
            descriptor = teacher.describe(taught, inside[known])
            parts["descriptor"].append(losses.match_descriptors(of_view[known], descriptor))
            parts["dense"].append(losses.match_cells(of_cells[known], taught, trusted[known]))
            parts["relations"].append(losses.match_relations(seen.descriptor[known], descriptor))
        if self._hint_teacher:
            said = self._hint_teacher.see(batch.pixels)
            parts["descriptor"].append(losses.match_descriptors(described[-1], said.descriptor))
            parts["dense"].append(losses.match_cells(cells[-1], said.cells))
            parts["relations"].append(losses.match_relations(seen.descriptor, said.descriptor))
            for head, evened, own, theirs in zip(heads.inner, heads.evened_hints, seen.inner, said.inner, strict=True):
                parts["hints"].append(losses.match_cells(head(own.float()), evened(theirs)))
        return {name: torch.stack(values).mean() for name, values in parts.items() if values}

    def _instances_cost(self, seen: Seen, numbers: torch.Tensor, memory: Memory) -> torch.Tensor:
        count = len(numbers) // 2
        used = int((memory.photos >= 0).sum())
        remembered = memory.descriptors[:used] if used else None
        alike_remembered = self._alike(numbers[:count], memory.photos[:used]) if used else None
        return losses.info_nce(
            seen.descriptor[:count], seen.descriptor[count:], self._recipe.temperature,
            self._alike(numbers[:count], numbers[:count]), remembered, alike_remembered,
        )  # fmt: skip

    def _ranking_cost(self, seen: Seen, numbers: torch.Tensor) -> torch.Tensor:
        count = len(numbers) // 2
        own = torch.eye(count, dtype=torch.bool, device=self._device)
        right = (numbers[:count, None] == numbers[None, count:]) | own
        return losses.listwise_ap(seen.descriptor[:count] @ seen.descriptor[count:].T, right)

    def _alike(self, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        """Which photos the teachers hold for so similar that they may show the same thing, or are the same."""
        similar = self._whole[one] @ self._whole[other].T
        return (similar > self._recipe.alike) | (one[:, None] == other[None, :])


class _Teacher:
    """One teacher's lesson on a device."""

    def __init__(self, lesson: Lesson, device: torch.device) -> None:
        self._maps, self._sizes, self._device = lesson.maps, lesson.sizes, device
        mean, projection = lesson.basis
        self._cell = torch.from_numpy(mean).to(device)
        self._back = torch.from_numpy(np.linalg.pinv(projection.astype(np.float64)).astype(np.float32)).to(device)
        self._mean, self._projection = (torch.from_numpy(part).to(device) for part in lesson.whitening)

    def knows(self, photos: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of which photos the teacher was asked."""
        return np.asarray(self._sizes[photos].all(axis=1), dtype=np.bool_)

    def cells(self, photos: NDArray[np.int64], places: torch.Tensor) -> torch.Tensor:
        """(n, d, rows, columns): cells at places (n, rows, columns, 2), in 0…1 of the photos' widths and heights."""
        found = torch.from_numpy(self._maps[photos]).to(self._device).permute(0, 3, 1, 2).float()
        size = torch.from_numpy(self._sizes[photos][:, ::-1].astype(np.float32)).to(self._device).view(-1, 1, 1, 2)
        held = torch.minimum((places * size).clamp(min=0.5), size - 0.5)  # never between a map and the empty cells
        return functional.grid_sample(found, held * (2 / MOST_CELLS) - 1, mode="bilinear", align_corners=False)

    def describe(self, cells: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        """(n, 256) unit rows: GeM with p = 3, whitened by half, of those cells that are inside (n, rows, columns)."""
        full = torch.einsum("ndhw,dc->nhwc", cells, self._back) + self._cell
        weight = inside.unsqueeze(-1)
        powered = (full.clamp(min=GEM_FLOOR).pow(GEM_P) * weight).sum(dim=(1, 2)) / weight.sum(dim=(1, 2)).clamp(min=1)
        pooled = functional.normalize(powered.clamp(min=GEM_FLOOR**GEM_P).pow(1 / GEM_P), dim=1)
        return functional.normalize((pooled - self._mean) @ self._projection, dim=1)

"""The training loop: batches in, a better student out; goes on after any kill where it was kept last."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from visearch_desktop.learning import checkpoint
from visearch_desktop.learning.batches import Batch, BatchMaker, Pair, batches
from visearch_desktop.learning.hints import HintTeacher
from visearch_desktop.learning.optimiser import Optimiser
from visearch_desktop.learning.photos import PhotoCache
from visearch_desktop.learning.precision import faster_in_bfloat16
from visearch_desktop.learning.recipe import Recipe
from visearch_desktop.learning.schedule import Length, averaged_share, rate_at
from visearch_desktop.learning.student import Student, as_input
from visearch_desktop.learning.teachers import Lessons
from visearch_desktop.learning.teaching import Memory, Teaching

KEPT_EVERY_S = 120.0
SAID_EVERY = 20
LOG = "log.jsonl"
MOST_GRADIENT = 5.0


@dataclass(frozen=True, slots=True)
class Said:
    """How a run goes: means over the last steps.

    Attributes:
        step: how many are done.
        progress: 0…1 of the run.
        costs: the weighed losses by name, and their sum as "sum".
        views_per_second: the whole loop.
        seconds: of training so far.
    """

    step: int
    progress: float
    costs: dict[str, float]
    views_per_second: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Trained:
    """What comes of a run, or of as much of it as there is.

    Attributes:
        student: the mean of its weights over the last steps.
        step: how many were done.
        seconds: of training, over all kills.
        in_bfloat16: whether convolutions were computed in it.
    """

    student: Student
    step: int
    seconds: float
    in_bfloat16: bool


def read_trained(folder: Path, recipe: Recipe) -> Trained | None:
    """What the checkpoint of a run holds, without the teachers; None where there is none yet.

    Raises:
        UsageError: it is damaged.
    """
    state = checkpoint.load(folder, torch.device("cpu"))
    if state is None:
        return None
    student = Student(recipe.architecture)
    student.load_state_dict(state["averaged"])
    return Trained(student, state["step"], state["seconds"], state["in_bfloat16"])


class Trainer:
    """A student, its optimiser and all else that a run needs to go on.

    Attributes:
        student: that learns.
        averaged: the mean of its weights over the last steps: what comes of the run.
        step: how many steps are done.
        seconds: of training so far, over all kills.
        in_bfloat16: whether convolutions are computed in it.
    """

    def __init__(self, teaching: Teaching, recipe: Recipe, device: torch.device, finished: Path | None = None) -> None:
        """Random weights, the same for the same seed; or those of a network that was finished before."""
        torch.manual_seed(recipe.seed)
        self._teaching, self._recipe, self._device = teaching, recipe, device
        student = Student(recipe.architecture)
        if finished is not None:
            student.begin_as(finished)
        self._heads = teaching.new_heads(student).to(device)
        self.student = student.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged: Student = copy.deepcopy(self.student).requires_grad_(requires_grad=False)
        self._optimiser = Optimiser(self.student, self._heads, recipe)
        self._memory = Memory.empty(recipe.remembered, self.student.whiten.out_features, device)
        self.step, self.seconds, self.in_bfloat16 = 0, 0.0, False

    @property
    def trained(self) -> Trained:
        """As far as it is."""
        return Trained(self.averaged, self.step, self.seconds, self.in_bfloat16)

    def choose_precision(self) -> None:
        """Measure which numbers are faster here."""
        self.in_bfloat16 = faster_in_bfloat16(self.student, self._device)

    def learn(self, batch: Batch, rate: float, progress: float = 1.0) -> dict[str, float]:
        """One step.

        Args:
            batch: see there.
            rate: share of the recipe's learning rates.
            progress: of the run, 0…1.
        Returns:
            The weighed losses, and their sum.
        """
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self.in_bfloat16):
            seen = self.student(as_input(batch.pixels, self._device))
        costs = self._teaching.costs(seen, self._heads, batch, self._memory, progress)
        total = sum(costs.values(), start=seen.projected.sum() * 0)  # a batch of which no teacher knows anything
        self._optimiser.clear()
        total.backward()
        length = nn.utils.clip_grad_norm_([*self.student.parameters(), *self._heads.parameters()], MOST_GRADIENT)
        if torch.isfinite(length):  # one overflow in hours must not spoil all weights
            self._optimiser.step(rate)
        self._memory = self._memory.remember(seen.descriptor, torch.from_numpy(batch.photos).to(self._device))
        _average(self.averaged, self.student, averaged_share(self.step))
        self.step += 1
        return {**{name: float(cost.detach()) for name, cost in costs.items()}, "sum": float(total.detach())}

    def state(self) -> dict[str, Any]:
        """All of it, for :mod:`checkpoint`."""
        return {
            "step": self.step, "seconds": self.seconds, "in_bfloat16": self.in_bfloat16,
            "student": self.student.state_dict(), "heads": self._heads.state_dict(),
            "averaged": self.averaged.state_dict(), "optimiser": self._optimiser.state_dict(),
            "memory": self._memory.descriptors, "memory_photos": self._memory.photos,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """What :meth:`state` gave."""
        self.step, self.seconds, self.in_bfloat16 = state["step"], state["seconds"], state["in_bfloat16"]
        self.student.load_state_dict(state["student"])
        self._heads.load_state_dict(state["heads"])
        self.averaged.load_state_dict(state["averaged"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._memory = Memory(state["memory"], state["memory_photos"])


def train(
    photos: PhotoCache,
    lessons: Lessons,
    recipe: Recipe,
    length: Length,
    folder: Path,
    said: Callable[[Said], None],
    *,
    device: str = "cpu",
    workers: int = 0,
    pairs: Sequence[Pair] = (),
    hint_teacher: HintTeacher | None = None,
    finished: Path | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Trainer:
    """Train until the run is as long as it should be, or is stopped; the checkpoint is kept either way.

    Args:
        photos: the cache.
        lessons: what the teachers say of them.
        recipe: see there.
        length: of the whole run, earlier parts included.
        folder: of the run.
        said: told now and then how it goes.
        device: "cpu" or "cuda".
        workers: processes that make views; 0 makes them between the steps.
        pairs: photos of the same thing.
        hint_teacher: sees the views.
        finished: the network of an earlier run, whose weights it begins with in place of random ones.
        stopped: asked after every step.
    Raises:
        UsageError: ``finished`` is no network of the recipe's architecture, or the checkpoint is damaged.
    """
    place = torch.device(device)
    trainer = Trainer(Teaching(lessons, recipe, place, hint_teacher), recipe, place, finished)
    state = checkpoint.load(folder, place)
    if state is not None:
        trainer.restore(state)
    else:
        trainer.choose_precision()
    for stage, until in recipe.stages():
        with closing(batches(BatchMaker(photos, stage, pairs), trainer.step, photos.folder, workers)) as source:
            _loop(trainer, source, stage, length, until, folder, said, stopped)
        if length.progress(trainer.step, trainer.seconds) < until:
            break  # it was stopped
    return trainer


def _loop(
    trainer: Trainer,
    source: Iterator[Batch],
    recipe: Recipe,
    length: Length,
    until: float,
    folder: Path,
    said: Callable[[Said], None],
    stopped: Callable[[], bool],
) -> None:
    waiting: list[dict[str, float]] = []
    kept_at = said_at = time.monotonic()
    views = 0
    while (progress := length.progress(trainer.step, trainer.seconds)) < until and not stopped():
        began = time.monotonic()
        batch = next(source)
        waiting.append(trainer.learn(batch, rate_at(progress, recipe.warm_up, recipe.decay), progress))
        views += len(batch.pixels)
        now = time.monotonic()
        trainer.seconds += now - began
        if trainer.step % SAID_EVERY == 0:
            costs = {name: sum(one[name] for one in waiting) / len(waiting) for name in waiting[0]}
            told = Said(trainer.step, progress, costs, views / (now - said_at), trainer.seconds)
            _log(told, folder)
            said(told)
            waiting, views, said_at = [], 0, now
        if now - kept_at > KEPT_EVERY_S:
            checkpoint.save(trainer.state(), folder)
            kept_at = time.monotonic()
    checkpoint.save(trainer.state(), folder)


def _log(told: Said, folder: Path) -> None:
    record = {
        "step": told.step, "progress": round(told.progress, 5), "seconds": round(told.seconds, 1),
        "views_per_second": round(told.views_per_second, 1),
        **{name: round(cost, 5) for name, cost in told.costs.items()},
    }  # fmt: skip
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


def _average(mean: nn.Module, now: nn.Module, share: float) -> None:
    """Weights and statistics move towards those of now."""
    with torch.no_grad():
        for before, value in zip(mean.state_dict().values(), now.state_dict().values(), strict=True):
            if before.is_floating_point():
                before.lerp_(value, 1 - share)
            else:
                before.copy_(value)

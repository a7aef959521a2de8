"""A whole run, from photos to a network: every step goes on where an earlier call left it."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from visearch_desktop.core.whitening import fit_whitening
from visearch_desktop.learning.batches import BatchMaker, Pair
from visearch_desktop.learning.card import CARD, card
from visearch_desktop.learning.exporting import export
from visearch_desktop.learning.hints import HintTeacher
from visearch_desktop.learning.pairs import find_pairs
from visearch_desktop.learning.photos import PhotoCache, Progress, open_photos
from visearch_desktop.learning.recipe import Recipe
from visearch_desktop.learning.schedule import Length
from visearch_desktop.learning.student import DIMENSION, Student
from visearch_desktop.learning.teachers import ask_teachers, whole_photos
from visearch_desktop.learning.training import Said, Trained, train
from visearch_desktop.learning.whitening import (
    PAIRS,
    PAIRS_PX,
    PHOTOS,
    learn_whitening,
    photos_of,
    views_of,
    with_last_layer,
)
from visearch_desktop.methods.networks.listing import find_network
from visearch_desktop.methods.networks.manifest import NetworkManifest
from visearch_desktop.methods.networks.store import NetworkStore

INPUT_PX = 512
PAIRED = "-pairs"
"""Ends the name of the network whose last layer comes from pairs of views."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of a run, beside the recipe.

    Attributes:
        sources: of photos.
        teachers: names of imported networks that see the photos.
        hints: name of one that sees every view; none where empty.
        begins_as: folder of a network that an earlier run finished; None begins with random weights.
        folder: of the run.
        length: of the whole run.
        device: "cpu" or "cuda".
        threads: of the processor.
        finds_pairs: whether photos of the same thing are looked for.
        name: of the network that comes of it.
    """

    sources: tuple[Path, ...]
    teachers: tuple[str, ...]
    folder: Path
    length: Length
    device: str = "cpu"
    threads: int = 1
    finds_pairs: bool = False
    name: str = "bundled"
    hints: str = ""
    begins_as: Path | None = None

    @property
    def network(self) -> Path:
        """Where the network goes; beside it one that ends in ``-pairs``: its last layer comes from pairs of views."""
        return self.folder / "networks" / self.name

    @property
    def all_teachers(self) -> tuple[str, ...]:
        """Those that see the photos, and the one that sees the views."""
        return (*self.teachers, *([self.hints] if self.hints else []))

    @property
    def workers(self) -> int:
        """Processes that make views; a single thread does better to make them itself."""
        if self.device == "cuda":
            return self.threads
        return self.threads - 1


def run_recipe(
    asked: Asked,
    recipe: Recipe,
    store: NetworkStore,
    progress: Progress,
    said: Callable[[Said], None],
    stopped: Callable[[], bool],
) -> NetworkManifest | None:
    """From photos to a network with its card.

    Args:
        asked: see there.
        recipe: see there.
        store: where the teachers are.
        progress: of what comes before the training.
        said: told how the training goes.
        stopped: asked after every step of training.
    Returns:
        None where it was stopped.
    Raises:
        UsageError: there are no photos, or the folder holds a run of another recipe.
        UnknownNameError, NetworkMissingError: there is no such teacher.
    """
    torch.set_num_threads(asked.threads)
    asked.folder.mkdir(parents=True, exist_ok=True)
    recipe.keep(asked.folder)
    photos = open_photos(asked.sources, asked.folder, progress)
    teachers = asked.folder / "teachers"
    lessons = ask_teachers(asked.teachers, photos, teachers, store, progress, asked.device)
    hint_teacher = None
    if asked.hints:
        (own,) = ask_teachers((asked.hints,), photos, teachers, store, progress, asked.device)
        entry = find_network(asked.hints)
        hint_teacher = HintTeacher(store.weights(asked.hints), entry, own, torch.device(asked.device))
    pairs: tuple[Pair, ...] = ()
    if asked.finds_pairs:
        pairs = find_pairs(photos, whole_photos(lessons), asked.folder, progress)
    trainer = train(
        photos, lessons, recipe, asked.length, asked.folder, said, device=asked.device, workers=asked.workers,
        pairs=pairs, hint_teacher=hint_teacher, finished=asked.begins_as, stopped=stopped,
    )  # fmt: skip
    if asked.length.progress(trainer.step, trainer.seconds) < 1:
        return None
    return write_networks(asked, recipe, photos, trainer.trained, pairs)


def write_networks(
    asked: Asked,
    recipe: Recipe,
    photos: PhotoCache,
    trained: Trained,
    pairs: tuple[Pair, ...] = (),
    figures: Mapping[str, Mapping[str, float]] | None = None,
) -> NetworkManifest:
    """The averaged student with a last layer learned from photos, and one from pairs of views; each with its card.

    Args:
        asked: see there.
        recipe: see there.
        photos: of the run.
        trained: what came of the run.
        pairs: of photos that show the same thing.
        figures: for the cards.
    Returns:
        What is recorded of the first.
    """
    machine = f"{asked.device} ({asked.threads} threads, {platform.machine()})"
    manifests = []
    for ending, (clause, student) in finished(trained.student, recipe, photos, pairs, asked.device).items():
        folder = asked.network.with_name(asked.name + ending)
        manifest = export(student, folder, asked.name, INPUT_PX)
        text = card(manifest, recipe, photos, asked.all_teachers, trained, machine, clause, figures, asked.begins_as)
        (folder / CARD).write_text(text, encoding="utf-8")
        manifests.append(manifest)
    return manifests[0]


def finished(
    student: Student, recipe: Recipe, photos: PhotoCache, pairs: tuple[Pair, ...] = (), device: str = "cpu"
) -> dict[str, tuple[str, Student]]:
    """By ending of the name: how the last layer came about, a clause, and the student with it."""
    place = torch.device(device)
    rows = photos_of(student, photos, INPUT_PX, PHOTOS, place)
    first, second = views_of(student, BatchMaker(photos, replace(recipe, view_px=PAIRS_PX), pairs), PAIRS, place)
    return {
        "": (
            f"the last layer whitens {len(rows):,} of the photos",
            with_last_layer(student, fit_whitening(rows, DIMENSION)),
        ),
        PAIRED: (
            f"the last layer is whitened by {len(first):,} pairs of views",
            with_last_layer(student, learn_whitening(first, second, DIMENSION)),
        ),
    }

"""What the teachers say about the photos of a run: computed once, kept in files, gone on with after any kill.

Of each photo and teacher: the GeM vector of the upright photo, and its feature map, every cell reduced to its strongest
directions. A view of the photo, however it is turned and cut, looks up its own cells in that map, and their generalised
mean is what the teacher would say of the view alone, were it upright and in good light.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.vectors import Vectors, normalise
from visearch_desktop.core.whitening import Whitening, apply_whitening, fit_whitening
from visearch_desktop.learning.photos import PhotoCache, Progress
from visearch_desktop.learning.teacher_network import Describe, open_teacher
from visearch_desktop.methods.networks.listing import find_network
from visearch_desktop.methods.networks.store import NetworkStore

PHOTO_PX = 320
CELL_PX, MOST_CELLS = 32, 10
CELL_NUMBERS, DESCRIPTOR_NUMBERS = 128, 256
BASIS_PHOTOS, KEPT_EVERY = 200, 64
MOST_NUMBER = 6e4
"""That float16 holds."""
CELL_EXPONENT = DESCRIPTOR_EXPONENT = 0.5
"""Between PCA and full whitening, which would make the noise of single cells as loud as what they show."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one teacher says.

    Attributes:
        descriptors: (photos, 256) float32 unit, whitened: of the whole photos.
        maps: (photos, 10, 10, 128) float16, mapped into memory; only the first rows and columns are filled.
        sizes: (photos, 2) height and width of the map in cells; 0 where the teacher was not asked.
        basis: of the cells: mean (D,) and projection (D, 128).
        whitening: mean (D,) and projection (D, 256), to whiten GeM vectors by half: what is whitened in full is for the
            most part noise that a small network cannot match.
    """

    descriptors: NDArray[np.float32]
    maps: NDArray[np.float16]
    sizes: NDArray[np.int64]
    basis: Whitening
    whitening: Whitening


Lessons = tuple[Lesson, ...]
"""Of all teachers."""


def ask_teachers(
    names: Sequence[str],
    photos: PhotoCache,
    folder: Path,
    store: NetworkStore,
    progress: Progress,
    device: str = "cpu",
) -> Lessons:
    """Everything that the teachers say, from the files of an earlier call as far as they go.

    Args:
        names: of imported networks.
        photos: to describe.
        folder: where answers are kept, a folder a teacher.
        store: where the networks are.
        progress: see there.
        device: "cpu" or "cuda".
    Raises:
        UnknownNameError, NetworkMissingError: there is no such teacher here.
    """
    weights = [store.weights(name) for name in names]  # before any work
    for name, file in zip(names, weights, strict=True):
        _ask(name, file, photos, folder / name, progress, device)
    return read_lessons(names, folder)


def read_lessons(names: Sequence[str], folder: Path) -> Lessons:
    """What teachers that are done have said; see :func:`ask_teachers`."""
    return tuple(_read(folder / name) for name in names)


def whole_photos(lessons: Lessons) -> Vectors:
    """(photos, D) unit rows: the whitened descriptors of all teachers together."""
    return normalise(np.concatenate([lesson.descriptors for lesson in lessons], axis=-1))


def _read(folder: Path) -> Lesson:
    pooled, sizes = np.load(folder / "pooled.npy").astype(np.float32), np.load(folder / "sizes.npy")
    sample = pooled[sizes.all(axis=1)]
    descriptors = apply_whitening(pooled, fit_whitening(sample, DESCRIPTOR_NUMBERS))
    with np.load(folder / "basis.npz") as arrays:
        basis: Whitening = (arrays["mean"], arrays["projection"])
    maps = np.load(folder / "cells.npy", mmap_mode="r")
    half = fit_whitening(sample, DESCRIPTOR_NUMBERS, exponent=DESCRIPTOR_EXPONENT)
    return Lesson(descriptors, maps, sizes, basis, half)


def _ask(
    name: str,
    weights: Path,
    photos: PhotoCache,
    folder: Path,
    progress: Progress,
    device: str,
) -> None:
    """Fill a teacher's folder; where that is of other photos, from the beginning."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, str | int] = {"photos": photos.digest, "px": PHOTO_PX, "done": len(photos)}
    state = _state(folder)
    if state == wanted:
        return
    describe = open_teacher(weights, find_network(name), device)
    if {**state, "done": len(photos)} != wanted:
        _begin(photos, folder, describe)
        state = {**wanted, "done": 0}
    with np.load(folder / "basis.npz") as arrays:
        basis: Whitening = (arrays["mean"], arrays["projection"])
    cells, pooled, sizes = (np.load(folder / f"{kind}.npy", mmap_mode="r+") for kind in ("cells", "pooled", "sizes"))
    for first in range(int(state["done"]), len(photos), KEPT_EVERY):
        numbers = range(first, min(first + KEPT_EVERY, len(photos)))
        said = describe([_shown(photos[number]) for number in numbers])
        for number, (map_of_photo, vector) in zip(numbers, said, strict=True):
            pooled[number] = vector
            channels, height, width = map_of_photo.shape
            rows = (map_of_photo.reshape(channels, -1).T - basis[0]) @ basis[1]
            cells[number, :height, :width] = np.clip(rows, -MOST_NUMBER, MOST_NUMBER).reshape(height, width, -1)
            sizes[number] = height, width
        progress(name, numbers[-1] + 1, len(photos))
        for array in (cells, pooled, sizes):
            array.flush()
        _keep_state(folder, {**wanted, "done": numbers[-1] + 1})


def _begin(photos: PhotoCache, folder: Path, describe: Describe) -> None:
    """Empty files, and the directions that matter in this teacher's cells."""
    (folder / "state.json").unlink(missing_ok=True)
    chosen = np.unique(np.linspace(0, len(photos) - 1, BASIS_PHOTOS).round().astype(int))
    maps = [cells for cells, _ in describe([_shown(photos[number]) for number in chosen])]
    sample = np.concatenate([cells.reshape(len(cells), -1).T for cells in maps])
    mean, projection = fit_whitening(sample, CELL_NUMBERS, exponent=CELL_EXPONENT)
    np.savez(folder / "basis.npz", mean=mean, projection=projection)
    count, width = len(photos), len(maps[0])
    shapes = {"cells": (count, MOST_CELLS, MOST_CELLS, projection.shape[1]), "pooled": (count, width)}
    for kind, shape in shapes.items():
        np.lib.format.open_memmap(folder / f"{kind}.npy", "w+", np.float16, shape).flush()
    np.lib.format.open_memmap(folder / "sizes.npy", "w+", np.int64, (count, 2)).flush()


def _shown(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a teacher is shown: of few sizes, in whole cells."""
    import cv2

    height, width = pixels.shape[:2]
    scale = PHOTO_PX / max(width, height)
    size = max(1, round(width * scale / CELL_PX)) * CELL_PX, max(1, round(height * scale / CELL_PX)) * CELL_PX
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, size, interpolation=kind), dtype=np.uint8)


def _state(folder: Path) -> dict[str, str | int]:
    try:
        state: dict[str, str | int] = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state


def _keep_state(folder: Path, state: dict[str, str | int]) -> None:
    partial = folder / "state.json.part"
    partial.write_text(json.dumps(state), encoding="utf-8")
    partial.replace(folder / "state.json")

"""What the teachers say about the photos of a run: computed once, kept in files, gone on with after any kill.

Of each photo and teacher: the GeM vectors of the upright photo and of fixed parts of it, and the feature map of the
photo, every cell reduced to its strongest directions. A view of the photo, however it is turned and cut, can look up
its own cells in that map.
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
from visearch_desktop.learning.parts import part_of
from visearch_desktop.learning.photos import PhotoCache, Progress
from visearch_desktop.learning.teacher_network import Describe, open_teacher
from visearch_desktop.methods.networks.listing import find_network
from visearch_desktop.methods.networks.store import NetworkStore

PHOTO_PX, PART_PX = 288, 224
CELL_PX, MOST_CELLS = 32, 10
CELL_NUMBERS, DESCRIPTOR_NUMBERS = 128, 256
BASIS_PHOTOS, KEPT_EVERY = 200, 64
MOST_NUMBER = 6e4
"""That float16 holds."""
CELL_EXPONENT = 0.5
"""Between PCA and full whitening, which would make the noise of single cells as loud as what they show."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """All that the student is to match.

    Attributes:
        descriptors: (photos, crops, D) float32 unit, whitened, of all teachers together.
        maps: for each teacher (photos, 10, 10, 128) float16, mapped into memory; only the first rows and columns are
            filled.
        sizes: for each teacher (photos, 2) height and width of the map in cells.
    """

    descriptors: NDArray[np.float32]
    maps: tuple[NDArray[np.float16], ...]
    sizes: tuple[NDArray[np.int64], ...]


def ask_teachers(
    names: Sequence[str],
    photos: PhotoCache,
    crops: int,
    folder: Path,
    store: NetworkStore,
    progress: Progress,
    device: str = "cpu",
    threads: int = 1,
) -> Lessons:
    """Everything that the teachers say, from the files of an earlier call as far as they go.

    Args:
        names: of imported networks.
        photos: to describe.
        crops: parts of each photo, the whole one included.
        folder: where answers are kept, a folder a teacher.
        store: where the networks are.
        progress: see there.
        device: "cpu" or "cuda".
        threads: of the processor.
    Raises:
        UnknownNameError, NetworkMissingError: there is no such teacher here.
    """
    weights = [store.weights(name) for name in names]  # before any work
    for name, file in zip(names, weights, strict=True):
        _ask(name, file, photos, crops, folder / name, progress, device, threads)
    return read_lessons(names, folder)


def read_lessons(names: Sequence[str], folder: Path) -> Lessons:
    """What teachers that are done have said; see :func:`ask_teachers`."""
    whitened = [_whitened(np.load(folder / name / "pooled.npy", mmap_mode="r")) for name in names]
    descriptors = normalise(np.concatenate(whitened, axis=-1))
    maps = tuple(np.load(folder / name / "cells.npy", mmap_mode="r") for name in names)
    sizes = tuple(np.load(folder / name / "sizes.npy") for name in names)
    return Lessons(descriptors, maps, sizes)


def _ask(
    name: str,
    weights: Path,
    photos: PhotoCache,
    crops: int,
    folder: Path,
    progress: Progress,
    device: str,
    threads: int,
) -> None:
    """Fill a teacher's folder; where that is of other photos, from the beginning."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted: dict[str, str | int] = {"photos": photos.digest, "crops": crops, "done": len(photos)}
    state = _state(folder)
    if state == wanted:
        return
    describe = open_teacher(weights, find_network(name), device, threads, folder)
    if {**state, "done": len(photos)} != wanted:
        _begin(photos, crops, folder, describe)
        state = {**wanted, "done": 0}
    with np.load(folder / "basis.npz") as arrays:
        basis: Whitening = (arrays["mean"], arrays["projection"])
    cells, pooled, sizes = (np.load(folder / f"{kind}.npy", mmap_mode="r+") for kind in ("cells", "pooled", "sizes"))
    for first in range(int(state["done"]), len(photos), KEPT_EVERY):
        numbers = range(first, min(first + KEPT_EVERY, len(photos)))
        said = describe([_part(photos[number], number, crop) for number in numbers for crop in range(crops)])
        for number in numbers:
            of_photo = said[(number - first) * crops : (number - first + 1) * crops]
            pooled[number] = [vector for _, vector in of_photo]
            channels, height, width = of_photo[0][0].shape
            rows = (of_photo[0][0].reshape(channels, -1).T - basis[0]) @ basis[1]
            cells[number, :height, :width] = np.clip(rows, -MOST_NUMBER, MOST_NUMBER).reshape(height, width, -1)
            sizes[number] = height, width
        progress(name, numbers[-1] + 1, len(photos))
        for array in (cells, pooled, sizes):
            array.flush()
        _keep_state(folder, {**wanted, "done": numbers[-1] + 1})


def _begin(photos: PhotoCache, crops: int, folder: Path, describe: Describe) -> None:
    """Empty files, and the directions that matter in this teacher's cells."""
    (folder / "state.json").unlink(missing_ok=True)
    chosen = np.unique(np.linspace(0, len(photos) - 1, BASIS_PHOTOS).round().astype(int))
    maps = [cells for cells, _ in describe([_part(photos[number], number, 0) for number in chosen])]
    sample = np.concatenate([cells.reshape(len(cells), -1).T for cells in maps])
    mean, projection = fit_whitening(sample, CELL_NUMBERS, exponent=CELL_EXPONENT)
    np.savez(folder / "basis.npz", mean=mean, projection=projection)
    count, width = len(photos), len(maps[0])
    shapes = {"cells": (count, MOST_CELLS, MOST_CELLS, projection.shape[1]), "pooled": (count, crops, width)}
    for kind, shape in shapes.items():
        np.lib.format.open_memmap(folder / f"{kind}.npy", "w+", np.float16, shape).flush()
    np.lib.format.open_memmap(folder / "sizes.npy", "w+", np.int64, (count, 2)).flush()


def _part(pixels: NDArray[np.uint8], number: int, crop: int) -> NDArray[np.uint8]:
    """What a teacher is shown: of few sizes, in whole cells."""
    import cv2

    x, y, width, height = part_of(number, crop, (pixels.shape[0], pixels.shape[1]))
    scale = (PART_PX if crop else PHOTO_PX) / max(width, height)
    size = max(1, round(width * scale / CELL_PX)) * CELL_PX, max(1, round(height * scale / CELL_PX)) * CELL_PX
    cut = pixels[y : y + height, x : x + width]
    if size == (width, height):
        return np.ascontiguousarray(cut)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(cut, size, interpolation=kind), dtype=np.uint8)


def _whitened(pooled: NDArray[np.float16]) -> Vectors:
    """(photos, crops, D) -> (photos, crops, d) by what all of them teach together."""
    rows = np.asarray(pooled, dtype=np.float32).reshape(-1, pooled.shape[-1])
    whitened = apply_whitening(rows, fit_whitening(rows, DESCRIPTOR_NUMBERS))
    return whitened.reshape(*pooled.shape[:2], -1)


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

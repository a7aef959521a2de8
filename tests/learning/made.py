"""A small world to learn in: made photos, a made teacher's answers, a recipe that takes seconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.scenes import scene
from visearch_desktop.core.vectors import normalise
from visearch_desktop.learning.photos import PhotoCache, open_photos
from visearch_desktop.learning.recipe import Recipe

if TYPE_CHECKING:
    from visearch_desktop.learning.teachers import Lessons

PHOTOS = 16
SMALL = Recipe(photos=8, view_px=(64,), late_view_px=(64,), remembered=64, relations=1.0)


def silent(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def made_photos(folder: Path, count: int = PHOTOS) -> Path:
    """A folder of JPEGs that have nothing in common."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        size = (128, 96) if number % 3 else (96, 128)
        Image.fromarray(scene(number, *size)).save(folder / f"scene_{number:02}.jpg", quality=90)
    return folder


def made_cache(folder: Path, count: int = PHOTOS) -> PhotoCache:
    """The cache of such photos."""
    return open_photos([made_photos(folder / "photos", count)], folder / "run", silent)


def made_lessons(photos: PhotoCache, numbers: int = 8) -> Lessons:
    """A teacher of random opinions, always the same."""
    from visearch_desktop.learning.teachers import MOST_CELLS, Lesson

    rng = np.random.default_rng(5)
    descriptors = normalise(rng.normal(size=(len(photos), 12)))
    maps = rng.normal(size=(len(photos), MOST_CELLS, MOST_CELLS, numbers)).astype(np.float16)
    sizes = np.full((len(photos), 2), (3, 4))
    basis = (np.ones(24, np.float32), rng.normal(size=(24, numbers)).astype(np.float32))
    whitening = (np.full(24, 0.2, np.float32), rng.normal(size=(24, 6)).astype(np.float32))
    return (Lesson(descriptors, maps, sizes, basis, whitening),)


def averaged_colour(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(3,) means."""
    return np.asarray(pixels.reshape(-1, 3).mean(axis=0), dtype=np.float64)

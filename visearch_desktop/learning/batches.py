"""What the student sees in a step: views, and what the teachers say of them. The same step is the same, always."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visearch_desktop.core.geometry import Homography
from visearch_desktop.learning.changes import Pixels
from visearch_desktop.learning.photos import PhotoCache
from visearch_desktop.learning.recipe import Recipe
from visearch_desktop.learning.views import View, cells_in_photo, two_views

CELL_PX = 32
ASPECTS = (1.0, 4 / 3, 4 / 3, 3 / 4)
AHEAD = 3
"""Batches that each worker makes beforehand."""
PART_OF_CHANCE = 7_919
"""Told apart by this from other things that are drawn for a step."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two photos of the same thing: their numbers, and pixels of the first -> those of the second."""

    first: int
    second: int
    homography: Homography

    def turned_round(self) -> Pair:
        """The second first."""
        return Pair(self.second, self.first, np.asarray(np.linalg.inv(self.homography), dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Batch:
    """Two views of n photos: rows i and n + i show the same thing.

    Attributes:
        photos: (2 n,) whose views they are.
        pixels: (2 n, h, w, 3) uint8.
        places: (2 n, cells, 2) float32, where the cells of the views lie in their photos, 0…1 of width and height.
        steps: (2 n,) float32: pixels of the photo in one of the view.
        cells: rows and columns of them.
    """

    photos: NDArray[np.int64]
    pixels: NDArray[np.uint8]
    places: NDArray[np.float32]
    steps: NDArray[np.float32]
    cells: tuple[int, int]


class BatchMaker:
    """Makes the batch of any step, by itself."""

    def __init__(self, photos: PhotoCache, recipe: Recipe, pairs: Sequence[Pair] = ()) -> None:
        """Cheap.

        Args:
            photos: at least two.
            recipe: see there.
            pairs: of photos that show the same thing.
        """
        self._photos, self._recipe, self._pairs = photos, recipe, tuple(pairs)
        self._of: dict[int, list[Pair]] = {}
        for pair in (each for given in pairs for each in (given, given.turned_round())):
            self._of.setdefault(pair.first, []).append(pair)

    def parts(self) -> tuple[Recipe, tuple[Pair, ...]]:
        """What it takes to make it again beside the photos."""
        return self._recipe, self._pairs

    @property
    def size(self) -> int:
        """Photos in a batch."""
        return min(self._recipe.photos, len(self._photos))

    def make(self, step: int) -> Batch:
        """The batch of a step."""
        rng = np.random.default_rng([self._recipe.seed, PART_OF_CHANCE, step])
        width, height = self._view_size(rng)
        chosen = self._chosen(step)
        firsts, seconds, others = [], [], []
        for row, number in enumerate(chosen):
            chance = np.random.default_rng([self._recipe.seed, step, row])
            pair = self._pair(int(number), chance)
            photo = self._photos[number]
            other = self._photos[pair.second] if pair else None
            first, second = two_views(
                photo, (width, height), chance, other, pair.homography if pair else None, self._behind(pair, chance)
            )
            firsts.append(first)
            seconds.append(second)
            others.append(pair.second if pair else int(number))
        return self._batch(np.concatenate([chosen, others]).astype(np.int64), [*firsts, *seconds])

    def _behind(self, pair: Pair | None, rng: np.random.Generator) -> tuple[Pixels, Pixels] | None:
        """Two photos to lie behind a photo that is seen as a thing, where chance wants it."""
        if pair is not None or rng.random() >= self._recipe.on_others:
            return None
        one, other = rng.integers(0, len(self._photos), 2)
        return self._photos[int(one)], self._photos[int(other)]

    def _batch(self, numbers: NDArray[np.int64], views: list[View]) -> Batch:
        pixels = np.stack([view.pixels for view in views])
        cells = -(-pixels.shape[1] // CELL_PX), -(-pixels.shape[2] // CELL_PX)
        shapes = [self._photos.shape(int(number)) for number in numbers]
        places = [cells_in_photo(view, cells, shape) for view, shape in zip(views, shapes, strict=True)]
        steps = [abs(np.linalg.det(view.to_photo[:2, :2])) ** 0.5 for view in views]
        return Batch(numbers, pixels, np.stack(places), np.asarray(steps, dtype=np.float32), cells)

    def _view_size(self, rng: np.random.Generator) -> tuple[int, int]:
        """Width and height, whole cells, of about as many pixels whatever the shape."""
        side, aspect = rng.choice(self._recipe.view_px), rng.choice(ASPECTS)
        width, height = (max(2, round(side * aspect**sign / CELL_PX)) * CELL_PX for sign in (0.5, -0.5))
        return width, height

    def _chosen(self, step: int) -> NDArray[np.int64]:
        """Every photo comes once before one comes again, but for the rest of a round that fills no batch."""
        in_a_round = len(self._photos) // self.size
        order = np.random.default_rng([self._recipe.seed, step // in_a_round]).permutation(len(self._photos))
        at = step % in_a_round * self.size
        return np.asarray(order[at : at + self.size], dtype=np.int64)

    def _pair(self, number: int, rng: np.random.Generator) -> Pair | None:
        known = self._of.get(number)
        if not known or rng.random() >= self._recipe.pairs:
            return None
        return known[int(rng.integers(len(known)))]


def batches(maker: BatchMaker, first: int, folder: Path, workers: int) -> Generator[Batch, None, None]:
    """The batches from a step on, without end.

    Args:
        maker: makes them; with ``workers``, one is made again in each process.
        first: step.
        folder: of the cache of photos.
        workers: processes that make them beforehand; 0 makes them here.
    """
    if not workers:
        step = first
        while True:
            yield maker.make(step)
            step += 1
    with ProcessPoolExecutor(workers, get_context("spawn"), _open, (folder, *maker.parts())) as pool:
        waiting: deque[Future[Batch]] = deque()
        step = first
        try:
            while True:
                while len(waiting) < workers * AHEAD:
                    waiting.append(pool.submit(_make, step))
                    step += 1
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


_makers: list[BatchMaker] = []


def _open(folder: Path, recipe: Recipe, pairs: Sequence[Pair]) -> None:
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that trains
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)
    _makers[:] = [BatchMaker(PhotoCache(folder), recipe, pairs)]


def _end_with_parent() -> None:
    """A killed parent cannot end its processes, and they would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _make(step: int) -> Batch:
    return _makers[0].make(step)

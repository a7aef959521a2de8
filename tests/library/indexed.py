"""Small libraries of rendered photos for the tests of this room."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np

from tests.scenes import save, scene, similarity_transform, warped
from visearch_desktop.library.library import Library
from visearch_desktop.search.hits import Ranking
from visearch_desktop.search.query import Query, QueryPicture

WIDTH, HEIGHT = 400, 300


def photos(folder: Path, count: int, *, first_seed: int = 0) -> list[Path]:
    """Photos that have nothing in common."""
    return [save(scene(first_seed + n, WIDTH, HEIGHT), folder / f"photo{n:03}.jpg") for n in range(count)]


def another_view(path: Path, seed: int) -> Path:
    """The scene of that seed, turned and shrunk, over another scene."""
    seen = warped(
        scene(seed, WIDTH, HEIGHT),
        similarity_transform(0.8, 12, 60, 10),
        WIDTH,
        HEIGHT,
        scene(seed + 5000, WIDTH, HEIGHT),
    )
    return save(np.asarray(seen), path)


def names(library: Library, ranking: Ranking) -> list[str]:
    """File names of the hits, best first."""
    return [library.paths_of(hit.photo_id)[0].name for hit in ranking.hits]


def last_ranking(library: Library, picture: QueryPicture, **options: object) -> Ranking:
    """The final answer."""
    return deque(library.search(Query((picture,)), **options), maxlen=1).pop()  # type: ignore[arg-type]

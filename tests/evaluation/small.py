"""A small data set of rendered scenes, and the library it is measured in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.scenes import photo_folder, save, scene, similarity_transform, warped
from visearch_desktop.evaluation.dataset import DataSet
from visearch_desktop.evaluation.opening import open_dataset

WIDTH, HEIGHT = 240, 180
PLACES = 4


def small_dataset(root: Path) -> DataSet:
    """Four places of two views each (one of them twice, as identical files) and four photos of something else."""
    images = root / "images"
    photo_folder(images, PLACES + 4, width=WIDTH, height=HEIGHT)
    for place in range(PLACES):
        move = similarity_transform(0.8, 10 + 5 * place, 40, 5)
        ground = scene(place + 500, WIDTH, HEIGHT)
        save(warped(scene(place, WIDTH, HEIGHT), move, WIDTH, HEIGHT, ground), images / f"view{place}.jpg")
    shutil.copy(images / "view1.jpg", images / "view1-copy.jpg")
    queries: list[dict[str, Any]] = []
    for place in range(PLACES):
        views = [f"images/view{place}.jpg", *(["images/view1-copy.jpg"] if place == 1 else [])]
        first = {"image": f"images/photo{place:03}.jpg", "region": None, "positive": views, "junk": []}
        queries.append(first | {"group": "even" if place % 2 == 0 else "odd"})
    queries.append(
        {"image": "images/view2.jpg", "region": [60, 30, 120, 100], "positive": ["images/photo002.jpg"], "junk": []}
    )
    truth = {"name": "small", "queries": queries}
    (root / "groundtruth.json").write_text(json.dumps(truth), encoding="utf-8")
    return open_dataset(root)

"""Small data sets in the published layouts; their photos are files of the right name, which nothing opens."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def photos(folder: Path, names: Iterable[str]) -> list[Path]:
    """A file for each name, which is relative to the folder."""
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a photo")
    return paths


def ours(folder: Path, queries: Sequence[Mapping[str, Any]], names: Sequence[str], **facts: Any) -> Path:
    """``groundtruth.json`` and its photos."""
    photos(folder, names)
    (folder / "groundtruth.json").write_text(json.dumps({"queries": list(queries)} | facts), encoding="utf-8")
    return folder


def oxford(folder: Path, texts: Mapping[str, str], names: Sequence[str], *, texts_in: str = "gt") -> Path:
    """Text files in a folder of their own, photos in ``jpg``."""
    photos(folder / "jpg", [f"{name}.jpg" for name in names])
    (folder / texts_in).mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / texts_in / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def revisited(folder: Path, *, protocol: int = 2, as_lists: bool = False) -> Path:
    """Six gallery photos, three queries; the third has no easy photo, the second nothing hard."""
    gallery = [f"all_souls_00000{i}" for i in range(6)]
    queries = [f"keble_00000{i}" for i in range(3)]
    photos(folder / "jpg", [f"{name}.jpg" for name in gallery + queries])

    def numbers(*values: int) -> Any:
        return list(values) if as_lists else np.array(values, dtype=np.int64)

    truth = [
        {"bbx": [10.5, 20.0, 110.5, 220.0], "easy": numbers(0, 1), "hard": numbers(2), "junk": numbers(3)},
        {"bbx": np.array([1.0, 2.0, 30.0, 40.0]), "easy": numbers(4), "hard": numbers(), "junk": numbers()},
        {"bbx": [0, 0, 50, 50], "easy": numbers(), "hard": numbers(5), "junk": numbers(0)},
    ]
    document = {"imlist": gallery, "qimlist": queries, "gnd": truth}
    (folder / "gnd_roxford5k.pkl").write_bytes(pickle.dumps(document, protocol=protocol))
    return folder

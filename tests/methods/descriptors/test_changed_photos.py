"""Real photos that were turned, cropped, shrunk, darkened, saved badly: what each global descriptor does not mind.

The bounds are loose: they pin what a method is for, not how well it does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.photos.decode import Limits, decode
from visearch_desktop.photos.thumbnails import resize

pytestmark = pytest.mark.shared_data

PHOTOS = 14
TURNED = ("rotate90", "rotate180", "rotate270", "mirror")
SAVED_AGAIN = ("scale4", "jpeg15", "blurnoise")


@cache
def pixels(path: Path) -> np.ndarray:
    return resize(decode(path, 256, Limits()).pixels, 256)


def found_first(name: str, shared: Path) -> dict[str, float]:
    """By kind of change: the share of changed photos whose original is the first of all originals."""
    folder = shared / "transforms"
    queries = json.loads((folder / "groundtruth.json").read_text())["queries"]
    originals = list(dict.fromkeys(query["positive"][0] for query in queries))[:PHOTOS]
    descriptor = build_descriptor(name, [])
    gallery = [descriptor.describe(pixels(folder / original)) for original in originals]
    index = build_index(descriptor.index, len(gallery[0]), descriptor.index_options)
    index.add(gallery, np.arange(len(gallery)))
    found: dict[str, list[bool]] = defaultdict(list)
    for query in queries:
        if query["positive"][0] in originals:
            (first,), _ = index.search(descriptor.describe(pixels(folder / query["image"])), 1)
            found[query["transform"]].append(originals[first] == query["positive"][0])
    return {change: float(np.mean(right)) for change, right in found.items()}


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab"])
@pytest.mark.parametrize("comparison", ["chi2", "intersection"])
def test_histograms_mind_neither_turning_nor_cropping_but_light(space: str, comparison: str, shared: Path) -> None:
    found = found_first(f"colour_{space}_{comparison}", shared)
    assert all(found[change] == 1 for change in TURNED if change in found)
    assert min(found[change] for change in ("crop50", "crop25", "rotate25", *SAVED_AGAIN)) >= 0.7
    assert found["darkcast"] <= 0.5


@pytest.mark.parametrize("space", ["rgb", "hsv", "lab"])
def test_dominant_colours_mind_neither_turning_nor_saving_again(space: str, shared: Path) -> None:
    found = found_first(f"colour_{space}_emd", shared)
    assert all(found[change] == 1 for change in TURNED if change in found)
    assert min(found[change] for change in SAVED_AGAIN) >= 0.8
    assert found["crop50"] >= 0.5


@pytest.mark.parametrize("name", ["gist", "edge_histogram"])
def test_layout_minds_neither_light_nor_a_little_off_the_edges_but_turning(name: str, shared: Path) -> None:
    found = found_first(name, shared)
    assert min(found[change] for change in ("darkcast", *SAVED_AGAIN)) >= 0.9
    assert found["crop50"] >= 0.5
    assert found["rotate90"] <= 0.5


def test_the_hash_minds_neither_light_nor_saving_again_but_everything_else(shared: Path) -> None:
    found = found_first("perceptual_hash", shared)
    assert min(found[change] for change in ("darkcast", *SAVED_AGAIN)) >= 0.9
    assert max(found[change] for change in ("crop25", "rotate25", "rotate90", "mirror")) <= 0.5

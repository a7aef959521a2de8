"""Real photos that were turned, cropped, darkened: every aggregation of local features still finds the original.

The bounds are loose: they pin what a method is for, not how well it does.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.photos.decode import decode

pytestmark = pytest.mark.shared_data

ORIGINALS, ASKED = 14, 3
CHANGES = ("rotate90", "rotate25", "crop50", "darkcast", "jpeg15")


@cache
def features(path: Path, extractor: str) -> LocalFeatures:
    photo = decode(path, 320)
    return build_extractor(extractor).extract(photo.pixels, photo.width, photo.height)


@cache
def photos(shared: Path, extractor: str) -> tuple[list[LocalFeatures], list[tuple[int, LocalFeatures]]]:
    """The originals, and changed ones with the place of their original."""
    folder = shared / "transforms"
    queries = json.loads((folder / "groundtruth.json").read_text())["queries"]
    originals = list(dict.fromkeys(query["positive"][0] for query in queries))[:ORIGINALS]
    changed = [
        (originals.index(query["positive"][0]), features(folder / query["image"], extractor))
        for query in queries
        if query["positive"][0] in originals[:ASKED] and query["transform"] in CHANGES
    ]
    return [features(folder / original, extractor) for original in originals], changed


@cache
def learned_from(shared: Path, extractor: str) -> list[LocalFeatures]:
    """Other photos: nothing is learned from those that are measured on."""
    return [features(path, extractor) for path in sorted((shared / "places-develop" / "images").iterdir())[:12]]


def described(
    descriptor: Descriptor, sample: list[Any], items: list[Any]
) -> tuple[Descriptor, list[np.ndarray], list[np.ndarray]]:
    if descriptor.base is not None:
        base, sample, items = described(descriptor.base, sample, items)
        descriptor = descriptor.with_base(base)
    if descriptor.learns:
        descriptor = descriptor.with_model(descriptor.train(sample))
    return descriptor, list(descriptor.describe_all(sample)), list(descriptor.describe_all(items))


@pytest.mark.parametrize(
    "name",
    ["bow", "bow_soft", "bow_hamming", "asmk", "vlad", "vlad_sift", "fisher", "vlad+power", "bow_pyramid"],
)
def test_changed_photos_find_their_original(name: str, shared: Path) -> None:
    extractor = "sift" if name == "vlad_sift" else "rootsift"
    originals, changed = photos(shared, extractor)
    items = [*originals, *(one for _, one in changed)]
    descriptor, _, signatures = described(build_descriptor(name, []), learned_from(shared, extractor), items)
    gallery, asked = signatures[:ORIGINALS], signatures[ORIGINALS:]
    index = build_index(descriptor.index, len(gallery[0]), descriptor.index_options)
    index.add(np.stack(gallery) if descriptor.index == "exact" else gallery, np.arange(len(gallery)))
    first = [int(index.search(query, 1)[0][0]) for query in asked]
    assert len(first) >= ASKED * (len(CHANGES) - 1)
    assert np.mean([found == place for found, (place, _) in zip(first, changed, strict=True)]) >= 0.8

"""Local features looked up one by one, on real photos that were changed."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from visearch_desktop.methods.descriptors.kd_forest import MOST, KdForest
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.photos.decode import Limits, decode
from visearch_desktop.photos.thumbnails import resize

PHOTOS, CHANGED, WORKING_PX = 8, 3, 256


def features(count: int) -> LocalFeatures:
    rng = np.random.default_rng(count)
    return LocalFeatures(
        points=rng.uniform(0, 400, (count, 2)).astype(np.float32),
        sizes=rng.uniform(2, 30, count).astype(np.float32),
        angles_deg=rng.uniform(0, 359, count).astype(np.float32),
        descriptors=rng.integers(0, 16, (count, 128), dtype=np.uint8),
        width=400,
        height=400,
    )


@pytest.mark.parametrize("count", [1, MOST, MOST + 200])
def test_a_signature_holds_the_strongest_features(count: int) -> None:
    descriptor, some = KdForest(), features(count)
    stored = descriptor.unpack(descriptor.pack(descriptor.describe(some)))
    back = RootSift().unpack(stored.tobytes())
    assert np.array_equal(back.descriptors, some.descriptors[:MOST])


def test_no_features_are_an_empty_signature() -> None:
    descriptor = KdForest()
    signature = descriptor.describe(features(0))
    assert descriptor.unpack(descriptor.pack(signature)).tolist() == signature.tolist() == []


@pytest.mark.shared_data
def test_a_real_photo_is_found_again_turned_cropped_shrunk_and_in_other_light(shared: Path) -> None:
    folder = shared / "transforms"
    queries = json.loads((folder / "groundtruth.json").read_text())["queries"]
    originals = list(dict.fromkeys(query["positive"][0] for query in queries))[:PHOTOS]
    descriptor = KdForest()

    def described(name: str) -> np.ndarray:
        pixels = resize(decode(folder / name, WORKING_PX, Limits()).pixels, WORKING_PX)
        return descriptor.describe(descriptor.extractor.extract(pixels, pixels.shape[1], pixels.shape[0]))

    index = build_index(descriptor.index, 0, descriptor.index_options)
    index.add([described(name) for name in originals], np.arange(len(originals)))
    right = defaultdict(list)
    for query in queries:
        if query["positive"][0] in originals[:CHANGED]:
            (first,), _ = index.search(described(query["image"]), 1)
            right[query["transform"]].append(originals[first] == query["positive"][0])
    found = {change: np.mean(hits) for change, hits in right.items() if change != "mirror"}
    assert np.mean(list(found.values())) >= 0.9

"""A photo's packed features are its signature; the index that reads them finds the photo by a part of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.core.region import Region
from visearch_desktop.core.registry import load_all
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.matching import Matching
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.local_features.keypoints import none
from visearch_desktop.methods.local_features.orb import Orb

KINDS = ["sift", "rootsift", "orb", "akaze", "mser", "harris_laplace"]
ORB = Matching(Orb(), most=200)


def test_there_is_one_for_each_kind_of_features_a_network_s_too():
    methods = {method.name: method for method in load_all().methods("descriptor")}
    assert {f"matching_{kind}" for kind in [*KINDS, "alike"]} <= set(methods)
    assert methods["matching_alike"].network == "alike_n"


@pytest.mark.parametrize("kind", KINDS)
def test_its_key_is_that_of_its_features(kind):
    descriptor = build_descriptor(f"matching_{kind}", [])
    assert descriptor.parameters["features"] == descriptor.extractor.key
    assert descriptor.extractor.name == kind
    assert descriptor.index == "pairwise"


def test_the_signature_holds_the_strongest_features():
    found = ORB.extractor.extract(scene(1), 640, 480)
    stored = ORB.unpack(ORB.pack(ORB.describe(found)))
    kept = ORB.extractor.unpack(stored.tobytes())
    assert len(found) > 200 == len(kept)
    assert np.array_equal(kept.descriptors, found.descriptors[:200])
    assert Matching(Orb(), most=100).key != ORB.key


def test_a_photo_without_details_has_an_empty_signature():
    signature = ORB.describe(none(640, 480, 32))
    assert signature.size == 0
    assert ORB.unpack(ORB.pack(signature)).size == 0


def test_the_features_of_a_region_find_the_whole_photo():
    photos = [ORB.extractor.extract(scene(seed), 640, 480) for seed in range(5)]
    index = build_index(ORB.index, 0, ORB.index_options)
    index.add([ORB.describe(photo) for photo in photos], np.arange(5))
    ids, similar = index.search(ORB.describe(photos[2].inside(Region(150, 100, 300, 300))), 0)
    assert ids[0] == 2
    assert similar[0] > 0.5
    assert similar[1] < 0.1

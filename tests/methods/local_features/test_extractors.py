"""What holds for every kind of local features, those of tomorrow too."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.core.geometry import project
from visearch_desktop.core.registry import load_all
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.keypoints import unit_bits

METHODS = load_all("visearch_desktop.methods.local_features").methods("local_features")
NAMES = [method.name for method in METHODS if not method.network]
PERSPECTIVE = np.array([[0.75, 0.12, 90.0], [-0.06, 0.68, 130.0], [0.00025, 0.0002, 1.0]])
SEEN_OTHERWISE = {"turned": similarity_transform(0.8, 35, 350, 30), "in perspective": PERSPECTIVE}
FOUND_AGAIN = 0.3
"""Share of keypoints that another view must have within 2 px; by chance it is 0.04."""


@cache
def features(name: str, seed: int) -> LocalFeatures:
    return build_extractor(name).extract(scene(seed), 640, 480)


def test_these_are_there():
    assert {"sift", "rootsift", "orb", "akaze", "mser", "harris_laplace"} <= set(NAMES)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_each_says_what_it_is_and_where_it_comes_from(method):
    assert method.title
    assert method.summary.endswith(".")
    assert any(year.isdigit() and len(year) == 4 for year in method.source.replace(",", " ").replace(";", " ").split())


def test_keys_tell_them_apart_and_are_the_same_each_time():
    keys = [build_extractor(name).key for name in NAMES]
    assert len(set(keys)) == len(keys)
    assert keys == [build_extractor(name).key for name in NAMES]
    assert all(key.startswith(f"{name}@") for key, name in zip(keys, NAMES, strict=True))


def test_keypoints_stored_by_the_first_version_keep_their_key():
    assert build_extractor("rootsift").key == "rootsift@1/338b22b294972b65"


@pytest.mark.parametrize("name", NAMES)
def test_keypoints_lie_inside_and_there_are_not_too_many(name):
    found = build_extractor(name).extract(scene(3), 2560, 1920)
    assert 50 < len(found) <= 1000
    assert ((found.points >= 0) & (found.points <= [2560, 1920])).all()
    assert ((found.angles_deg >= 0) & (found.angles_deg < 360)).all()
    assert (found.sizes > 0).all()
    assert np.allclose(found.points, features(name, 3).points * 4, atol=0.01), "they are given in full-size pixels"


@pytest.mark.parametrize("name", NAMES)
def test_a_mirrored_picture_has_its_keypoints_mirrored_about_its_middle(name):
    """Pixel centres are at .5: with any other origin there is a shift."""
    seen = build_extractor(name).extract(np.ascontiguousarray(scene(5)[:, ::-1]), 640, 480)
    mirrored = seen.points * [-1, 1] + [640, 0]
    off = mirrored[None] - features(name, 5).points[:, None]
    nearest = off[np.arange(len(off)), np.hypot(off[..., 0], off[..., 1]).argmin(axis=1)]
    near = np.hypot(*nearest.T) < 3
    assert near.mean() > 0.9
    assert np.abs(nearest[near].mean(axis=0)).max() < 0.05


@pytest.mark.parametrize("view", SEEN_OTHERWISE)
@pytest.mark.parametrize("name", NAMES)
def test_another_view_has_the_same_keypoints(name, view):
    homography = SEEN_OTHERWISE[view]
    other = build_extractor(name).extract(warped(scene(3), homography, 800, 600, scene(12, 800, 600)), 800, 600)
    wanted = project(homography, features(name, 3).points.astype(np.float64))
    off = np.hypot(*(wanted[:, None] - other.points[None]).transpose(2, 0, 1)).min(axis=1)
    assert (off < 2).mean() > FOUND_AGAIN


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_turned_details_have_the_same_descriptors_and_turned_angles(name, quarters):
    extractor, here = build_extractor(name), features(name, 3)
    turned = np.ascontiguousarray(np.rot90(scene(3), -quarters))  # clockwise
    there = extractor.extract(turned, turned.shape[1], turned.shape[0])
    products = extractor.comparable(here) @ extractor.comparable(there).T
    nearest = products.argmax(axis=1)
    sure = products.max(axis=1) > 0.97
    assert sure.mean() > 0.3
    turn = (there.angles_deg[nearest] - here.angles_deg)[sure]
    off = np.abs((turn - 90 * quarters + 180) % 360 - 180)
    assert (off < 10).mean() > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_comparable_rows_have_unit_length_and_survive_packing(name):
    extractor, found = build_extractor(name), features(name, 3)
    stored = extractor.unpack(extractor.pack(found))
    rows = extractor.comparable(stored)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert np.array_equal(rows, extractor.comparable(found))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_pixels_give_the_same_features(name):
    again = build_extractor(name).extract(scene(3), 640, 480)
    assert build_extractor(name).pack(again) == build_extractor(name).pack(features(name, 3))


@pytest.mark.parametrize("shape", [(1, 1), (1, 640), (640, 1), (2, 2), (15, 400), (17, 17), (64, 48)])
@pytest.mark.parametrize("name", NAMES)
def test_no_picture_is_an_error(name, shape):
    extractor = build_extractor(name)
    for pixels in (
        np.full((*shape, 3), 90, np.uint8),
        np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8),
    ):
        found = extractor.extract(pixels, 8 * shape[1], 8 * shape[0])
        assert len(found) == len(found.descriptors) == len(extractor.unpack(extractor.pack(found)))
        assert len(extractor.comparable(found)) == len(found)
        if (pixels == 90).all():
            assert len(found) == 0


@pytest.mark.parametrize("name", NAMES)
def test_features_of_another_kind_are_refused(name):
    for other in NAMES:
        blob = build_extractor(other).pack(features(other, 3))
        if len(features(other, 3).descriptors[0]) != len(features(name, 3).descriptors[0]):
            with pytest.raises(ValueError, match="local features"):
                build_extractor(name).unpack(blob)


def test_rootsift_is_the_root_of_sift():
    """Arandjelović and Zisserman: the same keypoints, each histogram L1-normalised and square-rooted."""
    sift, rootsift = features("sift", 3), features("rootsift", 3)
    assert np.array_equal(sift.points, rootsift.points)
    histograms = sift.descriptors.astype(np.float64)
    rooted = np.sqrt(histograms / histograms.sum(axis=1, keepdims=True))
    quantised = build_extractor("rootsift").comparable(rootsift)
    assert np.einsum("ij,ij->i", rooted, quantised).min() > 0.98
    plain = build_extractor("sift").comparable(sift)
    assert np.allclose(plain, histograms / np.linalg.norm(histograms, axis=1, keepdims=True), atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(bits=st.integers(1, 500), seed=st.integers(0, 2**32 - 1))
def test_products_of_bits_rank_as_their_hamming_distance_does(bits, seed):
    codes = np.random.default_rng(seed).integers(0, 256, (2, -(-bits // 8)), dtype=np.uint8)
    ones = np.unpackbits(codes, axis=1, bitorder="little")[:, :bits]
    distance = int((ones[0] != ones[1]).sum())
    one, other = unit_bits(codes, bits)
    assert one @ other == pytest.approx(1 - 2 * distance / bits, abs=1e-4)


def test_the_ellipses_of_mser_outlast_a_stretch_that_circles_do_not():
    """The same spots in a picture squeezed to 400 px: how alike their descriptors are."""
    narrow = cv2.resize(scene(3), (400, 480), interpolation=cv2.INTER_AREA)
    alike = {}
    for name in ("mser", "harris_laplace"):
        extractor, here = build_extractor(name), features(name, 3)
        there = extractor.extract(narrow, 640, 480)  # places as if it were not narrow
        same = np.hypot(*(here.points[:, None] - there.points[None]).transpose(2, 0, 1)) < 2
        products = extractor.comparable(here) @ extractor.comparable(there).T
        alike[name] = np.median(np.where(same, products, -1).max(axis=1)[same.any(axis=1)])
    assert alike["mser"] > 0.97
    assert alike["harris_laplace"] < 0.93

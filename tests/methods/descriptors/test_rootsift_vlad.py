"""RootSIFT–VLAD learns from any library, however small, and ranks what shows the same first."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.methods.descriptors.rootsift_vlad import LEAST_TO_WHITEN, RootSiftVlad
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift, none

ROOTSIFT = RootSift()


def features(pixels: np.ndarray) -> LocalFeatures:
    return ROOTSIFT.extract(pixels, pixels.shape[1], pixels.shape[0])


@pytest.fixture(scope="module")
def scenes() -> list[LocalFeatures]:
    return [features(scene(seed, 320, 240)) for seed in range(LEAST_TO_WHITEN + 10)]


@pytest.fixture(scope="module")
def trained(scenes: list[LocalFeatures]) -> RootSiftVlad:
    return RootSiftVlad().with_model(RootSiftVlad().train(scenes))


def test_it_must_learn_before_it_can_describe(scenes):
    untrained = RootSiftVlad()
    assert not untrained.is_ready
    with pytest.raises(TypeError, match="learned"):
        untrained.describe(scenes[0])


def test_what_shows_the_same_is_most_alike(scenes, trained):
    gallery = np.stack(trained.describe_all(scenes))
    assert gallery.shape == (len(scenes), len(scenes) // 5)
    assert np.allclose(np.linalg.norm(gallery, axis=1), 1, atol=1e-5)
    for seed in (3, 30, 60):
        moved = warped(scene(seed, 320, 240), similarity_transform(0.8, 20, 90, 10), 400, 300)
        assert (gallery @ trained.describe(features(moved))).argmax() == seed


@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_a_small_library_learns_too(scenes, count):
    few = scenes[:count]
    vlad = RootSiftVlad().with_model(RootSiftVlad().train(few))
    gallery = np.stack(vlad.describe_all(few))
    assert (gallery @ gallery.T).argmax(axis=1).tolist() == list(range(count))


@pytest.mark.parametrize("library", [[], [none(640, 480)], [none(640, 480)] * (LEAST_TO_WHITEN + 1)])
def test_a_library_without_any_details_is_no_error(library):
    vlad = RootSiftVlad().with_model(RootSiftVlad().train(library))
    assert np.isfinite(vlad.describe(features(scene(1, 320, 240)))).all()
    assert not vlad.describe(none(640, 480)).any()


def test_a_photo_without_details_is_all_zero_and_one_detail_is_enough(trained, scenes):
    assert not trained.describe(none(100, 100)).any()
    assert np.linalg.norm(trained.describe(scenes[0].only(np.array([0])))) == pytest.approx(1, abs=1e-5)


def test_the_order_of_details_changes_nothing_but_last_digits(trained, scenes):
    shuffled = scenes[0].only(np.random.default_rng(0).permutation(len(scenes[0])))
    assert np.allclose(trained.describe(scenes[0]), trained.describe(shuffled), atol=1e-4)


def test_the_same_sample_gives_the_same_model_and_key(scenes, trained):
    again = RootSiftVlad().with_model(RootSiftVlad().train(scenes))
    assert again.key == trained.key
    assert RootSiftVlad().with_model(RootSiftVlad().train(scenes[1:])).key != trained.key

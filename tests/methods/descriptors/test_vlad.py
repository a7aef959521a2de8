"""VLAD and Fisher vectors: zero for what their own model expects, alike for what shows the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from tests.methods.local_features.test_mixture import drawn
from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.fisher import FisherVector, fisher_gradients
from visearch_desktop.methods.descriptors.vlad import residual_sums, vlad
from visearch_desktop.methods.descriptors.vlad_sift import vlad_sift
from visearch_desktop.methods.local_features.build import build_extractor
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.mixture import Mixture

PHOTOS = 16
KINDS = pytest.mark.parametrize("kind", [vlad, vlad_sift, FisherVector])


def features(descriptor: Descriptor, pixels: np.ndarray) -> LocalFeatures:
    assert descriptor.extractor is not None
    return descriptor.extractor.extract(pixels, pixels.shape[1], pixels.shape[0])


@cache
def scene_features(name: str, seed: int) -> LocalFeatures:
    pixels = scene(seed, 320, 240)
    return build_extractor(name).extract(pixels, 320, 240)


@cache
def trained(kind: Callable[[], Descriptor], count: int, seed: int = 0) -> tuple[Descriptor, list[LocalFeatures]]:
    untrained = kind()
    assert untrained.extractor is not None
    photos = [scene_features(untrained.extractor.name, one) for one in range(count)]
    return untrained.with_model(untrained.train(photos, seed)), photos


@KINDS
def test_it_must_learn_before_it_can_describe(kind) -> None:
    assert not kind().is_ready
    with pytest.raises(TypeError, match="learned"):
        kind().describe(features(kind(), scene(1, 100, 80)))


@KINDS
def test_what_shows_the_same_is_most_alike(kind) -> None:
    descriptor, photos = trained(kind, PHOTOS)
    gallery = np.stack(descriptor.describe_all(photos))
    assert gallery.shape == (PHOTOS, 8192)
    assert np.linalg.norm(gallery, axis=1) == pytest.approx(np.ones(PHOTOS), abs=1e-5)
    for seed in (3, 8, 13):
        moved = warped(scene(seed, 320, 240), similarity_transform(0.9, 15, 60, 10), 380, 320)
        assert (gallery @ descriptor.describe(features(descriptor, moved))).argmax() == seed


@KINDS
def test_the_order_of_features_changes_nothing_but_last_digits(kind) -> None:
    descriptor, photos = trained(kind, 3)
    shuffled = photos[0].only(np.random.default_rng(0).permutation(len(photos[0])))
    assert descriptor.describe(photos[0]) == pytest.approx(descriptor.describe(shuffled), abs=1e-3)


@KINDS
@pytest.mark.parametrize("library", ["no photos", "one colour", "one feature"])
def test_a_library_with_few_details_or_none_is_no_error(kind, library: str) -> None:
    untrained = kind()
    plain = features(untrained, np.full((40, 60, 3), 128, np.uint8))
    one = features(untrained, scene(1, 200, 150)).only(np.array([0]))
    sample = {"no photos": [], "one colour": [plain] * 3, "one feature": [one]}[library]
    descriptor = untrained.with_model(untrained.train(sample))
    assert not descriptor.describe(plain).any()
    described = descriptor.describe(features(descriptor, scene(2, 200, 150)))
    assert np.linalg.norm(described) == pytest.approx(1, abs=1e-5)
    assert np.isfinite(descriptor.describe(one)).all()


@KINDS
def test_the_same_sample_and_seed_give_the_same_key_and_others_another(kind) -> None:
    (one, photos), (two, _) = trained(kind, 3), trained.__wrapped__(kind, 3)
    assert one.key == two.key
    assert np.array_equal(one.describe(photos[1]), two.describe(photos[1]))
    assert trained(kind, 3, seed=1)[0].key != one.key


# --- what defines VLAD -----------------------------------------------------------------------------------------------


def some(count: int, width: int = 12, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, width)).astype(np.float32)


def test_vlad_of_the_words_themselves_is_zero() -> None:
    words = some(8)
    assert residual_sums(words, words) == pytest.approx(np.zeros((8, 12)), abs=1e-6)


def test_vlad_sums_what_rows_have_beyond_their_word() -> None:
    words = 10 * np.eye(3, 12, dtype=np.float32)
    beyond = 0.1 * some(6)
    rows = words[[0, 0, 2, 2, 2, 0]] + beyond
    expected = np.stack([beyond[[0, 1, 5]].sum(axis=0), np.zeros(12), beyond[[2, 3, 4]].sum(axis=0)])
    assert residual_sums(rows, words) == pytest.approx(expected, abs=1e-5)


def test_every_word_that_is_there_has_the_same_say() -> None:
    descriptor, photos = trained(vlad, 3)
    lengths = np.linalg.norm(descriptor.describe(photos[0]).reshape(64, 128), axis=1)
    there = lengths > 0
    assert lengths[there] == pytest.approx(np.full(there.sum(), there.sum() ** -0.5), abs=1e-5)


# --- what defines the Fisher vector ----------------------------------------------------------------------------------


def mixture() -> Mixture:
    means = np.array([[3.0, 0, 0, 0], [0, 3, 0, 0], [0, 0, 3, 0]])
    return Mixture(np.array([0.5, 0.3, 0.2]), means, np.array([[0.5, 0.7, 0.9, 1.1]] * 3))


def test_the_fisher_vector_of_the_mixtures_own_rows_is_near_zero() -> None:
    """And the nearer, the more rows there are; of other rows it is not."""
    few, many = (np.abs(fisher_gradients(drawn(mixture(), count), mixture())).max() for count in (200, 50_000))
    assert many < 0.02 < few
    shifted = drawn(mixture(), 50_000) + np.float32(0.3)
    assert np.abs(fisher_gradients(shifted, mixture())).max() > 0.1


def test_fisher_vectors_are_gradients_of_the_log_likelihood() -> None:
    model, rows = mixture(), drawn(mixture(), 20).astype(np.float64)

    def likelihood(means: np.ndarray, variances: np.ndarray) -> float:
        terms = [
            np.log(weight) - 0.5 * (((rows - mean) ** 2 / variance) + np.log(2 * np.pi * variance)).sum(axis=1)
            for weight, mean, variance in zip(model.weights, means, variances, strict=True)
        ]
        return float(np.logaddexp.reduce(terms, axis=0).mean())

    gradients = fisher_gradients(rows, model).reshape(2, 3, 4)
    step = 1e-5
    for gaussian, number in ((0, 0), (1, 3), (2, 2)):
        moved = np.zeros((3, 4))
        moved[gaussian, number] = step
        up, down = (likelihood(model.means + sign * moved, model.variances) for sign in (1, -1))
        deviation, weight = np.sqrt(model.variances[gaussian, number]), np.sqrt(model.weights[gaussian])
        assert gradients[0, gaussian, number] == pytest.approx((up - down) / (2 * step) * deviation / weight, abs=1e-5)
        up, down = (likelihood(model.means, (np.sqrt(model.variances) + sign * moved) ** 2) for sign in (1, -1))
        expected = (up - down) / (2 * step) * deviation / (np.sqrt(2) * weight)
        assert gradients[1, gaussian, number] == pytest.approx(expected, abs=1e-5)

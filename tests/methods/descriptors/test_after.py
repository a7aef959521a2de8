"""Steps after a descriptor of vectors: power normalisation, PCA, PCA-whitening, one after another."""

from __future__ import annotations

import numpy as np
import pytest

from visearch_desktop.core.errors import UsageError
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.descriptor import Descriptor

LEARNING = pytest.mark.parametrize("step", ["pca", "pca_whitening"])


def vectors(count: int, width: int = 288, seed: int = 0) -> np.ndarray:
    """Unit rows that vary much in a few directions, little in the others, about a common mean."""
    rng = np.random.default_rng(seed)
    return normalise(2 + rng.standard_normal((count, width)) * np.geomspace(3, 0.05, width))


def after(step: str, sample: np.ndarray) -> Descriptor:
    untrained = build_descriptor(f"colour_histogram+{step}", [])
    return untrained.with_model(untrained.train(sample))


def test_power_takes_signed_roots_and_gives_unit_vectors() -> None:
    power = build_descriptor("colour_histogram+power", [])
    assert power.is_ready
    given = np.array([0.64, -0.36, 0, 0], np.float32)
    assert power.describe(given) == pytest.approx([0.8, -0.6, 0, 0], abs=1e-6)
    assert not power.describe(np.zeros(4, np.float32)).any()


@LEARNING
def test_a_step_must_learn_before_it_can_describe(step: str) -> None:
    untrained = build_descriptor(f"colour_histogram+{step}", [])
    assert untrained.learns
    assert not untrained.is_ready
    with pytest.raises(TypeError, match="learned"):
        untrained.describe(vectors(1)[0])


@LEARNING
@pytest.mark.parametrize("count", [0, 1, 2, 19])
def test_a_few_photos_leave_vectors_as_they_are(step: str, count: int) -> None:
    sample = vectors(count)
    given = vectors(4, seed=1)
    assert np.array_equal(np.stack(after(step, sample).describe_all(given)), given)


@LEARNING
def test_photos_that_are_all_the_same_leave_vectors_as_they_are(step: str) -> None:
    same = np.repeat(vectors(1), 40, axis=0)
    assert np.array_equal(after(step, same).describe(same[0]), same[0])


@LEARNING
@pytest.mark.parametrize("count", [20, 50, 400])
def test_what_comes_out_is_of_unit_length_and_zero_stays_zero(step: str, count: int) -> None:
    described = np.stack(after(step, vectors(count)).describe_all(vectors(30, seed=1)))
    assert np.linalg.norm(described, axis=1) == pytest.approx(np.ones(30), abs=1e-4)
    assert not after(step, vectors(count)).describe(np.zeros(288, np.float32)).any()


def test_pca_keeps_at_most_128_numbers_and_of_them_as_much_difference_as_can_be_kept() -> None:
    sample = vectors(400)
    pca = after("pca", sample)
    model = pca.train(sample)
    assert model["projection"].shape == (288, 128)
    assert model["projection"].T @ model["projection"] == pytest.approx(np.eye(128), abs=1e-4)
    centred = sample - sample.mean(axis=0)
    kept = np.linalg.norm(centred @ model["projection"]) ** 2
    best = np.sum(np.linalg.svd(centred, compute_uv=False)[:128] ** 2)
    assert kept == pytest.approx(best, rel=1e-4)
    assert after("pca", vectors(50)).describe(sample[0]).shape == (50,)


def test_whitening_evens_out_what_pca_leaves_uneven() -> None:
    sample = vectors(2000, 40)
    spreads = {}
    for step in ("pca", "pca_whitening"):
        model = after(step, sample).train(sample)
        deviations = ((sample - model["mean"]) @ model["projection"]).std(axis=0)
        spreads[step] = deviations.max() / deviations.min()
    assert spreads["pca_whitening"] < 0.3 * spreads["pca"]


def test_steps_come_one_after_another_and_every_one_is_in_the_key() -> None:
    sample = vectors(60)
    chain = build_descriptor("colour_histogram+power+pca", [])
    assert chain.name == "colour_histogram+power+pca"
    assert chain.base is not None
    assert chain.base.name == "colour_histogram+power"
    powered = np.stack([chain.base.describe(row) for row in sample])
    trained = chain.with_model(chain.train(powered))
    assert trained.describe(powered[0]).shape == (60,)
    assert trained.base is chain.base
    assert trained.key != after("pca", powered).key
    assert not trained.with_base(build_descriptor("colour_histogram", [])).is_ready
    assert type(trained.with_base(chain.base)) is type(chain)


@pytest.mark.parametrize("step", ["power", "pca", "pca_whitening"])
def test_a_step_after_words_is_refused_with_a_sentence(step: str) -> None:
    with pytest.raises(UsageError, match="vectors"):
        build_descriptor(f"bow+{step}", [])

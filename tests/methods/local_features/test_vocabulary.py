"""Visual words are the same for the same features, and any library has some."""

from __future__ import annotations

import numpy as np
import pytest

from visearch_desktop.methods.local_features.vocabulary import learn_vocabulary, unit_rows


def rows(count: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(count).integers(0, 16, (count, 32), dtype=np.uint8))


@pytest.mark.parametrize("count", [0, 1, 3, 8, 9, 500])
def test_there_are_as_many_words_as_asked_for(count):
    words = learn_vocabulary(rows(count), 8, seed=0)
    assert words.shape == (8, 32)
    assert np.isfinite(words).all()


def test_the_same_features_and_seed_give_the_same_words():
    assert np.array_equal(learn_vocabulary(rows(400), 16, 3), learn_vocabulary(rows(400), 16, 3))
    assert not np.array_equal(learn_vocabulary(rows(400), 16, 3), learn_vocabulary(rows(400), 16, 4))


def test_clusters_that_are_there_are_found():
    rng = np.random.default_rng(0)
    centres = np.eye(4, 32, dtype=np.float32)
    given = np.concatenate([centre + 0.01 * rng.standard_normal((50, 32)) for centre in centres]).astype(np.float32)
    words = learn_vocabulary(given, 4, seed=1)
    spread = min(np.linalg.norm(given[:, None] - words[None], axis=2).min(axis=1).mean() for _ in range(1))
    assert spread < 0.8

"""Visual words are the same for the same features, and any library has some."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene
from visearch_desktop.methods.local_features import vocabulary
from visearch_desktop.methods.local_features.rootsift import RootSift, none
from visearch_desktop.methods.local_features.vocabulary import (
    learn_vocabulary,
    nearest_words,
    sampled_rows,
    unit_rows,
)


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


def test_the_nearest_words_are_those_of_all_distances():
    given, words = rows(300), rows(40)
    distances = ((given[:, None] - words[None]) ** 2).sum(axis=2)
    nearest, squared = nearest_words(given, words, 3)
    assert np.array_equal(nearest, np.argsort(distances, axis=1)[:, :3])
    assert squared == pytest.approx(np.sort(distances, axis=1)[:, :3], abs=1e-5)


def test_blocks_change_nothing(monkeypatch):
    given, words = rows(300), rows(40)
    whole = nearest_words(given, words, 2)
    monkeypatch.setattr(vocabulary, "BLOCK_SCORES", 7 * len(words))
    assert np.array_equal(nearest_words(given, words, 2)[0], whole[0])


@pytest.mark.parametrize("count", [1, 2])
def test_where_there_are_fewer_words_than_neighbours_the_farthest_is_repeated(count):
    nearest, squared = nearest_words(rows(5), rows(count), 3)
    assert (nearest[:, count:] == nearest[:, count - 1 : count]).all()
    assert (squared[:, count:] == squared[:, count - 1 : count]).all()


def test_no_rows_have_no_words():
    nearest, squared = nearest_words(rows(0), rows(4), 3)
    assert nearest.shape == squared.shape == (0, 3)


def test_a_sample_takes_the_strongest_of_every_photo(monkeypatch):
    extractor = RootSift()
    photos = [extractor.extract(scene(seed, 200, 150), 200, 150) for seed in range(4)]
    monkeypatch.setattr(vocabulary, "SAMPLE_FEATURES", 40)
    sample = sampled_rows(extractor, [none(200, 150), *photos])
    assert len(sample) == 4 * 8
    assert np.array_equal(sample[8:16], extractor.comparable(photos[1])[:8])
    assert sampled_rows(extractor, []).shape == sampled_rows(extractor, [none(9, 9)]).shape == (0, 128)

"""Bags of the words that come with the program: the first photo is described as the last, and found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.core.errors import VocabularyDamagedError
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.visual_words_bundled import BundledVisualWords
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.local_features import bundled_vocabulary as module
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift, none
from visearch_desktop.methods.local_features.visual_word_rows import FEATURE, SQUARED_STEP, from_signature

ROOTSIFT = RootSift()
BAGS = pytest.mark.parametrize("name", ["bow_hamming_bundled", "asmk_bundled"])


def features(pixels: np.ndarray) -> LocalFeatures:
    return ROOTSIFT.extract(pixels, pixels.shape[1], pixels.shape[0])


@pytest.fixture(scope="module")
def scenes() -> list[LocalFeatures]:
    return [features(scene(seed, 320, 240)) for seed in range(8)]


@pytest.fixture(scope="module")
def words() -> BundledVisualWords:
    return BundledVisualWords()


def test_nothing_has_to_be_learned(words: BundledVisualWords) -> None:
    assert words.is_ready
    assert words.key == BundledVisualWords().key


def test_a_row_has_the_nearest_words_their_distances_and_the_bits_about_the_first(scenes, words) -> None:
    vocabulary, local = bundled_vocabulary(), ROOTSIFT.comparable(scenes[1])
    rows = from_signature(words.describe(scenes[1]), FEATURE)
    found, squared = vocabulary.assign(local, 3)
    assert np.array_equal(rows["words"], found)
    assert rows["squared"] * SQUARED_STEP == pytest.approx(squared, abs=0.005)
    assert np.array_equal(rows["bits"], vocabulary.signatures(local, found[:, 0]))
    assert not len(words.describe(none(64, 48)))


@BAGS
def test_what_shows_the_same_is_most_alike(name: str, scenes, words) -> None:
    bag = build_descriptor(name, [])
    assert bag.is_ready
    assert bag.base is not None
    assert bag.base.key == words.key
    index = build_index(bag.index, 0, bag.index_options)
    index.add([bag.describe(words.describe(photo)) for photo in scenes], np.arange(len(scenes)))
    for seed in (2, 5):
        moved = warped(scene(seed, 320, 240), similarity_transform(0.9, 10, 40, 10), 360, 300)
        assert index.search(bag.describe(words.describe(features(moved))), 0)[0][0] == seed


@BAGS
def test_without_the_words_it_says_so(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "resource", lambda _: tmp_path)
    with pytest.raises(VocabularyDamagedError):
        build_descriptor(name, [])

"""Visual words and the bags made of them: a photo is its words, wherever and in whatever order they come."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes import scene, similarity_transform, warped
from visearch_desktop.methods.descriptors.asmk import AggregatedMatchKernel
from visearch_desktop.methods.descriptors.bow import BagOfWords
from visearch_desktop.methods.descriptors.bow_hamming import HammingBagOfWords
from visearch_desktop.methods.descriptors.bow_pyramid import PyramidOfWords, pyramid
from visearch_desktop.methods.descriptors.bow_soft import SoftBagOfWords, soft_shares
from visearch_desktop.methods.descriptors.descriptor import Model
from visearch_desktop.methods.descriptors.on_visual_words import OnVisualWords
from visearch_desktop.methods.descriptors.visual_words import VisualWords, words_for
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift, none
from visearch_desktop.methods.local_features.visual_word_rows import (
    FEATURE,
    SQUARED_STEP,
    TERM,
    WORD_BITS,
    from_signature,
    to_signature,
    whole_bits,
)

ROOTSIFT = RootSift()
PHOTOS = 24
BAGS = pytest.mark.parametrize(
    "kind", [BagOfWords, SoftBagOfWords, PyramidOfWords, HammingBagOfWords, AggregatedMatchKernel]
)


def features(pixels: np.ndarray) -> LocalFeatures:
    return ROOTSIFT.extract(pixels, pixels.shape[1], pixels.shape[0])


@pytest.fixture(scope="module")
def scenes() -> list[LocalFeatures]:
    return [features(scene(seed, 320, 240)) for seed in range(PHOTOS)]


@pytest.fixture(scope="module")
def model(scenes: list[LocalFeatures]) -> Model:
    return VisualWords().train(scenes)


@pytest.fixture(scope="module")
def words(model: Model) -> VisualWords:
    return VisualWords().with_model(model)


@pytest.fixture(scope="module")
def other_words(scenes: list[LocalFeatures]) -> VisualWords:
    return VisualWords().with_model(VisualWords().train(scenes, seed=1))


def feature_rows(count: int, seed: int = 0) -> np.ndarray:
    """(N,) FEATURE: each with a word of its own choice, in random places."""
    rng = np.random.default_rng(seed)
    rows = np.zeros(count, dtype=FEATURE)
    rows["words"] = rng.integers(0, 50, (count, 3))
    rows["squared"] = np.sort(rng.integers(20, 90, (count, 3)), axis=1)
    rows["bits"] = rng.integers(0, 256, (count, 8))
    rows["place"] = rng.integers(0, 256, (count, 2))
    return rows


# --- visual words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sample", "count"), [(0, 16), (100, 16), (300, 32), (20_000, 2048), (65_536, 8192), (150_000, 8192)]
)
def test_a_small_library_has_fewer_words(sample: int, count: int) -> None:
    assert words_for(sample) == count


def test_words_must_be_learned_before_photos_can_be_described(scenes) -> None:
    assert not VisualWords().is_ready
    with pytest.raises(TypeError, match="learned"):
        VisualWords().describe(scenes[0])


def test_each_row_has_the_nearest_words_their_distances_and_the_place(scenes, model, words) -> None:
    local = ROOTSIFT.comparable(scenes[2])
    rows = from_signature(words.describe(scenes[2]), FEATURE)
    distances = ((local[:, None] - model["words"][None]) ** 2).sum(axis=2)
    assert np.array_equal(rows["words"][:, 0], distances.argmin(axis=1))
    assert rows["squared"] * SQUARED_STEP == pytest.approx(np.sort(distances, axis=1)[:, :3], abs=0.005)
    assert rows["place"] == pytest.approx(scenes[2].points / [320, 240] * 256, abs=1)


def test_half_of_the_bits_of_a_word_are_set(scenes, words) -> None:
    """The medians are those of the word's own features."""
    rows = np.concatenate([from_signature(words.describe(photo), FEATURE) for photo in scenes])
    numbers, counts = np.unique(rows["words"][:, 0], return_counts=True)
    for word in numbers[counts.argsort()[-5:]]:
        of_word = np.unpackbits(rows["bits"][rows["words"][:, 0] == word], axis=1)
        assert of_word.mean(axis=0) == pytest.approx(np.full(64, 0.5), abs=0.5 / len(of_word) + 1e-9)


def test_the_projection_keeps_lengths_on_its_plane(model) -> None:
    projection = model["projection"]
    assert projection.T @ projection == pytest.approx(np.eye(64), abs=1e-5)


def test_the_same_sample_and_seed_teach_the_same_words(scenes, words, other_words) -> None:
    again = VisualWords().with_model(VisualWords().train(scenes))
    assert again.key == words.key
    assert np.array_equal(again.describe(scenes[1]), words.describe(scenes[1]))
    assert other_words.key != words.key


@pytest.mark.parametrize("library", [[], [none(64, 48)], [none(64, 48)] * 30])
def test_a_library_without_details_has_words_too(library, scenes) -> None:
    words = VisualWords().with_model(VisualWords().train(library))
    assert len(from_signature(words.describe(scenes[0]), FEATURE)) == len(scenes[0])
    assert not len(words.describe(none(64, 48)))


def test_one_detail_is_enough(scenes) -> None:
    only = scenes[0].only(np.array([0]))
    words = VisualWords().with_model(VisualWords().train([only]))
    assert len(from_signature(words.describe(only), FEATURE)) == 1


# --- bags ------------------------------------------------------------------------------------------------------------


def ranking(bag: OnVisualWords, gallery: list[np.ndarray], query: np.ndarray) -> tuple[list[int], np.ndarray]:
    index = build_index(bag.index, 0, bag.index_options)
    index.add(gallery, np.arange(len(gallery)))
    ids, similarities = index.search(query, 0)
    return ids.tolist(), similarities


@BAGS
def test_what_shows_the_same_is_most_alike(kind: type[OnVisualWords], scenes, words) -> None:
    bag = kind(words)
    gallery = [bag.unpack(bag.pack(bag.describe(words.describe(photo)))) for photo in scenes]
    for seed in (3, 11, 20):
        moved = warped(scene(seed, 320, 240), similarity_transform(0.9, 10, 40, 10), 360, 300)
        assert ranking(bag, gallery, bag.describe(words.describe(features(moved))))[0][0] == seed
        ids, similarities = ranking(bag, gallery, gallery[seed])
        assert ids[0] == seed
        assert similarities[0] == pytest.approx(1, abs=1e-5)


@BAGS
def test_the_order_of_features_does_not_matter(kind: type[OnVisualWords]) -> None:
    """ASMK's draws go to the first feature, so a word has an odd number of them here."""
    rows = feature_rows(40)
    rows["words"][:, 0] = np.arange(40)
    bag = kind()
    gallery = [bag.describe(to_signature(feature_rows(40, seed))) for seed in range(4)]
    one = ranking(bag, gallery, bag.describe(to_signature(rows)))
    two = ranking(bag, gallery, bag.describe(to_signature(rows[::-1])))
    assert one[0] == two[0]
    assert one[1] == pytest.approx(two[1], abs=1e-4)


@BAGS
def test_no_details_and_one_detail_are_no_error(kind: type[OnVisualWords]) -> None:
    bag = kind()
    assert not len(bag.describe(np.zeros(0, np.uint8)))
    one = bag.describe(to_signature(feature_rows(1)))
    assert ranking(bag, [one], one)[1].tolist() == pytest.approx([1])


@BAGS
def test_the_key_changes_with_the_words(kind: type[OnVisualWords], words, other_words) -> None:
    bag = kind(words)
    assert bag.key != bag.with_base(other_words).key
    assert bag.with_base(words).key == bag.key


def test_a_bag_counts_the_nearest_words() -> None:
    rows = feature_rows(200)
    counted = from_signature(BagOfWords().describe(to_signature(rows)), TERM)
    words, counts = np.unique(rows["words"][:, 0], return_counts=True)
    assert counted["word"].tolist() == words.tolist()
    assert counted["weight"].tolist() == counts.tolist()


def test_soft_assignment_gives_every_feature_one_and_near_words_more() -> None:
    rows = feature_rows(200)
    shares = soft_shares(rows["squared"] * SQUARED_STEP)
    assert shares.sum(axis=1) == pytest.approx(np.ones(200))
    assert (np.diff(shares, axis=1) <= 0).all()
    weights = from_signature(SoftBagOfWords().describe(to_signature(rows)), TERM)["weight"]
    assert weights.astype(float).sum() == pytest.approx(200, rel=1e-3)


def test_soft_assignment_to_one_neighbour_is_hard_assignment() -> None:
    assert soft_shares(np.array([[0.4], [1.9]], np.float32)).tolist() == [[1], [1]]
    rows = feature_rows(100)
    rows["squared"][:, 1:] = 255  # the others are so far away that one neighbour is left
    rows["squared"][:, 0] = 20
    soft = from_signature(SoftBagOfWords().describe(to_signature(rows)), TERM)
    hard = from_signature(BagOfWords().describe(to_signature(rows)), TERM)
    assert dict(soft[soft["weight"] > 1e-3].tolist()) == pytest.approx(dict(hard.tolist()))


def test_a_pyramid_of_one_level_is_a_bag_of_words() -> None:
    signature = to_signature(feature_rows(150))
    assert np.array_equal(pyramid(signature, ((1, 1),), (1.0,)), BagOfWords().describe(signature))


def test_a_pyramid_has_each_feature_once_on_each_level_in_its_own_cell() -> None:
    rows = feature_rows(1)
    rows["words"][0, 0], rows["place"][0] = 7, (200, 30)  # right of the middle, in the first quarter from the top
    made = from_signature(pyramid(to_signature(rows), ((1, 1), (2, 2), (1, 3)), (0.5, 0.25, 0.25)), TERM)
    assert made["word"].tolist() == [7, 8192 * 2 + 7, 8192 * 5 + 7]
    assert made["weight"].astype(float) ** 2 == pytest.approx([0.5, 0.25, 0.25], rel=1e-2)


def test_the_same_words_elsewhere_are_less_alike_to_a_pyramid_but_not_to_a_bag() -> None:
    rows = feature_rows(60)
    elsewhere = rows.copy()
    elsewhere["place"] = 255 - rows["place"]
    other = feature_rows(60, 5)
    for bag, expected in ((BagOfWords(), 1.0), (PyramidOfWords(), 0.75)):
        gallery = [bag.describe(to_signature(some)) for some in (rows, other)]
        found = ranking(bag, gallery, bag.describe(to_signature(elsewhere)))
        similar = float(found[1][found[0].index(0)])
        assert similar == pytest.approx(1, abs=1e-5) if expected == 1 else similar < expected


def test_hamming_embedding_keeps_every_feature_and_its_bits() -> None:
    rows = feature_rows(80)
    made = from_signature(HammingBagOfWords().describe(to_signature(rows)), WORD_BITS)
    assert made["word"].tolist() == rows["words"][:, 0].tolist()
    assert whole_bits(made).tolist() == whole_bits(rows).tolist()


def test_asmk_has_every_word_once_with_the_majority_of_its_bits() -> None:
    rows = feature_rows(5)
    rows["words"][:, 0] = (4, 9, 4, 9, 4)
    rows["bits"] = 0
    rows["bits"][[0, 2], 0] = 1  # two of three
    rows["bits"][4, 1] = 1  # one of three
    rows["bits"][1, 2] = 1  # one of two: the first, stronger one decides
    rows["bits"][3, 3] = 1  # one of two: the second one
    made = from_signature(AggregatedMatchKernel().describe(to_signature(rows)), WORD_BITS)
    assert made["word"].tolist() == [4, 9]
    assert made["bits"].tolist() == [[1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0, 0]]

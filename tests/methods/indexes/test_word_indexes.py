"""Indexes of visual words: what a bag of words is, what bits add to it, and photos that come and go."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visearch_desktop.methods.indexes import postings
from visearch_desktop.methods.indexes.hamming_embedding import HammingEmbeddingIndex
from visearch_desktop.methods.indexes.inverted_file import InvertedFile
from visearch_desktop.methods.indexes.postings import WordIndex
from visearch_desktop.methods.indexes.selective_match import SelectiveMatchIndex
from visearch_desktop.methods.local_features.visual_word_rows import TERM, WORD_BITS, to_signature

Bag = dict[int, float]
Bits = list[tuple[int, int]]


def bag(words: Bag) -> np.ndarray:
    return to_signature(np.array(list(words.items()), dtype=TERM))


def bits(entries: Bits) -> np.ndarray:
    rows = np.zeros(len(entries), dtype=WORD_BITS)
    for row, (word, number) in zip(rows, entries, strict=True):
        row["word"] = word
        row["bits"] = np.frombuffer(number.to_bytes(8, "little"), np.uint8)
    return to_signature(rows)


def some_bags(count: int, seed: int = 0, words: int = 60) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [
        bag({int(word): int(rng.integers(1, 5)) for word in rng.choice(words, rng.integers(5, 20), replace=False)})
        for _ in range(count)
    ]


def some_bits(count: int, seed: int = 0, *, once: bool = False) -> list[np.ndarray]:
    """Photos of words with bits, of which many differ little from others; ``once``: no word twice in a photo."""
    rng = np.random.default_rng(seed)
    centres = rng.integers(0, 2**63, 40)
    photos = []
    for _ in range(count):
        words = rng.choice(40, 15, replace=not once)
        photos.append(bits([(int(w), int(centres[w]) ^ (1 << int(rng.integers(0, 63)))) for w in words]))
    return photos


CASES = pytest.mark.parametrize(
    ("kind", "some"),
    [(InvertedFile, some_bags), (HammingEmbeddingIndex, some_bits), (SelectiveMatchIndex, some_bits)],
)


def filled(index: WordIndex, signatures: list[np.ndarray], first: int = 0) -> WordIndex:
    index.add(signatures, np.arange(first, first + len(signatures)))
    return index


def by_id(index: WordIndex, query: np.ndarray) -> np.ndarray:
    ids, similarities = index.search(query, 0)
    return similarities[np.argsort(ids)]


@CASES
def test_a_photo_is_wholly_alike_to_itself_and_most_of_all(kind, some) -> None:
    photos = some(30)
    index = filled(kind(), photos)
    for place in range(0, 30, 7):
        ids, similarities = index.search(photos[place], 3)
        assert ids[0] == place
        assert similarities[0] == pytest.approx(1, abs=1e-6)
        assert similarities[1] < 0.999


@CASES
def test_the_order_of_rows_does_not_matter(kind, some) -> None:
    photos = some(12)
    index = filled(kind(), photos)
    size = TERM.itemsize if kind is InvertedFile else WORD_BITS.itemsize
    turned = [np.ascontiguousarray(photo.reshape(-1, size)[::-1]).ravel() for photo in photos]
    other = filled(kind(), turned)
    assert by_id(other, turned[3]) == pytest.approx(by_id(index, photos[3]), abs=1e-6)


@CASES
def test_adding_and_removing_leaves_what_a_fresh_index_has(kind, some) -> None:
    photos = some(40)
    index = filled(kind(), photos[:25])
    index.search(photos[0], 5)
    index.remove(np.array([3, 4, 17, 999]))
    index.search(photos[0], 5)
    filled(index, photos[25:], 25)
    index.remove(np.array([30]))
    kept = [n for n in range(40) if n not in {3, 4, 17, 30}]
    fresh = kind()
    fresh.add([photos[n] for n in kept], np.array(kept))
    assert index.ids().tolist() == kept
    assert len(index) == len(kept)
    for query in (photos[0], photos[17], *some(3, seed=9)):
        for k in (0, 5):
            assert [one.tolist() for one in index.search(query, k)] == [one.tolist() for one in fresh.search(query, k)]


@CASES
def test_nothing_is_alike_to_a_photo_without_details(kind, some) -> None:
    nothing = np.zeros(0, np.uint8)
    index = filled(kind(), [nothing, *some(3)])
    assert by_id(index, nothing).tolist() == [0, 0, 0, 0]
    assert by_id(index, some(1)[0])[0] == 0
    assert by_id(filled(kind(), [nothing]), some(1)[0]).tolist() == [0]
    ids, similarities = kind().search(some(1)[0], 5)
    assert (ids.tolist(), similarities.tolist()) == ([], [])


@CASES
def test_photos_without_a_common_word_have_nothing_in_common(kind, some) -> None:
    one = bag({1: 1, 2: 1}) if kind is InvertedFile else bits([(1, 5), (2, 5)])
    other = bag({3: 1}) if kind is InvertedFile else bits([(3, 5)])
    assert by_id(filled(kind(), [one, other]), one).tolist() == pytest.approx([1, 0])


@CASES
def test_a_library_of_one_photo_or_of_copies_finds_it(kind, some) -> None:
    photo = some(1)[0]
    assert by_id(filled(kind(), [photo]), photo) == pytest.approx([1])
    assert by_id(filled(kind(), [photo] * 3), photo) == pytest.approx([1, 1, 1])


@CASES
def test_equal_ones_come_by_ascending_id(kind, some) -> None:
    photo, other = some(2)
    index = kind()
    index.add([photo, other, photo, photo], np.array([9, 1, 3, 5]))
    assert index.search(photo, 2)[0].tolist() == [3, 5]


@CASES
def test_an_id_twice_or_broken_rows_are_refused_and_change_nothing(kind, some) -> None:
    photos = some(3)
    index = filled(kind(), photos)
    for ids in (np.array([5, 5]), np.array([2, 7])):
        with pytest.raises(ValueError, match="twice"):
            index.add(photos[:2], ids)
    with pytest.raises(ValueError, match="signatures"):
        index.add(photos[:2], np.array([7]))
    with pytest.raises(ValueError, match="size"):
        index.add([photos[0][:-1]], np.array([7]))
    assert index.ids().tolist() == [0, 1, 2]


@CASES
def test_pieces_of_the_posting_lists_add_up(kind, some, monkeypatch) -> None:
    photos = some(30)
    whole = by_id(filled(kind(), photos), photos[4])
    monkeypatch.setattr(postings, "PAIRS_AT_ONCE", 3)
    assert by_id(filled(kind(), photos), photos[4]) == pytest.approx(whole, abs=1e-6)


# --- bags of words ---------------------------------------------------------------------------------------------------


def test_similarity_is_the_cosine_of_tf_idf_vectors() -> None:
    photos = some_bags(20)
    table = np.zeros((20, 60))
    for row, photo in zip(table, photos, strict=True):
        row[photo.view(TERM)["word"]] = photo.view(TERM)["weight"]
    weighted = table * np.log(20 / np.maximum((table > 0).sum(axis=0), 1))
    weighted /= np.linalg.norm(weighted, axis=1, keepdims=True)
    assert by_id(filled(InvertedFile(), photos), photos[6]) == pytest.approx(weighted @ weighted[6], abs=1e-5)


def test_a_word_that_every_photo_has_says_nothing() -> None:
    index = filled(InvertedFile(), [bag({7: 90, 1: 1}), bag({7: 90, 2: 1}), bag({7: 90, 3: 1})])
    assert by_id(index, bag({7: 90, 1: 1})).tolist() == pytest.approx([1, 0, 0])
    assert by_id(index, bag({7: 1})).tolist() == [0, 0, 0]


def test_words_that_no_photo_has_make_a_query_less_alike() -> None:
    index = filled(InvertedFile(), some_bags(10))
    photo = some_bags(1)[0].view(TERM)
    more = to_signature(np.concatenate([photo, np.array([(5000, 3)], TERM)]))
    assert 0 < by_id(index, more)[0] < 1


@given(st.lists(st.dictionaries(st.integers(0, 30), st.integers(1, 9), max_size=8), min_size=1, max_size=8))
def test_similarities_are_from_0_to_1_and_the_same_both_ways(bags: list[Bag]) -> None:
    index = filled(InvertedFile(), [bag(words) for words in bags])
    table = np.stack([by_id(index, bag(words)) for words in bags])
    assert (table >= 0).all()
    assert (table <= 1).all()
    assert table == pytest.approx(table.T, abs=1e-5)
    assert np.where(np.diag(table) > 0, np.diag(table), 1) == pytest.approx(np.ones(len(bags)), abs=1e-5)


# --- bits ------------------------------------------------------------------------------------------------------------


def test_without_a_threshold_hamming_embedding_is_a_bag_of_words() -> None:
    photos = some_bits(20)
    counted = [bag(Counter(photo.view(WORD_BITS)["word"].tolist())) for photo in photos]
    index = filled(HammingEmbeddingIndex(threshold=64, sigma=np.inf), photos)
    plain = filled(InvertedFile(), counted)
    for photo, words in zip(photos[:5], counted, strict=False):
        assert by_id(index, photo) == pytest.approx(by_id(plain, words), abs=1e-5)


def test_beyond_the_threshold_words_do_not_match() -> None:
    far, near = (1 << 25) - 1, (1 << 24) - 1
    index = filled(HammingEmbeddingIndex(threshold=24), [bits([(1, 0)]), bits([(1, far)]), bits([(1, near)])])
    similarities = by_id(index, bits([(1, 0)]))
    assert similarities[1] == 0
    assert similarities[2] == pytest.approx(np.exp(-((24 / 16) ** 2)), abs=1e-6)


def test_the_selective_kernel_counts_agreement_by_its_cube_and_disagreement_not_at_all() -> None:
    quarter, half = (1 << 16) - 1, (1 << 32) - 1
    index = filled(SelectiveMatchIndex(), [bits([(1, 0)]), bits([(1, quarter)]), bits([(1, half)])])
    assert by_id(index, bits([(1, 0)])) == pytest.approx([1, 0.5**3, 0], abs=1e-6)


def test_with_one_entry_a_word_and_no_selectivity_both_kernels_count_the_same_matches() -> None:
    photos = some_bits(20, once=True)
    selective = filled(SelectiveMatchIndex(alpha=0.0, tau=0.0), photos)
    counting = filled(HammingEmbeddingIndex(threshold=31, sigma=np.inf), photos)
    for photo in photos[:5]:
        assert by_id(selective, photo) == pytest.approx(by_id(counting, photo), abs=1e-6)


def test_self_similarity_takes_every_pair_of_a_repeated_word() -> None:
    photo = bits([(1, 0), (1, 1), (1, 0b11), (2, 7), (2, 7)])
    index = filled(HammingEmbeddingIndex(), [photo, bits([(3, 0)])])
    assert by_id(index, photo) == pytest.approx([1, 0], abs=1e-6)

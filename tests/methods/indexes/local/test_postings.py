"""Inverted lists against what they are made of."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.indexes.local.made import assert_same_photo, photo
from visearch_desktop.methods.indexes.local import postings as module
from visearch_desktop.methods.indexes.local.postings import Merging, Postings

COUNTS = st.lists(st.integers(0, 60), max_size=6)


def lists_of(counts: list[int], first: int = 0) -> Postings:
    return Postings.of(range(first, first + len(counts)), [photo(first + n, count) for n, count in enumerate(counts)])


@settings(deadline=None, max_examples=25)
@given(COUNTS)
def test_each_photo_comes_out_as_it_went_in(counts: list[int]) -> None:
    lists = lists_of(counts)
    for place, count in enumerate(counts):
        assert_same_photo(lists.rows_of(place), photo(place, count))


@settings(deadline=None, max_examples=25)
@given(COUNTS, st.sampled_from([0, 18, 64]), st.sampled_from([1, 10, 1000]))
def test_pairs_are_all_of_one_word_and_close_enough(counts: list[int], threshold: int, short: int) -> None:
    lists, query = lists_of(counts), photo(99, 20)
    long_before, module.SHORT_LIST = module.SHORT_LIST, short
    try:
        asked, entries, distances = lists.close(query.words.astype(np.int64), query.bits, threshold)
    finally:
        module.SHORT_LIST = long_before
    words = np.repeat(np.arange(len(lists.counts())), lists.counts())
    apart = np.bitwise_count(query.bits[:, None] ^ lists.bits[None, :])
    expected = np.argwhere((query.words[:, None] == words[None, :]) & (apart <= threshold))
    assert sorted(zip(asked.tolist(), entries.tolist(), strict=True)) == [tuple(pair) for pair in expected.tolist()]
    np.testing.assert_array_equal(distances, apart[asked, entries])


@settings(deadline=None, max_examples=25)
@given(COUNTS, COUNTS, st.integers(0, 1 << 12), st.sampled_from([7, 1 << 21]))
def test_merging_is_making_lists_of_the_photos_that_stay(one: list[int], two: list[int], stay: int, block: int) -> None:
    parts = [lists_of(one), lists_of(two, 50)]
    kept = [np.array([stay >> n & 1 for n in range(len(part))], bool) for part in parts]
    before, module.BLOCK_ENTRIES = module.BLOCK_ENTRIES, block
    try:
        merged = Merging(parts, kept).postings()
    finally:
        module.BLOCK_ENTRIES = before
    counts = dict(zip([*range(len(one)), *range(50, 50 + len(two))], [*one, *two], strict=True))
    ids = np.concatenate([part.ids[some] for part, some in zip(parts, kept, strict=True)]).tolist()
    straight = Postings.of(ids, [photo(n, counts[n]) for n in ids])
    for column in Postings.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(merged, column), getattr(straight, column), strict=True, err_msg=column)

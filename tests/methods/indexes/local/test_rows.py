"""What the index keeps of a photo."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tests.methods.indexes.local.made import assert_same_photo, features, photo
from visearch_desktop.methods.indexes.local.rows import MOST, PhotoRows, QueryRows, photo_rows, query_rows, spread
from visearch_desktop.methods.local_features.bundled_vocabulary import bundled_vocabulary
from visearch_desktop.methods.local_features.features import LocalFeatures


@given(st.integers(0, 40), st.integers(0, 1 << 20))
def test_bytes_give_back_the_rows(count: int, seed: int) -> None:
    rows = photo(seed, count)
    assert_same_photo(PhotoRows.from_bytes(rows.to_bytes()), rows)


def test_places_sizes_and_angles_are_kept_finely_enough_to_verify_by() -> None:
    given_ = features(1, 500)
    words = np.arange(500)
    rows = PhotoRows.of(given_, words, np.zeros((500, 8), np.uint8))
    points, sizes, angles = rows.keypoints()
    assert np.abs(points - given_.points).max() <= 800 / 4096 / 2 + 1e-3
    assert_allclose(sizes, given_.sizes, rtol=0.023)
    assert np.abs((angles - given_.angles_deg + 180) % 360 - 180).max() <= 360 / 256 / 2 + 1e-3


def test_bytes_that_were_cut_or_reordered_are_refused() -> None:
    blob = photo(3).to_bytes()
    for damaged in (b"", blob[:7], blob[:-1], blob + b"\0"):
        with pytest.raises(ValueError, match=r"cut short|do not hold"):
            PhotoRows.from_bytes(damaged)
    head = 12
    with pytest.raises(ValueError, match="order"):
        PhotoRows.from_bytes(blob[:head] + b"\xff\xff" + blob[head + 2 :])


def test_a_busy_corner_does_not_crowd_out_the_rest() -> None:
    rng = np.random.default_rng(0)
    busy, quiet = 0.2 * rng.random((2000, 2)), 0.5 + 0.4 * rng.random((60, 2))  # the strongest are in the corner
    points = (np.concatenate([busy, quiet]) * 1000).astype(np.float32)
    all_features = features(0, len(points), 1000, 1000)
    crowded = LocalFeatures(
        points, all_features.sizes, all_features.angles_deg, all_features.descriptors, 1000, 1000
    )  # fmt: skip
    kept = spread(crowded, 400)
    assert len(kept) == 400
    assert np.all(np.diff(kept) > 0)
    assert np.count_nonzero(kept >= 2000) >= 55


@given(st.integers(0, 50), st.integers(0, 60))
def test_as_many_are_kept_as_wanted_or_there_are(count: int, most: int) -> None:
    assert len(spread(features(2, count), most)) == min(count, most)


def test_photos_and_queries_are_given_the_same_words_and_bits() -> None:
    rng = np.random.default_rng(0)
    plain = features(4, 50)
    levels = rng.integers(0, 16, (50, 128)).astype(np.uint8)
    real = LocalFeatures(plain.points, plain.sizes, plain.angles_deg, levels, plain.width, plain.height)
    rows, query = photo_rows(real, bundled_vocabulary()), query_rows(real, bundled_vocabulary(), each=3)
    assert query.words.shape == query.bits.shape == (50, 3)
    order = np.argsort(query.words[:, 0], kind="stable")
    np.testing.assert_array_equal(rows.words, query.words[order, 0])
    np.testing.assert_array_equal(rows.bits, query.bits[order, 0])


def test_a_photo_without_details_has_no_rows() -> None:
    nothing = LocalFeatures(
        np.zeros((0, 2), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros((0, 128), np.uint8),
        5, 5,
    )  # fmt: skip
    rows = photo_rows(nothing, bundled_vocabulary())
    assert len(rows) == 0
    assert_same_photo(PhotoRows.from_bytes(rows.to_bytes()), rows)
    assert len(query_rows(nothing, bundled_vocabulary())) == 0
    assert len(QueryRows.of_stored(rows)) == 0


def test_a_photo_with_all_its_features_takes_at_most_30_kilobytes() -> None:
    in_lists = 15 + 2  # and its word in its own order
    assert MOST * in_lists <= 30_000

"""Each exact index compares by its own measure, and otherwise behaves like any index."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.exact_chi2 import ExactChi2Index
from visearch_desktop.methods.indexes.exact_emd import SCALE, ExactEmdIndex, earth_movers_distance
from visearch_desktop.methods.indexes.exact_hamming import ExactHammingIndex
from visearch_desktop.methods.indexes.exact_intersection import ExactIntersectionIndex

SEEDS = st.integers(0, 2**32 - 1)
KINDS = (ExactIndex, ExactChi2Index, ExactIntersectionIndex, ExactEmdIndex, ExactHammingIndex)


def histograms(count: int, seed: int = 0, bins: int = 24) -> np.ndarray:
    """Rows that sum to 1, about half of the bins empty."""
    rng = np.random.default_rng(seed)
    rows = rng.random((count, bins)) * (rng.random((count, bins)) < 0.5) + np.eye(count, bins)
    return (rows / rows.sum(axis=1, keepdims=True)).astype(np.float32)


def colours(count: int, seed: int = 0, points: int = 6) -> np.ndarray:
    """Signatures of one to six points, around one of five places."""
    rng = np.random.default_rng(seed)
    rows = np.zeros((count, points, 4), np.float32)
    for row in rows:
        used = rng.integers(1, points + 1)
        row[:used, 0] = rng.dirichlet(np.ones(used))
        row[:used, 1:] = rng.integers(0, 5) * 20 + rng.normal(0, 12, (used, 3))
    return rows.reshape(count, -1)


def signatures(kind: type[ExactIndex], count: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind is ExactIndex:
        return normalise(rng.normal(size=(count, 16)))
    if kind is ExactHammingIndex:
        return rng.integers(0, 256, (count, 8), dtype=np.uint8)
    return colours(count, seed) if kind is ExactEmdIndex else histograms(count, seed)


def filled(kind: type[ExactIndex], rows: np.ndarray) -> ExactIndex:
    index = kind(rows.shape[1])
    index.add(rows, np.arange(len(rows)))
    return index


def transport(one: np.ndarray, other: np.ndarray) -> float:
    """The earth mover's distance as the linear programme that defines it."""
    a, b = one.reshape(-1, 4).astype(np.float64), other.reshape(-1, 4).astype(np.float64)
    cost = np.linalg.norm(a[:, None, 1:] - b[None, :, 1:], axis=2)
    leaves = np.kron(np.eye(len(a)), np.ones(len(b)))
    arrives = np.kron(np.ones(len(a)), np.eye(len(b)))
    shares = np.concatenate([a[:, 0] / a[:, 0].sum(), b[:, 0] / b[:, 0].sum()])
    return float(linprog(cost.ravel(), A_eq=np.concatenate([leaves, arrives]), b_eq=shares).fun)


@pytest.mark.parametrize("kind", KINDS)
def test_every_measure_ranks_everything_with_the_very_same_first(kind: type[ExactIndex]) -> None:
    rows = signatures(kind, 60)
    index = filled(kind, rows)
    for k in (0, 7):
        ids, similarities = index.search(rows[33], k)
        assert (ids[0], similarities[0]) == (33, pytest.approx(1, abs=1e-5))
        assert len(ids) == (k or 60)
        assert (np.diff(similarities) <= 0).all()
        assert similarities.dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_alike_to_nothing(kind: type[ExactIndex]) -> None:
    rows = signatures(kind, 5)
    for query in (np.zeros(rows.shape[1], rows.dtype), np.empty(0, rows.dtype)):
        ids, similarities = filled(kind, rows).search(query, 3)
        assert (ids.tolist(), similarities.tolist()) == ([0, 1, 2], [0, 0, 0])
    blank = filled(kind, np.zeros_like(rows)).search(rows[0], 0)[1]
    assert np.abs(blank).max() <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_signatures_come_as_rows_or_one_by_one_and_go_again(kind: type[ExactIndex]) -> None:
    rows = signatures(kind, 20)
    index = filled(kind, rows[:12])
    index.add(list(rows[12:]), np.arange(12, 20))
    index.add([], np.arange(0))
    assert np.array_equal(index.search(rows[4], 0)[0], filled(kind, rows).search(rows[4], 0)[0])
    index.remove(np.array([4]))
    assert 4 not in index.search(rows[4], 0)[0]
    with pytest.raises(ValueError, match="twice"):
        index.add(list(rows[:1]), np.array([5]))
    with pytest.raises(ValueError, match="is not"):
        index.add([rows[0][:-1]], np.array([50]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_photo_twice_comes_by_ascending_id(kind: type[ExactIndex]) -> None:
    rows = np.tile(signatures(kind, 1), (9, 1))
    index = kind(rows.shape[1])
    index.add(rows, np.array([5, 3, 8, 1, 9, 2, 7, 4, 6]))
    assert index.search(rows[0], 4)[0].tolist() == [1, 2, 3, 4]


# --- chi-square and intersection ------------------------------------------------------------------------------------


def test_chi_square_by_hand() -> None:
    index = filled(ExactChi2Index, np.array([[0.25, 0.75, 0, 0], [0, 0, 0.5, 0.5], [0.5, 0, 0.5, 0]], np.float32))
    _, similarities = index.search(np.array([0.5, 0.5, 0, 0], np.float32), 0)
    distance = 0.5 * (0.25**2 / 0.75 + 0.25**2 / 1.25)
    assert similarities == pytest.approx([1 - distance, 0.5, 0])


@given(SEEDS)
def test_chi_square_is_one_less_its_definition_even_over_several_blocks(seed: int) -> None:
    rows = np.tile(histograms(5, seed), (1000, 1))
    query = histograms(1, seed + 1)[0]
    both = rows[:5] + query
    distances = 0.5 * (np.square(rows[:5] - query) / np.where(both > 0, both, 1)).sum(axis=1)
    index = ExactChi2Index(rows.shape[1])
    assert np.allclose(index.compare(query, rows), np.tile(1 - distances, 1000), atol=1e-5)


def test_intersection_by_hand() -> None:
    index = filled(ExactIntersectionIndex, np.array([[0.25, 0.75, 0, 0], [0, 0, 0.5, 0.5]], np.float32))
    assert index.search(np.array([0.5, 0.5, 0, 0], np.float32), 0)[1] == pytest.approx([0.75, 0])


@given(SEEDS)
def test_intersection_is_one_less_half_the_city_block_distance(seed: int) -> None:
    rows, query = histograms(9, seed), histograms(1, seed + 1)[0]
    wanted = 1 - 0.5 * np.abs(rows - query).sum(axis=1)
    assert np.allclose(ExactIntersectionIndex(24).compare(query, rows), wanted, atol=1e-5)


# --- bits -----------------------------------------------------------------------------------------------------------


def test_hamming_counts_the_bits_that_differ() -> None:
    rows = np.array([[0x0F, 0xFF], [0x0E, 0xFF], [0xF0, 0xFF], [0xF0, 0x00]], np.uint8)
    ids, similarities = filled(ExactHammingIndex, rows).search(rows[0], 0)
    assert ids.tolist() == [0, 1, 2, 3]
    assert similarities == pytest.approx([1, 1 - 2 / 16, 0, -1])


# --- the earth mover's distance ---------------------------------------------------------------------------------------


def test_moving_everything_costs_the_way_and_moving_half_costs_half() -> None:
    there = np.array([1, 10, 20, 30, 0, 0, 0, 0], np.float32)
    five_on = np.array([1, 13, 24, 30, 0, 0, 0, 0], np.float32)
    half = np.array([0.5, 10, 20, 30, 0.5, 13, 24, 30], np.float32)
    assert earth_movers_distance(there, five_on) == pytest.approx(5)
    assert earth_movers_distance(there, half) == pytest.approx(2.5)
    assert earth_movers_distance(half, five_on) == pytest.approx(2.5)
    assert filled(ExactEmdIndex, five_on[None]).search(there, 0)[1][0] == pytest.approx(np.exp(-5 / SCALE))
    assert earth_movers_distance(there, np.zeros(8, np.float32)) == np.inf


@settings(max_examples=25)
@given(SEEDS)
def test_it_is_the_cheapest_transport_and_a_metric(seed: int) -> None:
    one, two, three = colours(3, seed)
    distance = earth_movers_distance(one, two)
    assert distance == pytest.approx(transport(one, two), abs=1e-3)
    assert distance == pytest.approx(earth_movers_distance(two, one), abs=1e-3)
    assert distance <= earth_movers_distance(one, three) + earth_movers_distance(three, two) + 1e-3
    assert earth_movers_distance(one, one) == pytest.approx(0, abs=1e-4)


@settings(max_examples=20)
@given(SEEDS, st.integers(1, 40))
def test_the_best_few_are_the_first_of_all_though_most_are_never_compared(seed: int, k: int) -> None:
    rows = colours(600, seed)
    index, query = filled(ExactEmdIndex, rows), colours(1, seed + 1)[0]
    everything, of_all = index.search(query, 0)
    ids, similarities = index.search(query, k)
    assert ids.tolist() == everything[:k].tolist()
    assert similarities == pytest.approx(of_all[:k])


def test_photos_far_off_are_spared_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = colours(3000)
    index = filled(ExactEmdIndex, rows)
    compared = 0
    compare = ExactEmdIndex.compare

    def counted(self: ExactEmdIndex, query: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        nonlocal compared
        compared += len(chosen)
        return compare(self, query, chosen)

    monkeypatch.setattr(ExactEmdIndex, "compare", counted)
    assert index.search(rows[0], 5)[0][0] == 0
    assert compared < 1500

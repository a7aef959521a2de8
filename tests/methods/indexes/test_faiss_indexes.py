"""What defines LSH, product quantisation and the inverted file."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.indexes.clusters import LEARNED, Build, clustered, filled
from visearch_desktop.core.vectors import Vectors, normalise
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.hnsw import HnswIndex
from visearch_desktop.methods.indexes.ivf import IvfIndex
from visearch_desktop.methods.indexes.lsh import LshIndex
from visearch_desktop.methods.indexes.pq import PqIndex

EVERY = pytest.mark.parametrize("build", [LshIndex, *LEARNED.values()], ids=["lsh", *LEARNED])
LEARNING = pytest.mark.parametrize("build", LEARNED.values(), ids=LEARNED)


def reconstructed(index: PqIndex, count: int) -> Vectors:
    """(count, D) what is left of the vectors that were added first."""
    import faiss

    return np.asarray(faiss.downcast_index(index._index.index).reconstruct_n(0, count))


@settings(max_examples=40, deadline=None)
@given(angle=st.floats(0.01, np.pi - 0.01), dimension=st.integers(2, 40), seed=st.integers(0, 2**32 - 1))
def test_random_planes_part_two_vectors_as_often_as_their_angle_says(angle: float, dimension: int, seed: int) -> None:
    """Charikar 2002: the share of bits that differ is angle / π; with 2048 of them within 5 deviations of 0.011."""
    one, across = np.linalg.qr(np.random.default_rng(seed).normal(size=(dimension, 2)))[0].T
    other = np.cos(angle) * one + np.sin(angle) * across
    index = LshIndex(dimension, bits=2048)
    index.add(normalise(other[None]), np.array([1]))
    _, (similarity,) = index.search(normalise(one), 1)
    assert np.arccos(np.clip(similarity, -1, 1)) / np.pi == pytest.approx(angle / np.pi, abs=0.055)


def test_more_planes_find_more() -> None:
    vectors, queries = clustered(1000, 64), clustered(40, 64, seed=3)
    exact = filled(ExactIndex, vectors)
    wanted = [exact.search(query, 20)[0] for query in queries]
    recall = []
    for bits in (64, 256, 2048):
        index = filled(lambda dimension, bits=bits: LshIndex(dimension, bits=bits), vectors)
        found = [index.search(query, 20)[0] for query in queries]
        recall.append(np.mean([len(np.intersect1d(a, b)) / 20 for a, b in zip(wanted, found, strict=True)]))
    assert recall == sorted(recall)
    assert recall[2] > recall[0] + 0.2


def test_the_error_of_product_quantisation_falls_with_the_size_of_the_code() -> None:
    """Mean squared error of vectors it has not learned from."""
    vectors = clustered(800, 64)
    errors = []
    for code_bytes in (8, 16, 32, 64):
        index = PqIndex(64, code_bytes=code_bytes, train_at=600)
        index.add(vectors, np.arange(800))
        errors.append(float(np.mean((vectors[600:] - reconstructed(index, 800)[600:]) ** 2) * 64))
    assert all(later < 0.9 * earlier for earlier, later in pairwise(errors))
    assert errors[3] < 0.5 * errors[0]


def test_the_query_itself_is_compared_with_the_codes() -> None:
    """Asymmetric distance: the similarity is the dot product of the query as it is with the reconstruction."""
    vectors, query = clustered(400), clustered(1, seed=8)[0]
    index = PqIndex(32, code_bytes=8, train_at=256)
    index.add(vectors, np.arange(400))
    ids, similarities = index.search(query, 400)
    assert similarities == pytest.approx(reconstructed(index, 400)[ids] @ query, abs=1e-5)
    assert np.abs(similarities - vectors[ids] @ query).max() > 1e-3


def test_the_inverted_file_compares_exactly_and_misses_only_what_lies_in_other_cells() -> None:
    vectors = clustered(600)
    exact = filled(ExactIndex, vectors)
    few, all_ = (
        filled(lambda dimension, probes=probes: IvfIndex(dimension, cells=20, probes=probes, train_at=256), vectors)
        for probes in (2, 20)
    )
    missed = 0
    for query in clustered(20, seed=6):
        wanted, similar = exact.search(query, 30)
        ids, similarities = all_.search(query, 30)
        assert ids.tolist() == wanted.tolist()
        assert similarities == pytest.approx(similar, abs=1e-5)
        ids, similarities = few.search(query, 30)
        assert similarities == pytest.approx(vectors[ids - 100] @ query, abs=1e-5)
        missed += len(np.setdiff1d(wanted, ids))
    assert missed > 0


@LEARNING
def test_it_is_exact_until_there_is_enough_to_learn_from(build: Build) -> None:
    vectors = clustered(256)
    index, exact = filled(build, vectors[:255]), filled(ExactIndex, vectors[:255])
    assert not index.is_trained  # type: ignore[attr-defined]
    for query in clustered(5, seed=2):
        assert index.search(query, 20)[0].tolist() == exact.search(query, 20)[0].tolist()
    index.add(vectors[255:], np.array([1000]))
    assert index.is_trained  # type: ignore[attr-defined]
    index.remove(index.ids()[:200])
    assert index.is_trained  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [PqIndex, IvfIndex])
def test_too_few_vectors_to_learn_from_are_refused_at_once(kind: type[PqIndex | IvfIndex]) -> None:
    with pytest.raises(ValueError, match="do not teach"):
        kind(32, train_at=10)


@EVERY
@pytest.mark.parametrize("dimension", [1, 3, 16, 24, 288, 384])
def test_vectors_of_any_length_are_taken(build: Build, dimension: int) -> None:
    for count in (1, 5, 50, 300):
        vectors = normalise(np.random.default_rng(count).normal(size=(count, dimension)))
        index = filled(build, vectors)
        ids, similarities = index.search(vectors[0], count)
        assert len(np.unique(ids)) == count
        assert np.isfinite(similarities).all()
        assert dimension < 16 or ids[0] == 100


def test_long_vectors_are_taken_by_every_default() -> None:
    vectors = normalise(np.random.default_rng(0).normal(size=(60, 2048)))
    for build in (HnswIndex, LshIndex, PqIndex, IvfIndex):
        assert filled(build, vectors).search(vectors[7], 1)[0].tolist() == [107]


@EVERY
def test_photos_without_anything_in_them_teach_nothing_but_do_no_harm(build: Build) -> None:
    for same in (np.zeros(32, np.float32), clustered(1)[0]):
        index = filled(build, np.tile(same, (300, 1)))
        ids, similarities = index.search(clustered(1)[0], 3)
        assert len(ids) == 3
        assert similarities == pytest.approx(float(same @ clustered(1)[0]), abs=0.2)


@EVERY
def test_nothing_that_was_removed_costs_time(build: Build) -> None:
    index = filled(build, clustered(300))
    index.remove(np.arange(100, 250))
    assert index.dead_share == 0


def test_the_graph_says_which_part_of_it_is_dead() -> None:
    index = filled(HnswIndex, clustered(200))
    assert index.dead_share == 0
    index.remove(np.arange(100, 150))
    assert index.dead_share == 0.25

"""Neighbours, exact and approximate, while vectors come and go."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.methods.indexes.clusters import APPROXIMATE, KINDS, LEARNED, Build, clustered, filled
from visearch_desktop.core.registry import load_all
from visearch_desktop.core.vectors import normalise
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.hnsw import HnswIndex

EVERY = pytest.mark.parametrize("build", KINDS.values(), ids=KINDS)
EVERY_APPROXIMATE = pytest.mark.parametrize("build", APPROXIMATE.values(), ids=APPROXIMATE)


def test_every_approximate_index_there_is_is_tested_here() -> None:
    names = [method.name for method in load_all("visearch_desktop.methods.indexes").methods("approximate")]
    assert names == sorted(name for name in APPROXIMATE if " " not in name)


@EVERY
def test_a_vector_is_its_own_nearest_neighbour(build: Build) -> None:
    vectors = clustered(500)
    index = filled(build, vectors)
    for row in range(0, 500, 50):
        ids, similarities = index.search(vectors[row], 5)
        assert (ids[0], len(ids)) == (row + 100, 5)
        assert similarities[0] == pytest.approx(1, abs=0.1 if build is LEARNED["pq"] else 1e-5)
        assert (np.diff(similarities) <= 0).all()
        assert similarities.dtype == np.float32


def test_exact_search_ranks_everything_as_sorting_by_dot_product_does() -> None:
    vectors = clustered(300)
    ids, similarities = filled(ExactIndex, vectors).search(vectors[7], 0)
    products = vectors @ vectors[7]
    assert ids.tolist() == (np.argsort(-products, kind="stable") + 100).tolist()
    assert similarities == pytest.approx(np.sort(products)[::-1])


def test_equal_similarities_come_by_ascending_id_whatever_the_order_of_adding() -> None:
    same = np.tile(clustered(1), (20, 1))
    index = ExactIndex(32)
    index.add(same, np.random.default_rng(1).permutation(20))
    assert index.search(same[0], 6)[0].tolist() == [0, 1, 2, 3, 4, 5]


@EVERY
def test_removed_vectors_are_not_found_and_may_come_back(build: Build) -> None:
    vectors = clustered(400)
    index = filled(build, vectors)
    index.remove(np.array([103, 104, 999]))
    assert len(index) == 398
    assert not {103, 104} & set(index.search(vectors[3], 50)[0].tolist())
    index.add(vectors[3:4], np.array([103]))
    assert index.search(vectors[3], 1)[0].tolist() == [103]
    assert index.ids().tolist() == [n for n in range(100, 500) if n != 104]


@EVERY
def test_a_returned_id_may_have_another_vector(build: Build) -> None:
    vectors = clustered(310)
    index = filled(build, vectors[:300])
    index.remove(np.array([100]))
    index.add(vectors[305:306], np.array([100]))
    assert index.search(vectors[305], 1)[0].tolist() == [100]


@EVERY
def test_all_may_be_removed_and_others_added(build: Build) -> None:
    vectors = clustered(600)
    index = filled(build, vectors[:300])
    index.remove(index.ids())
    assert len(index) == len(index.ids()) == len(index.search(vectors[0], 3)[0]) == 0
    index.add(vectors[300:], np.arange(300))
    assert index.search(vectors[400], 1)[0].tolist() == [100]


@EVERY
def test_it_grows_beyond_its_first_room(build: Build) -> None:
    vectors = clustered(2500, 8)
    index = build(8)
    for begin in range(0, 2500, 500):
        index.add(vectors[begin : begin + 500], np.arange(begin, begin + 500))
    assert len(index) == 2500
    assert index.search(vectors[2400], 3)[1][0] == pytest.approx(1, abs=0.1 if build is LEARNED["pq"] else 1e-5)


@EVERY
def test_an_empty_index_finds_nothing(build: Build) -> None:
    ids, similarities = build(32).search(clustered(1)[0], 10)
    assert (ids.tolist(), similarities.tolist()) == ([], [])


@EVERY
def test_more_neighbours_than_there_are_gives_all(build: Build) -> None:
    for count in (1, 5, 300):
        vectors = clustered(count)
        assert sorted(filled(build, vectors).search(vectors[0], 1000)[0].tolist()) == list(range(100, 100 + count))


@EVERY
def test_adding_an_id_twice_or_the_wrong_length_is_refused(build: Build) -> None:
    index = filled(build, clustered(10))
    with pytest.raises(ValueError, match="twice"):
        index.add(clustered(1), np.array([105]))
    with pytest.raises(ValueError, match="twice"):
        index.add(clustered(2), np.array([1, 1]))
    with pytest.raises(ValueError, match="is not"):
        index.add(clustered(1, 16), np.array([1]))
    assert len(index) == 10


@EVERY
def test_a_query_of_zeros_is_alike_to_nothing(build: Build) -> None:
    _, similarities = filled(build, clustered(300)).search(np.zeros(32, np.float32), 10)
    assert similarities.tolist() == [0] * 10


@EVERY
def test_it_may_be_searched_while_vectors_come_and_go(build: Build) -> None:
    vectors = clustered(400)
    index = filled(build, vectors[:300])

    def change(start: int) -> None:
        for row in range(start, start + 50):
            index.add(vectors[row : row + 1], np.array([1000 + row]))
            index.remove(np.array([1000 + row]))

    with ThreadPoolExecutor(4) as pool:
        changes = [pool.submit(change, start) for start in (300, 350)]
        searches = [pool.submit(lambda row=row: index.search(vectors[row], 1)[0][0]) for row in range(100)]
        assert [search.result() for search in searches] == list(range(100, 200))
        for done in changes:
            done.result()
    assert len(index) == 300


@EVERY_APPROXIMATE
def test_an_approximate_index_does_not_pretend_to_rank_everything(build: Build) -> None:
    with pytest.raises(ValueError, match="not rank everything"):
        filled(build, clustered(10)).search(clustered(1)[0], 0)


def test_the_graph_finds_nearly_all_that_exact_search_finds() -> None:
    vectors = clustered(3000)
    exact, graph = filled(ExactIndex, vectors), filled(HnswIndex, vectors)
    shares = []
    for query in clustered(40, seed=5):
        wanted = set(exact.search(query, 50)[0].tolist())
        shares.append(len(wanted & set(graph.search(query, 50)[0].tolist())) / 50)
    assert np.mean(shares) > 0.97


@pytest.mark.parametrize(("name", "least"), [("hnsw", 0.99), ("lsh", 0.99), ("pq", 0.99), ("ivf", 0.9)])
def test_what_is_proposed_holds_nearly_all_that_are_alike(name: str, least: float) -> None:
    """As the library asks: four proposals for each photo that is wanted."""
    vectors = clustered(2000)
    exact, index = filled(ExactIndex, vectors), filled(APPROXIMATE[name], vectors)
    shares = []
    for query in normalise(vectors[::50] + 0.5 * clustered(40, seed=5)):
        wanted = set(exact.search(query, 10)[0].tolist())
        shares.append(len(wanted & set(index.search(query, 40)[0].tolist())) / 10)
    assert np.mean(shares) > least

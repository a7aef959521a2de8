"""Milliseconds of exact search and of the graph, and what the graph finds, on clustered vectors.

    python -m tests.benchmarks.neighbours [--dimension 256] [--graph 50000] [SIZE…]

Exact search is timed for every size, the graph (which takes minutes to build) for one. Both give exact similarities:
what the graph proposes is scored again.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np

from visearch_desktop.core.vectors import Vector, Vectors, normalise
from visearch_desktop.library.gallery import LEAST_RESCORED, RESCORED
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.hnsw import HnswIndex
from visearch_desktop.methods.indexes.index import best_first

QUERIES, AT, BLOCK = 50, 100, 4096


def clustered(count: int, dimension: int, seed: int) -> Vectors:
    """Unit rows, 20 around each of so many centres as that makes."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(max(1, count // 20), dimension)).astype(np.float32)
    chosen = centres[rng.integers(0, len(centres), count)]
    return normalise(chosen + rng.normal(size=(count, dimension)).astype(np.float32))


def milliseconds(search: Callable[[Vector], object], queries: Vectors) -> float:
    """Median over queries."""
    times = []
    for query in queries:
        began = time.perf_counter()
        search(query)
        times.append(time.perf_counter() - began)
    return float(np.median(times)) * 1000


def measure(size: int, dimension: int, with_graph: bool) -> None:
    """Print a line, or two."""
    vectors = clustered(size, dimension, 0)
    queries = clustered(size, dimension, 2)[:QUERIES]
    exact, ids = ExactIndex(dimension), np.arange(size)
    for start in range(0, size, BLOCK):
        exact.add(vectors[start : start + BLOCK], ids[start : start + BLOCK])
    print(f"{size:>9,} × {dimension}  exact {milliseconds(lambda q: exact.search(q, AT), queries):6.2f} ms")
    if not with_graph:
        return
    graph = HnswIndex(dimension)
    began = time.perf_counter()
    for start in range(0, size, BLOCK):
        graph.add(vectors[start : start + BLOCK], ids[start : start + BLOCK])
    built_s = time.perf_counter() - began

    def by_graph(query: Vector) -> np.ndarray:
        proposed, _ = graph.search(query, max(LEAST_RESCORED, RESCORED * AT))
        found, similar = exact.similarities_of(query, proposed)
        return best_first(similar, found, AT)[0]

    shares = [len(np.intersect1d(exact.search(query, AT)[0], by_graph(query))) / AT for query in queries]
    print(f"{'':>9}   {'':>{len(str(dimension))}}  graph {milliseconds(by_graph, queries):6.2f} ms, "
          f"built in {built_s:.0f} s by one thread, recall@{AT} {np.mean(shares):.3f}")  # fmt: skip


def main() -> int:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", metavar="SIZE", type=int, nargs="*", default=[10_000, 50_000, 100_000, 200_000])
    parser.add_argument("--dimension", type=int, default=256)
    parser.add_argument("--graph", type=int, default=50_000, help="the size for which the graph is built, too")
    arguments = parser.parse_args()
    for size in sorted({*arguments.sizes, arguments.graph}):
        measure(size, arguments.dimension, with_graph=size == arguments.graph)
    return 0


if __name__ == "__main__":
    sys.exit(main())

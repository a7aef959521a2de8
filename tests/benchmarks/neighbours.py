"""Exact search and everything that stands in for it, on clustered vectors: time, memory, and what is found.

    OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.neighbours [--dimension 256] [--approximate 50000] [SIZE…]

Exact search is timed for every size, the approximate indexes (of which the graph takes minutes to build) for one. All
give exact similarities: what they propose is scored again, as in a library. Each vector has some 20 in its cluster,
which recall@10 asks for; the rest of recall@100 are strangers, hardly one nearer than the other.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from visearch_desktop.core.vectors import Vector, Vectors, normalise
from visearch_desktop.library.gallery import LEAST_RESCORED, RESCORED
from visearch_desktop.methods.indexes.build import approximate_index, approximate_names
from visearch_desktop.methods.indexes.exact import ExactIndex
from visearch_desktop.methods.indexes.index import ApproximateIndex, best_first

QUERIES, FEW, AT, BLOCK = 50, 10, 100, 4096


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


def add_all(index: ExactIndex | ApproximateIndex, vectors: Vectors) -> float:
    """Seconds it takes by one thread."""
    began = time.perf_counter()
    for start in range(0, len(vectors), BLOCK):
        block = vectors[start : start + BLOCK]
        index.add(block, np.arange(start, start + len(block)))
    return time.perf_counter() - began


def bytes_each(index: ApproximateIndex) -> float:
    """Of its files, for one vector."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "index.json", "benchmark")
        return sum(file.stat().st_size for file in Path(folder).iterdir()) / len(index)


def measure_approximate(name: str, exact: ExactIndex, vectors: Vectors, queries: Vectors) -> None:
    """Print a line."""
    index = approximate_index(name)(vectors.shape[1])
    built_s = add_all(index, vectors)

    def search(query: Vector) -> np.ndarray:
        proposed, _ = index.search(query, max(LEAST_RESCORED, RESCORED * AT))
        found, similar = exact.similarities_of(query, proposed)
        return best_first(similar, found, AT)[0]

    def recall(at: int) -> float:
        shares = [len(np.intersect1d(exact.search(query, at)[0], search(query)[:at])) / at for query in queries]
        return float(np.mean(shares))

    cost = f"{milliseconds(search, queries):8.2f} ms  {bytes_each(index):6.0f} bytes  built in {built_s:4.0f} s"
    print(f"{name:>20} {cost}  recall@{FEW} {recall(FEW):.3f}  recall@{AT} {recall(AT):.3f}", flush=True)


def measure(size: int, dimension: int, with_approximate: bool) -> None:
    """Print a line, or one for each index."""
    vectors = clustered(size, dimension, 0)
    queries = clustered(size, dimension, 2)[:QUERIES]
    exact = ExactIndex(dimension)
    add_all(exact, vectors)
    print(f"{size:>7,} × {dimension:<4} exact {milliseconds(lambda q: exact.search(q, AT), queries):8.2f} ms"
          f"  {vectors.itemsize * dimension:6} bytes", flush=True)  # fmt: skip
    for name in approximate_names() if with_approximate else ():
        measure_approximate(name, exact, vectors, queries)


def main() -> int:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", metavar="SIZE", type=int, nargs="*", default=[10_000, 50_000, 100_000, 200_000])
    parser.add_argument("--dimension", type=int, default=256)
    parser.add_argument("--approximate", type=int, default=50_000, help="the size for which those are built, too")
    arguments = parser.parse_args()
    for size in sorted({*arguments.sizes, arguments.approximate}):
        measure(size, arguments.dimension, with_approximate=size == arguments.approximate)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Whole photos compared part by part: what windows of which sizes find, alone and with the vectors of whole photos.

    python -m tests.benchmarks.parts ../shared/data/places-develop [--network NAME] [--folders DIR…] [--maps DIR]
        [--levels N,N… …] [--shares S…]

Prints the mean average precision over the groups and of each, by the rule of ``score.py``, of whole queries: by whole
vectors; by the windows of each choice of levels, from the query to the photo and both ways; and by both, each counted
in spreads over what is usual for the query, the windows with the given shares. The whitening is learned from those
windows that a library keeps, of the same photos, without labels, as it does. Feature maps are made once into
``--maps``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.regions import SAMPLE, Measured, best_first, level_list, places, windows_of
from visearch_desktop.core.threads import one_thread_of_linear_algebra
from visearch_desktop.core.usual import usual_of
from visearch_desktop.core.vectors import normalise
from visearch_desktop.core.whitening import apply_whitening
from visearch_desktop.methods.descriptors.build import build_descriptor
from visearch_desktop.methods.descriptors.gem import GemDescriptor
from visearch_desktop.methods.descriptors.regions.describing import learn, quantised
from visearch_desktop.methods.descriptors.regions.grid import LEVELS
from visearch_desktop.methods.descriptors.regions.photo_regions import regions_of
from visearch_desktop.photos.decode import decode
from visearch_desktop.search.candidates import PARTS_SHARE
from visearch_desktop.search.parts import cross_similarities

CHOICES = [(1,), (2,), (3,), (4,), (6,), (1, 3), (2, 3), (1, 3, 6)]


def in_spreads(similarities: NDArray[np.floating]) -> NDArray[np.float64]:
    """(Q, N) of each query (Q, N), over what is usual for it."""
    return np.stack([usual_of(row).spreads_over(row) for row in similarities])


def one_way(query: NDArray[np.float32], photos: NDArray[np.float32]) -> NDArray[np.float64]:
    """(N,) mean similarity of each window of a query (P, d) to the most similar one of photos (N, P, d)."""
    products = (query @ photos.reshape(-1, photos.shape[2]).T).reshape(len(query), *photos.shape[:2])
    return np.asarray(products.max(axis=2).mean(axis=0), dtype=np.float64)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--network", default="visearch_v1")
    parser.add_argument("--folders", type=Path, nargs="+", default=[], help="where networks are looked for")
    parser.add_argument("--maps", type=Path)
    parser.add_argument("--levels", nargs="+", type=level_list, default=CHOICES)
    parser.add_argument("--shares", nargs="+", type=float, default=[0.5, PARTS_SHARE, 0.9])
    options = parser.parse_args()
    one_thread_of_linear_algebra()
    measured = Measured(options.data)
    measured.truth["queries"] = [query for query in measured.truth["queries"] if query["region"] is None]
    descriptor = build_descriptor(options.network, options.folders)
    maker = regions_of(descriptor)
    if maker is None or not isinstance(descriptor, GemDescriptor):
        parser.error(f"{options.network} shows no map")
    asked = [measured.number[Path(query["image"]).name] for query in measured.truth["queries"]]

    vectors = np.stack([descriptor.describe(decode(one, descriptor.working_px).pixels) for one in measured.photos])
    whole = in_spreads(vectors[asked] @ vectors.T)
    print(f"whole  {measured.table([best_first(row) for row in whole])}")
    with tempfile.TemporaryDirectory() as scratch:
        pooled = windows_of(measured, maker, options.maps or Path(scratch))
    kept = pooled[:, places(LEVELS)].reshape(-1, pooled.shape[2]).astype(np.float32)
    whitening = learn(kept[np.random.default_rng(0).permutation(len(kept))[:SAMPLE]])
    for levels in options.levels:
        some = pooled[:, places(levels)].astype(np.float32)
        short = normalise(quantised(apply_whitening(some.reshape(-1, some.shape[2]), whitening)).astype(np.float32))
        rows = short.reshape(*some.shape[:2], -1)
        there = np.stack([one_way(rows[number], rows) for number in asked])
        both = in_spreads(np.stack([cross_similarities(rows[number], rows) for number in asked]))
        named = "+".join(map(str, levels))
        print(f"levels {named}, one way  {measured.table([best_first(row) for row in there])}")
        print(f"levels {named}  {measured.table([best_first(row) for row in both])}", flush=True)
        for share in options.shares:
            mixed = share * both + (1 - share) * whole
            print(f"levels {named}, share {share}  {measured.table([best_first(row) for row in mixed])}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

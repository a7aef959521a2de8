"""Bags of words, VLAD and Fisher vectors of 8,192 numbers each, by what their models are learned from.

    python -m tests.benchmarks.aggregation SET POOL.tar

SET is a folder with ``images`` and ``groundtruth.json`` (``../shared/data/places-develop``), POOL.tar other photos
(``../shared/data/pool/pool.tar``). Models learned from the searched photos themselves, as the program does it, stand
beside models learned from the pool, as the papers do it. Prints mAP over all queries and its mean over the groups.
"""

from __future__ import annotations

import json
import sys
import tarfile
from collections import defaultdict
from pathlib import Path

import numpy as np

from visearch_desktop.core.region import Region
from visearch_desktop.evaluation.metrics import average_precision
from visearch_desktop.methods.descriptors.bow import BagOfWords
from visearch_desktop.methods.descriptors.descriptor import Descriptor
from visearch_desktop.methods.descriptors.fisher import FisherVector
from visearch_desktop.methods.descriptors.visual_words import VisualWords
from visearch_desktop.methods.descriptors.vlad import vlad
from visearch_desktop.methods.indexes.build import build_index
from visearch_desktop.methods.local_features.features import LocalFeatures
from visearch_desktop.methods.local_features.rootsift import RootSift
from visearch_desktop.photos.decode import decode

EVERY = 4
"""Of the pool, every fourth photo."""
ROOTSIFT = RootSift()


def features(source: Path | bytes) -> LocalFeatures:
    """Local features as the program takes them."""
    photo = decode(source, ROOTSIFT.working_px)
    return ROOTSIFT.extract(photo.pixels, photo.width, photo.height)


def pool_features(path: Path) -> list[LocalFeatures]:
    """Those of the photos in a tar."""
    with tarfile.open(path) as pool:
        members = [member for member in pool if member.name.endswith(".jpg")][::EVERY]
        return [features(stream.read()) for stream in map(pool.extractfile, members) if stream is not None]


def scores(data: Path, gallery: dict[str, LocalFeatures], descriptors: list[Descriptor]) -> tuple[float, float]:
    """mAP and its mean over groups, of trained descriptors, each working on what the one before it gives."""
    truth = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))
    names = sorted(gallery)
    index = build_index(descriptors[-1].index, 8192, {})
    signatures = [_described(descriptors, gallery[name]) for name in names]
    index.add(np.stack(signatures) if descriptors[-1].index == "exact" else signatures, np.arange(len(names)))
    groups: dict[str, list[float]] = defaultdict(list)
    for query in truth["queries"]:
        asked = gallery[query["image"]]
        if query["region"]:
            asked = asked.inside(Region(*query["region"]))
        ids, _ = index.search(_described(descriptors, asked), 0)
        left_out = {query["image"], *query["junk"]}
        ranking = [names[place] for place in ids if names[place] not in left_out]
        positives = set(query["positive"]) - left_out
        ranks = np.array([rank for rank, name in enumerate(ranking) if name in positives])
        groups[query["group"]].append(average_precision(ranks, len(positives)))
    everything = [score for group in groups.values() for score in group]
    return float(np.mean(everything)), float(np.mean([np.mean(group) for group in groups.values()]))


def _described(descriptors: list[Descriptor], item: object) -> np.ndarray:
    for descriptor in descriptors:
        item = descriptor.unpack(descriptor.pack(descriptor.describe(item)))
    return np.asarray(item)


def main() -> None:
    """Print a line for each descriptor and sample."""
    data, pool = map(Path, sys.argv[1:])
    gallery = {f"images/{path.name}": features(path) for path in sorted((data / "images").iterdir())}
    for learned_from, sample in (("the library", list(gallery.values())), ("the pool", pool_features(pool))):
        for untrained in (vlad(), FisherVector(), VisualWords()):
            trained = untrained.with_model(untrained.train(sample))
            chain = [trained, BagOfWords(trained)] if isinstance(trained, VisualWords) else [trained]
            total, macro = scores(data, gallery, chain)
            print(f"{chain[-1].name:8} learned from {learned_from:12} mAP {total:.3f}  macro {macro:.3f}", flush=True)


if __name__ == "__main__":
    main()

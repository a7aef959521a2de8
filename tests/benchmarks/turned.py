"""How often turned and mirrored copies are found first, as they are and when a query is tried in all its turns.

    python -m tests.benchmarks.turned [../shared/data/transforms] [--descriptor NAME…] [--verify]

A line for each thing that was done to photos (or each group of queries of another data set of ours).
"""

from __future__ import annotations

import argparse
import json
from collections import deque
from dataclasses import replace
from pathlib import Path

from visearch_desktop.core.paths import LibraryPaths
from visearch_desktop.evaluation.dataset import DataSet
from visearch_desktop.evaluation.metrics import Scores, score
from visearch_desktop.evaluation.opening import open_dataset
from visearch_desktop.evaluation.run import evaluation_library
from visearch_desktop.library.library import Library
from visearch_desktop.methods.descriptors.build import default_descriptor
from visearch_desktop.methods.networks.store import default_folders
from visearch_desktop.search.query import Query, QueryPicture


def rankings(library: Library, dataset: DataSet, name: str, *, tries: bool, verify: bool) -> list[list[Path]]:
    """The photos found for each query, best first."""
    found = []
    for case in dataset.queries:
        query = Query((QueryPicture(path=case.image, region=case.region),), rotations=tries, mirrored=tries)
        ranking = deque(library.search(query, descriptor=name, limit=0, verify=verify), maxlen=1).pop()
        found.append([path for hit in ranking.hits for path in library.paths_of(hit.photo_id)])
    return found


def by_group(dataset: DataSet, found: list[list[Path]]) -> dict[str, Scores]:
    """The figures of each kind of query, and of all queries."""
    truth = json.loads((dataset.root / "groundtruth.json").read_text(encoding="utf-8"))
    kinds = {dataset.root / query["image"]: query.get("transform", "") for query in truth["queries"]}
    chosen: dict[str, list[int]] = {}
    for i, case in enumerate(dataset.queries):
        chosen.setdefault(kinds.get(case.image) or case.group, []).append(i)
    chosen["all"] = list(range(len(dataset.queries)))
    return {
        name: score([found[i] for i in places], replace(dataset, queries=tuple(dataset.queries[i] for i in places)))
        for name, places in chosen.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, nargs="?", default=Path("../shared/data/transforms"))
    parser.add_argument("--descriptor", action="append", default=[])
    parser.add_argument("--verify", action="store_true")
    asked = parser.parse_args()
    dataset = open_dataset(asked.dataset.absolute())
    names = asked.descriptor or [default_descriptor(default_folders())]
    home = evaluation_library(dataset)
    folders = sorted({path.parent for path in dataset.photos})
    with Library.open(home, network_folders=default_folders(LibraryPaths.of(None).root)) as library:
        for name in names:
            library.index(folders, descriptor=name)
            plain, tried = (
                by_group(dataset, rankings(library, dataset, name, tries=tries, verify=asked.verify))
                for tries in (False, True)
            )
            print(f"| {name} | queries | recall@1 | tried in all turns | mAP | tried in all turns |")
            print("|---" * 6 + "|")
            for group, one in plain.items():
                other = tried[group]
                print(
                    f"| {group} | {one.queries} | {one.recall_at[1]:.3f} | {other.recall_at[1]:.3f} |"
                    f" {one.mean_ap:.3f} | {other.mean_ap:.3f} |"
                )


if __name__ == "__main__":
    main()

"""Whether the program says *sure* where there is nothing to find: queries whose class was taken out of the library.

    python -m tests.benchmarks.absent SET [--truth FILE] [--queries 200] [--passes 3] [--descriptor NAME]
        [--library DIR] [--json FILE]

SET is a folder with ``images`` and ``groundtruth.json`` (``../shared/data/places-develop``); the library is of a folder
of links to its photos. The classes are dealt to the passes. In each, the links to all photos of its classes are away:
to their queries, what is right, and what is neither right nor wrong; so ``index`` takes these photos out of the
library. The queries are then asked as pictures from outside, and every hit is wrong, except for what nobody labelled:
look at those that are listed. FILE is another ground truth of the same photos, as ``tests/benchmarks/small_boxes.py``
derives it; of that, only queries with a box are asked. Everything goes through the command line, and ``score.py words``
counts. The library is kept in DIR: a second run describes nothing again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tests.benchmarks.retrieval import PROGRAM, SCORE, run, scored

DEFAULT = "visearch_v1"


def class_of(query: dict[str, Any]) -> str:
    """What a query shows; a set that does not say so has one query of each."""
    return str(query.get("class", query["image"]))


def spread(queries: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """So many queries: the first of each class, the second of each, and so on; in the order of the classes' names."""
    classes: dict[str, list[dict[str, Any]]] = {}
    for query in queries:
        classes.setdefault(class_of(query), []).append(query)
    rounds = zip_longest(*(classes[name] for name in sorted(classes)))
    return [query for one_round in rounds for query in one_round if query is not None][:count]


def dealt(queries: list[dict[str, Any]], passes: int) -> list[set[str]]:
    """The classes that each pass goes without."""
    classes = sorted({class_of(query) for query in queries})
    return [set(classes[number::passes]) for number in range(passes)]


def photos_of(queries: list[dict[str, Any]], classes: set[str]) -> set[str]:
    """All photos that have to do with some classes."""
    meant = [query for query in queries if class_of(query) in classes]
    return {name for query in meant for name in [query["image"], *query["positive"], *query.get("junk", [])]}


def take_out(photos: set[str], data: Path, folder: Path, descriptor: str) -> None:
    """Make the library one of all photos of a set but these."""
    links = folder / "photos"
    links.mkdir(parents=True, exist_ok=True)
    for photo in sorted((data / "images").iterdir()):
        link, is_out = links / photo.name, f"images/{photo.name}" in photos
        if is_out:
            link.unlink(missing_ok=True)
        elif not link.is_symlink():
            link.symlink_to(photo.resolve())
    run(*PROGRAM, "index", "--library", folder / "library", links, "--descriptor", descriptor, "--json")


def ask(queries: list[dict[str, Any]], data: Path, folder: Path, descriptor: str, number: int) -> tuple[Path, Path]:
    """Ask the queries of a pass, which have no answer: the file that says so, and that with what was found."""
    truth, asked, answers = (folder / f"{kind}.{number}.json" for kind in ("truth", "queries", "answers"))
    nothing = [
        {**query, "image": str((data / query["image"]).resolve()), "positive": [], "junk": [], "quads": {}}
        for query in queries
    ]
    truth.write_text(json.dumps({"queries": nothing}), encoding="utf-8")
    asked.write_text(run(PROGRAM[0], SCORE, "queries", truth), encoding="utf-8")
    library = folder / "library"
    options = ["--library", library, "--batch", asked, "--descriptor", descriptor, "-n", "0", "--json"]
    answers.write_text(run(*PROGRAM, "search", *options), encoding="utf-8")
    return truth, answers


def false_sure(queries: list[dict[str, Any]], answers: Path) -> list[dict[str, Any]]:
    """Every hit that is called *sure*, with the query it was given for."""
    found = zip(queries, json.loads(answers.read_text(encoding="utf-8")), strict=True)
    return [
        {"query": query["image"], "region": query["region"], "group": query.get("group", ""),
         "photo": Path(hit["path"]).name, "inliers": hit["inliers"], "similarity": hit["similarity"],
         "quad": hit["quad"]}
        for query, answer in found for hit in answer["results"] if hit["confidence"] == "sure"
    ]  # fmt: skip


def measure(data: Path, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All passes, each printed."""
    every = json.loads((data / "groundtruth.json").read_text(encoding="utf-8"))["queries"]
    queries = every
    if given.truth:
        queries = json.loads(given.truth.read_text(encoding="utf-8"))["queries"]
        queries = [query for query in queries if query["region"] is not None]
    chosen = spread(queries, given.queries)
    wrong: list[dict[str, Any]] = []
    fooled = 0
    take_out(set(), data, folder, given.descriptor)
    for number, classes in enumerate(dealt(every, given.passes)):
        some = [query for query in chosen if class_of(query) in classes]
        missing = photos_of(every, classes)
        take_out(missing, data, folder, given.descriptor)
        truth, answers = ask(some, data, folder, given.descriptor, number)
        table = scored("words", truth, answers)
        fooled += table["of_them_with_a_sure_hit"]
        wrong += false_sure(some, answers)
        said = {word: row["hits"] for word, row in table.items() if isinstance(row, dict)}
        print(f"without {len(classes)} classes ({len(missing)} photos): {len(some)} queries,", end=" ")
        print(f"{table['of_them_with_a_sure_hit']} with a sure hit; hits by word: {said}", flush=True)
    asked = Counter(query.get("group", "") for query in chosen)
    by_group = Counter(group for _, _, group in {(row["query"], str(row["region"]), row["group"]) for row in wrong})
    groups = {group: f"{by_group[group]}/{count}" for group, count in sorted(asked.items())}
    return {"set": data.name, "queries": len(chosen), "with a sure hit": fooled, "by group": groups, "sure": wrong}


def main() -> None:
    """Print a line a pass, every hit that is called sure, and the sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--descriptor", default=DEFAULT)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        counted = measure(given.set, given, (given.library or Path(made)) / given.set.name)
    for row in sorted(counted["sure"], key=lambda row: -row["inliers"]):
        where = f" {row['region']}" if row["region"] else ""
        print(f"  {row['group']:8} {row['query']}{where} -> {row['photo']}: {row['inliers']} details agree,", end=" ")
        print(f"similarity {row['similarity']:.2f}")
    print(f"{counted['with a sure hit']} of {counted['queries']} queries were given a sure hit: {counted['by group']}")
    if given.json:
        given.json.write_text(json.dumps(counted, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
